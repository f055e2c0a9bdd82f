"""What a compacted partition holds after the same writes and a cleaning, and what it refuses.

A topic is compacted only while nothing is written to it, so both brokers clean the same records as
often. Every batch is minutes younger than the one before it, which begins a new segment each time;
the segments are so small that a cleaning makes one of all, so a reader sees it whole or not at all.
"""

from typing import Any

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.records import Compression, Record, decode_records, encode_batch
from odradek.protocol.records.batch import iterate_batches
from tests.parity.given import AN_HOUR_AGO_MS, NOW_MS, new_producer_id, new_topic
from tests.parity.requests import Topic, fetch, list_offset, produce, set_topic_configs
from tests.parity.scenario import Differs, scenario
from tests.parity.scenarios.transactions import Speaker, wait_until
from tests.parity.talk import Talk, highest_version

MINUTE_MS = 60_000
FETCH_MAX_BYTES = 1 << 20
HIGHEST_FETCH = highest_version(fetch(Topic(""), 0))

Change = tuple[bytes | None, bytes | None]


class Table:
    """A topic of a scenario's own that is written to, and compacted in between."""

    def __init__(
        self, talk: Talk, own: str, begin_ms: int = AN_HOUR_AGO_MS, **configs: str
    ) -> None:
        self.talk = talk
        settings = {
            "segment.ms": "1000",
            "min.cleanable.dirty.ratio": "0.0001",
            "flush.messages": "1",  # we clean only what is on the disk: so all of it, and once
        }
        named = {name.replace("_", "."): value for name, value in configs.items()}
        self.topic = new_topic(talk, own, configs={**settings, **named})
        self._own = own
        self._now_ms = begin_ms
        self._cleanings = 0

    def write(self, *changes: Change, transactional_id: str | None = None, **batch: Any) -> int:
        """Write a batch of changes, in a segment of its own; return its offset."""
        self._now_ms += MINUTE_MS
        records = [
            Record(row, self._now_ms + row, key, value) for row, (key, value) in enumerate(changes)
        ]
        encoded = encode_batch(records, is_transactional=transactional_id is not None, **batch)
        produced = produce(self.topic, encoded, transactional_id=transactional_id)
        answer = self.talk.ask(f"write to {self._own}", produced)
        offset: int = answer.responses[0].partition_responses[0].base_offset
        return offset

    def compact(self) -> None:
        """Let all that was written be cleaned, and note what is left."""
        outdated = self.write((b"marker", b"old"))
        self.write((b"marker", b"new"))
        self.write((b"last", b"in the active segment"))
        self._set_policy("compact")
        # With the last that can go, all has gone that can.
        wait_until(lambda: not self._is_there(outdated))
        self._set_policy("delete")
        self._cleanings += 1
        self.talk.note(f"{self._own} after {self._cleanings} cleanings", self.batches())

    def _is_there(self, offset: int) -> bool:
        """Whether a reader of that offset is given its record, and not a later one."""
        return self.batches(offset, 1)[0]["offsets"][0] == offset

    def batches(self, offset: int = 0, max_bytes: int = FETCH_MAX_BYTES) -> list[dict[str, Any]]:
        """What a reader is given; the times of the cleaning and of markers are left out."""
        asked = fetch(self.topic, offset, partition_max_bytes=max_bytes)
        answer = self.talk.look_up(asked).responses[0].partitions[0]
        return [
            {
                "offsets": (header.base_offset, header.last_offset),
                "attributes": header.attributes,
                "max_timestamp": None if header.is_control else header.max_timestamp,
                "has_producer": header.producer_id >= 0,
                "base_sequence": header.base_sequence,
                "records": [
                    (
                        *(record.offset, record.key, record.value),
                        None if header.is_control else record.timestamp_ms,
                    )
                    for record in decode_records(batch)
                ],
            }
            for header, batch in iterate_batches(bytes(answer.records or b""))
        ]

    def _set_policy(self, policy: str) -> None:
        changed = set_topic_configs(self.topic.name, {"cleanup.policy": policy})
        self.talk.ask(f"{self._own}: cleanup.policy={policy}", changed)


