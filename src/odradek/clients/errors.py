"""What goes wrong in a client, as exceptions. Each message is one sentence with the value in it.

ClientError
├── InvalidSetting          the client was configured wrongly; nothing was started
├── ClusterUnreachable      nobody answers, or not as Kafka, or not to us
├── NotSent                 the record never left this process, so it is certain not to be stored
│   ├── UnknownTopic
│   ├── RecordTooLarge
│   ├── UnserializableValue
│   ├── KeyRequired
│   ├── QueueFull           back-pressure lasted longer than a delivery may
│   └── ProducerClosed
├── DeliveryFailed          the record was sent; `failed` says what became of it
├── UndeliveredRecords      raised by close: failures that nobody had looked at
├── AdminFailed             the cluster refused what it was asked to do
├── RegistryError           a schema registry
│   ├── RegistryUnreachable nobody answers, or not as a registry
│   └── RegistryRefused     it answered, with an error of its own; `error_code` says which
├── ConsumingFailed         records or offsets cannot be read
│   └── CommitFailed        offsets are not committed: what they stand for may be read again
└── TransactionError
    ├── TransactionAborted  nothing of it is visible; it may be run again
    └── ProducerFenced      another producer has the transactional id: this one must end
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from odradek.clients.record import FailedRecord

FAILURES_SHOWN = 3


class ClientError(Exception):
    """The root of this tree."""


class InvalidSetting(ClientError, ValueError):
    """A setting is unknown, impossible, or contradicts what the client promises."""


class ClusterUnreachable(ClientError):
    """No broker answered in time; the sentence carries the last reason that librdkafka gave."""


class NotSent(ClientError):
    """The record never left this process."""


class UnknownTopic(NotSent):
    """The topic does not exist; no producer of ours creates one by a typing error."""


class RecordTooLarge(NotSent):
    """The record is larger than the topic's `max.message.bytes`."""


class UnserializableValue(NotSent, ValueError):
    """The key or the value has no bytes."""


class KeyRequired(NotSent, ValueError):
    """The profile keeps the order of each key, and the record has none."""


class QueueFull(NotSent):
    """There was no room for the record for as long as a delivery may take."""


class ProducerClosed(NotSent):
    """The producer was closed, or is closing."""


class DeliveryFailed(ClientError):
    """A record was not acknowledged; `failed` tells the error and whether it may be stored."""

    def __init__(self, failed: "FailedRecord") -> None:
        super().__init__(str(failed))
        self.failed = failed


class UndeliveredRecords(ClientError):
    """Records failed and nobody had looked: `failed` are those that were kept, `count` all."""

    def __init__(self, failed: "Sequence[FailedRecord]", count: int) -> None:
        shown = "; ".join(str(each) for each in failed[:FAILURES_SHOWN])
        more = f"; and {count - FAILURES_SHOWN} more" if count > FAILURES_SHOWN else ""
        super().__init__(f"{count} records were not delivered: {shown}{more}")
        self.failed = failed
        self.count = count


class AdminFailed(ClientError):
    """The cluster refused; `name` is Kafka's name of the error, as TOPIC_ALREADY_EXISTS."""

    def __init__(self, sentence: str, name: str) -> None:
        super().__init__(sentence)
        self.name = name


class RegistryError(ClientError):
    """A schema registry did not do what it was asked."""


class RegistryUnreachable(RegistryError):
    """No registry answered in time, or what answered is none."""


class RegistryRefused(RegistryError):
    """The registry answered with an error: `status` is HTTP's, `error_code` and `said` its own."""

    def __init__(self, sentence: str, status: int, error_code: int, said: str) -> None:
        super().__init__(sentence)
        self.said = said
        self.status = status
        self.error_code = error_code


class ConsumingFailed(ClientError):
    """A topic, or a group's offsets, cannot be read."""


class CommitFailed(ConsumingFailed):
    """Offsets were not committed; the partitions may belong to another member by now."""


class TransactionError(ClientError):
    """A transaction did not end as asked."""


class TransactionAborted(TransactionError):
    """The transaction was aborted: none of its records will be read. It may be run again."""


class ProducerFenced(TransactionError):
    """Another producer uses the same transactional id and has taken over."""
