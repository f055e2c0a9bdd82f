"""A record's parts as the application gives them, and what is told of it once it has been sent.

Invariant of a failed record: key, value, headers and timestamp are those that the application gave
(after its serializers), so that a dead letter is the record itself.
"""

from collections.abc import Sequence
from typing import NamedTuple, TypedDict

from msgspec import Struct

Header = tuple[str, bytes | None]
Headers = Sequence[Header]
Content = bytes | str | None
"""A key or a value; text is sent as UTF-8, None is null."""

ANY_PARTITION = -1
"""The partitioner chooses: by key, or without one the partition whose batch is being filled."""


class RecordOptions(TypedDict, total=False):
    """What may be said of a record besides its topic, value and key; see `Producer.send`."""

    headers: Headers | None
    partition: int
    timestamp_ms: int


class Partition(NamedTuple):
    """A partition by its topic's name and its number."""

    topic: str
    partition: int


class RecordMetadata(NamedTuple):
    """Where an acknowledged record lies; the offset is None where no broker told one (acks=0)."""

    topic: str
    partition: int
    offset: int | None


class FailedRecord(Struct, frozen=True, kw_only=True):
    """What was sent, what came of it, and what follows from that.

    `timestamp_ms` is the one that was given, or None where the record was to have that of sending.
    `code` is Kafka's number or librdkafka's negative one, `name` its name. `is_retriable`: the same
    record may succeed later; otherwise it is the record that is wrong. `is_possibly_persisted`: no
    answer came, so the broker may have stored it; sending it again may duplicate it.
    """

    topic: str
    partition: int | None
    key: bytes | None
    value: bytes | None
    headers: Headers
    timestamp_ms: int | None
    code: int
    name: str
    reason: str
    is_retriable: bool
    is_possibly_persisted: bool

    def __str__(self) -> str:
        fate = "it may be stored" if self.is_possibly_persisted else "it is not stored"
        return f"a record for {self.topic} failed, {fate}: {self.reason} ({self.name})"
