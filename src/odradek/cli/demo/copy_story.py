"""The demo's transactional copy: one transaction is aborted, and readers see what they asked for.

Airports are read, their altitudes turned from feet into metres, and written to another topic; the
position in the source is committed in the same transaction. Whoever reads read_committed must find
each airport once; whoever reads read_uncommitted must find the aborted ones, too.

Invariants: what is seen at each moment is asked of the broker by readers of their own.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import msgspec
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from odradek.cli.demo.checks import Comparison, Fingerprint, compare
from odradek.cli.errors import CommandError
from odradek.cli.group.inspection import committed_offsets
from odradek.cli.kafka_errors import command_error
from odradek.cli.position import Edge
from odradek.cli.records.input_formats import OutgoingRecord
from odradek.cli.records.topic_reader import Record, TopicReader

TARGET = "airports-metric"
GROUP = "surveyor"
TRANSACTION_RECORDS = 500
ABORTED = 2
"""The number of the transaction that is aborted, and then done again."""
METRES_PER_FOOT = 0.3048
PATIENCE_S = 60.0
LOOK_INTERVAL_S = 0.02
FETCH_WAIT_MS = 10
"""A reader hears that it is at the end after the broker has waited so long for more."""


class Sight(NamedTuple):
    """What is to be seen: records for either isolation level, and the copy's committed offset."""

    uncommitted: int
    committed: int
    offset: int


class Moment(NamedTuple):
    """What was seen when something had just happened, and what should have been."""

    what: str
    seen: Sight
    expected: Sight


class CopyResult(NamedTuple):
    """How the copy went."""

    moments: list[Moment]
    comparison: Comparison

    @property
    def differences(self) -> list[str]:
        """Everything that is not as it should be, in words; empty when all is well."""
        return self.comparison.differences + [
            f"{TARGET}: {seen} instead of {expected} with transaction {what}"
            for what, seen, expected in self.moments
            if seen != expected
        ]


class Copier:
    """A consumer and a transactional producer that act as one."""

    def __init__(self, config: dict[str, Any], source: str) -> None:
        self._source = source
        self._consumer: Consumer = Consumer(
            {**config, "group.id": GROUP, "enable.auto.commit": False}
        )
        self._consumer.assign([TopicPartition(source, 0, 0)])
        self._producer = Producer({**config, "transactional.id": GROUP})
        self._producer.init_transactions(PATIENCE_S)

    def copy(self, begin: int, end: int) -> None:
        """Write copies of the records of these offsets in a transaction, and leave it open."""
        self._consumer.seek(TopicPartition(self._source, 0, begin))
        self._producer.begin_transaction()
        for record in self._read(end - begin):
            self._producer.produce(TARGET, in_metres(record.value() or b""), record.key())
        self._producer.send_offsets_to_transaction(
            [TopicPartition(self._source, 0, end)],
            self._consumer.consumer_group_metadata(),
            PATIENCE_S,
        )
        self._producer.flush(PATIENCE_S)

    def commit(self) -> None:
        """Let everybody see the copies, and the offset count."""
        self._producer.commit_transaction(PATIENCE_S)

    def abort(self) -> None:
        """Let it be as if nothing had been written."""
        self._producer.abort_transaction(PATIENCE_S)

    def close(self) -> None:
        """Leave the connections."""
        self._consumer.close()

    def _read(self, count: int) -> Iterator[Record]:
        deadline = time.monotonic() + PATIENCE_S
        while count:
            if time.monotonic() > deadline:
                raise CommandError(f"{count:,} records of {self._source} do not come")
            for message in self._consumer.consume(count, LOOK_INTERVAL_S):
                if message.error() is None:
                    count -= 1
                    yield message


def copy_in_transactions(
    config: dict[str, Any], source: str, records: Sequence[OutgoingRecord]
) -> CopyResult:
    """Copy the topic that holds these records, looking after every step."""
    copier = Copier(config, source)
    try:
        moments = list(_copy_all(copier, Onlooker(config, source).await_sight, len(records)))
    except KafkaException as error:
        raise command_error(f"copying {source}", error) from error
    finally:
        copier.close()
    expected, copied = Fingerprint(), Fingerprint()
    for record in records:
        expected.add(record.key, in_metres(record.value or b""))
    for message in read_all(config, "read_committed"):
        copied.add(message.key(), message.value())
    return CopyResult(moments, compare(TARGET, expected, copied))


def _copy_all(
    copier: Copier, await_sight: Callable[[Sight], Sight], total: int
) -> Iterator[Moment]:
    """Every transaction, and what was seen of it."""
    expected = Sight(0, 0, 0)
    edges = pairwise([*range(0, total, TRANSACTION_RECORDS), total])
    for number, (begin, end) in enumerate(edges, 1):
        attempts = [(f"{number}", "committed")]
        if number == ABORTED:
            attempts = [(f"{number}", "aborted"), (f"{number} again", "committed")]
        for name, ending in attempts:
            copier.copy(begin, end)
            expected = expected._replace(uncommitted=expected.uncommitted + end - begin)
            yield Moment(f"{name}, open", await_sight(expected), expected)
            if ending == "aborted":
                copier.abort()
            else:
                copier.commit()
                expected = expected._replace(committed=end, offset=end)
            yield Moment(f"{name}, {ending}", await_sight(expected), expected)


class Onlooker:
    """Looks at the copy from outside."""

    def __init__(self, config: dict[str, Any], source: str) -> None:
        self._config = config
        self._source = source
        self._admin = AdminClient(config)

    def await_sight(self, expected: Sight) -> Sight:
        """What is to be seen, once the markers are there: they come after EndTxn is answered."""
        deadline = time.monotonic() + PATIENCE_S
        while (seen := self._look()) != expected and time.monotonic() < deadline:
            time.sleep(LOOK_INTERVAL_S)
        return seen

    def _look(self) -> Sight:
        offsets = committed_offsets(self._admin, GROUP)
        return Sight(
            sum(1 for _ in read_all(self._config, "read_uncommitted")),
            sum(1 for _ in read_all(self._config, "read_committed")),
            next(iter(offsets.values()), 0),
        )


def read_all(config: dict[str, Any], isolation_level: str) -> Iterator[Record]:
    """Everything in the copy that this isolation level shows now."""
    settings = {**config, "isolation.level": isolation_level, "fetch.wait.max.ms": FETCH_WAIT_MS}
    with TopicReader(settings, TARGET, [0], Edge.EARLIEST) as reader:
        for messages in reader.batches(until_end=True, max_records=None):
            yield from messages


def in_metres(airport: bytes) -> bytes:
    """The airport with its altitude in metres."""
    document = msgspec.json.decode(airport)
    document["alt"] = round(document["alt"] * METRES_PER_FOOT)
    return msgspec.json.encode(document)
