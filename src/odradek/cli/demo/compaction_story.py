"""The demo's compacted topic: where every plane was last, before and after the cleaner's work.

Every flight sets its plane's airport. Planes that the registry (the table of planes) does not know
are deleted with tombstones. The cleaner must leave the latest record of every key where it was, and
then, when the tombstones have been there long enough, nothing of the deleted keys.

Invariants: the cleaner has nothing to do until it is told (`min.cleanable.dirty.ratio`), so what is
shown as before is before. Only closed segments are cleaned, so each step ends with the flight of a
new plane, which is late enough to open another segment.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from confluent_kafka import KafkaError, Producer
from confluent_kafka.admin import AdminClient

from odradek.cli.errors import CommandError
from odradek.cli.position import Edge
from odradek.cli.records.input_formats import OutgoingRecord
from odradek.cli.records.topic_reader import Record, TopicReader
from odradek.cli.topic.operations import alter_configs

TOPIC = "whereabouts"
FLIGHTS_MAX = 50_000
SEGMENT_MS = 60_000
CONFIGS = {
    "cleanup.policy": "compact",
    "segment.ms": str(SEGMENT_MS),
    "delete.retention.ms": "1",
    # More of the log than all of it is never new: the cleaner leaves the topic alone.
    "min.cleanable.dirty.ratio": "1",
}
CLEANED_AT_ONCE = {"min.cleanable.dirty.ratio": "0"}
PATIENCE_S = 60.0
LOOK_INTERVAL_S = 0.1

Latest = Mapping[bytes, tuple[int, bytes | None]]
"""Offset and value of the latest record of each key."""


class Contents(NamedTuple):
    """What the topic holds."""

    records: int
    latest: Latest

    @property
    def tombstones(self) -> int:
        """How many keys are deleted, and still there."""
        return sum(value is None for _, value in self.latest.values())


class Step(NamedTuple):
    """What the topic held after a step, and what it should have held."""

    what: str
    seen: Contents
    expected: Contents
    size_bytes: int

    @property
    def differences(self) -> list[str]:
        """Everything that is not as it should be, in words; empty when all is well."""
        keys = self.seen.latest.keys() | self.expected.latest.keys()
        others = sum(self.seen.latest.get(key) != self.expected.latest.get(key) for key in keys)
        findings = [
            (
                self.seen.records != self.expected.records,
                f"{self.seen.records:,} records instead of {self.expected.records:,}",
            ),
            (others > 0, f"{others:,} keys with another latest record"),
        ]
        return [f"{TOPIC}, {self.what}: {finding}" for is_so, finding in findings if is_so]


class Writer:
    """Writes the topic, and remembers where the latest record of every key was acknowledged."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._producer = Producer({**config, "enable.idempotence": True, "linger.ms": 20})
        self._started_ms = time.time_ns() // 1_000_000
        self._segments = 0
        self._written = 0
        self._latest: dict[bytes, tuple[int, bytes | None]] = {}

    @property
    def everything(self) -> Contents:
        """What is there as long as nothing was cleaned."""
        return Contents(self._written, dict(self._latest))

    @property
    def latest_of_each_key(self) -> Contents:
        """What a cleaning leaves."""
        return Contents(len(self._latest), dict(self._latest))

    @property
    def latest_of_living_keys(self) -> Contents:
        """What is left when the tombstones are gone as well."""
        living = {key: latest for key, latest in self._latest.items() if latest[1] is not None}
        return Contents(len(living), living)

    def write(self, changes: Sequence[tuple[bytes, bytes | None]]) -> None:
        """Write keys and values, as old as the segment, and wait until they are acknowledged."""
        for key, value in changes:
            self._producer.produce(
                TOPIC,
                value,
                key,
                timestamp=self._started_ms + self._segments * (SEGMENT_MS + 1),
                on_delivery=self._note,
            )
            self._producer.poll(0)
        if self._producer.flush(PATIENCE_S) != 0:
            raise CommandError(f"records of {TOPIC} were not acknowledged")

    def close_segment(self) -> None:
        """Write a record that opens another segment."""
        self._segments += 1
        self.write([(b"new-plane-%d" % self._segments, b'{"airport":"EWR"}')])

    def _note(self, error: KafkaError | None, message: Record) -> None:
        if error is not None:
            raise CommandError(f"a record of {TOPIC} was not delivered: {error}")
        self._written += 1
        self._latest[message.key() or b""] = (message.offset() or 0, message.value())


class Observer:
    """Reads the topic, whose log is in `directory`, from its beginning."""

    def __init__(self, config: dict[str, Any], directory: Path) -> None:
        self._config = config
        self._directory = directory

    def await_step(self, what: str, expected: Contents) -> Step:
        """What is there when it is as expected, or when patience has ended."""
        deadline = time.monotonic() + PATIENCE_S
        while (seen := self._read()) != expected and time.monotonic() < deadline:
            time.sleep(LOOK_INTERVAL_S)
        return Step(what, seen, expected, self._size_bytes())

    def _read(self) -> Contents:
        latest: dict[bytes, tuple[int, bytes | None]] = {}
        records = 0
        with TopicReader(self._config, TOPIC, [0], Edge.EARLIEST) as reader:
            for messages in reader.batches(until_end=True, max_records=None):
                records += len(messages)
                for message in messages:
                    latest[message.key() or b""] = (message.offset() or 0, message.value())
        return Contents(records, latest)

    def _size_bytes(self) -> int:
        return sum(log.stat().st_size for log in self._directory.glob("*.log"))


def compact_whereabouts(
    config: dict[str, Any],
    directory: Path,
    flights: Sequence[OutgoingRecord],
    planes: Sequence[OutgoingRecord],
) -> Iterator[Step]:
    """Fill the topic, delete keys, have it cleaned and cleaned again; yields every step."""
    writer, observer = Writer(config), Observer(config, directory)
    changes = [
        (flight.key, airport_of(flight.value or b""))
        for flight in flights[:FLIGHTS_MAX]
        if flight.key is not None
    ]
    writer.write(changes)
    yield observer.await_step("written", writer.everything)
    registered = {plane.key for plane in planes}
    deleted = sorted({key for key, _ in changes} - registered)
    writer.write([(key, None) for key in deleted])
    writer.close_segment()
    yield observer.await_step("before cleaning", writer.everything)
    alter_configs(AdminClient(config), TOPIC, CLEANED_AT_ONCE, dry_run=False)
    yield observer.await_step("after cleaning", writer.latest_of_each_key)
    writer.close_segment()
    yield observer.await_step("tombstones gone", writer.latest_of_living_keys)


def airport_of(flight: bytes) -> bytes:
    """Where the flight has taken its plane."""
    document = msgspec.json.decode(flight)
    return msgspec.json.encode({"airport": document["dest"], "since": document["time_hour"]})