@scenario(ApiKey.FETCH, since=HIGHEST_FETCH)
def records_that_compaction_leaves(talk: Talk) -> None:
    table = Table(talk, "table")
    table.write((b"a", b"1"), (b"b", b"1"), (b"c", b"1"))
    table.write((b"a", b"2"), (b"", b"empty key"), (None, b"no key"))
    table.write((b"b", None), (b"d", b"1"), (b"d", b"2"), compression=Compression.LZ4)
    table.write((b"a key of more than thirty-one bytes", b"1"), (b"c", b""))
    table.write((b"gone", b"1"), (b"gone", None))
    table.compact()
    for timestamp in (-2, -1, -3, AN_HOUR_AGO_MS, AN_HOUR_AGO_MS + 2 * MINUTE_MS):
        talk.ask(
            f"the offset of {timestamp - AN_HOUR_AGO_MS}", list_offset(table.topic.name, timestamp)
        )
    for offset in (0, 1, 3, 6, 100):
        talk.note(f"from {offset}", table.batches(offset, 1))
    table.write((b"a", b"3"), (b"b", b"2"), (b"c", None))
    table.compact()
    table.write((b"a", None), (b"a key of more than thirty-one bytes", None))
    table.compact()


@scenario(ApiKey.FETCH, since=HIGHEST_FETCH)
def tombstones_whose_time_has_come(talk: Talk) -> None:
    table = Table(talk, "table", delete_retention_ms="0")
    table.write((b"a", b"1"), (b"b", b"1"))
    table.write((b"a", None), (b"b", b"2"))
    table.write((b"c", None))
    table.compact()
    table.write((b"d", None), (b"e", b"1"))
    table.compact()
    table.write((b"f", b"1"))
    table.compact()


@scenario(
    ApiKey.FETCH,
    Differs("table after * cleanings", "*", "Kafka keeps the last batch alone"),
    since=HIGHEST_FETCH,
)
def last_batches_of_producers_that_compaction_leaves(talk: Talk) -> None:
    table = Table(talk, "table")
    known, other = new_producer_id(talk), new_producer_id(talk)
    for producer_id in (known, other):
        for sequence in (0, 2):
            table.write(
                (b"a", b"1"),
                (b"b", b"1"),
                producer_id=producer_id,
                producer_epoch=0,
                base_sequence=sequence,
            )
    table.write((b"a", b"2"), (b"b", b"2"))
    table.compact()
    table.write((b"a", b"3"), producer_id=known, producer_epoch=0, base_sequence=4)
    table.write((b"a", b"4"))
    table.compact()


@scenario(ApiKey.FETCH, since=HIGHEST_FETCH)
def transactions_that_compaction_leaves(talk: Talk) -> None:
    # Not in the past: what follows a marker, which is of now, must begin a segment, too.
    table = Table(talk, "table", NOW_MS, delete_retention_ms="0")
    ask = Speaker(talk)
    table.write((b"a", b"before"), (b"b", b"before"))
    for own, is_committed in (("commits", True), ("aborts", False)):
        producer = ask.producer(own)
        for round_number in range(2):
            table.write(
                (b"a", b"%d" % round_number),
                (own.encode(), b"%d" % round_number),
                transactional_id=producer.transactional_id,
                producer_id=producer.producer_id,
                producer_epoch=producer.epoch,
                base_sequence=0,
            )
            ask.doing(f"{own} {round_number}").end(producer, committed=is_committed)
    for _ in range(3):
        table.write((b"a", b"after"))
        table.compact()


@scenario(ApiKey.PRODUCE)
def records_without_keys_for_compacted_topics(talk: Talk) -> None:
    topic = new_topic(talk, "topic", configs={"cleanup.policy": "compact"})
    for name, keys in {
        "all": (None, None),
        "the first": (None, b"a"),
        "the last of three": (b"a", b"", None),
        "none": (b"", b"a"),
    }.items():
        for compression in (Compression.NONE, Compression.ZSTD):
            records = [Record(row, AN_HOUR_AGO_MS, key, b"v") for row, key in enumerate(keys)]
            batch = encode_batch(records, compression=compression)
            step = f"without keys: {name}, {compression.name}"
            talk.ask(step, produce(topic, batch))
    talk.ask("what is there", fetch(topic, 0))
