"""A compacted log with many writers, and what a reader must find in it whatever was cleaned."""

import random
from collections.abc import Iterator
from pathlib import Path

from odradek.broker.log import AppendResult, Files, LogConfig, LogDirectory, PartitionLog
from odradek.broker.log.cleaner.cleaning import Cleaning
from odradek.broker.log.compaction import cleanable_part, cleaning_job, take_over
from odradek.broker.log.producer_state import TRANSACTIONS_V1
from odradek.protocol.errors import ErrorCode
from odradek.protocol.records import Compression, Record, decode_records, encode_batch
from odradek.protocol.records.batch import BatchHeader, iterate_batches
from odradek.protocol.records.control_record import EndMarker, encode_marker
from tests.broker.log.batches import NOW_MS, TOPIC_ID, sync

DELETE_RETENTION_MS = 60_000
CONFIG = LogConfig(
    cleanup_policy=frozenset({"compact"}),
    segment_bytes=2_000,
    index_interval_bytes=100,
    min_cleanable_dirty_ratio=0.0,
    delete_retention_ms=DELETE_RETENTION_MS,
)
MAP_BYTES = 1 << 20
KEYS = 12
CODECS = (Compression.NONE, Compression.NONE, Compression.LZ4, Compression.ZSTD, Compression.GZIP)

Change = tuple[bytes, bytes | None]


class Changelog:
    """One log, its writers, and the history of what became visible, by offset."""

    def __init__(self, path: Path, config: LogConfig = CONFIG, files: Files | None = None) -> None:
        self.path = path
        self.config = config
        self.files = files or Files()
        self.directory = LogDirectory.open(path, self.files)
        self.log: PartitionLog = self.directory.create("changes", 0, TOPIC_ID, config)
        self.now_ms = NOW_MS
        self.history: dict[int, Change] = {}
        self._open: dict[int, dict[int, Change]] = {}
        self._sequences: dict[int, int] = {}

    # --- writing

    def write(
        self,
        *changes: Change,
        compression: Compression = Compression.NONE,
        producer_id: int = -1,
        is_transactional: bool = False,
    ) -> None:
        """Append one batch; in a transaction it becomes history with the commit."""
        records = [Record(0, self.now_ms, key, value) for key, value in changes]
        sequence = -1 if producer_id < 0 else self._sequences.get(producer_id, 0)
        batch = encode_batch(
            records,
            compression=compression,
            producer_id=producer_id,
            producer_epoch=-1 if producer_id < 0 else 0,
            base_sequence=sequence,
            is_transactional=is_transactional,
        )
        result = self.log.append(
            memoryview(bytearray(batch)),
            leader_epoch=0,
            now_ms=self.now_ms,
            verified=TRANSACTIONS_V1,
        )
        assert result.error is ErrorCode.NONE, result
        self._publish()
        if producer_id >= 0:
            self._sequences[producer_id] = sequence + len(changes)
        written = {result.base_offset + index: change for index, change in enumerate(changes)}
        if is_transactional:
            self._open.setdefault(producer_id, {}).update(written)
        else:
            self.history.update(written)

    def retry(self, *changes: Change, producer_id: int, base_sequence: int) -> AppendResult:
        """Send a batch again whose answer got lost."""
        batch = encode_batch(
            [Record(0, self.now_ms, key, value) for key, value in changes],
            producer_id=producer_id,
            producer_epoch=0,
            base_sequence=base_sequence,
        )
        return self.log.append(memoryview(bytearray(batch)), leader_epoch=0, now_ms=self.now_ms)

    def end(self, producer_id: int, *, is_commit: bool) -> None:
        """Write the marker of a producer's open transaction."""
        marker = encode_marker(producer_id, 0, EndMarker(is_commit, 0), self.now_ms)
        result = self.log.append_coordinated(
            memoryview(bytearray(marker)), leader_epoch=0, now_ms=self.now_ms
        )
        assert result.error is ErrorCode.NONE, result
        self._publish()
        written = self._open.pop(producer_id, {})
        if is_commit:
            self.history.update(written)

    def write_at_random(self, dice: random.Random, batches: int) -> None:
        """Batches of every kind, from plain and transactional writers in turn."""
        for _ in range(batches):
            producer_id = dice.choice((-1, -1, 1, 2, 3))
            is_transactional = producer_id > 1
            changes = [_change(dice) for _ in range(dice.randint(1, 4))]
            self.write(
                *changes,
                compression=dice.choice(CODECS),
                producer_id=producer_id,
                is_transactional=is_transactional,
            )
            if is_transactional and dice.random() < 0.5:
                self.end(producer_id, is_commit=dice.random() < 0.6)
            self.now_ms += dice.randint(0, 50)

    def roll(self) -> None:
        """Begin a new segment, with everything before it on stable storage."""
        self.log.roll_segment(self.now_ms)
        sync(self.log)

    def _publish(self) -> None:
        self.log.write_staged()
        self.log.advance_high_watermark(self.log.log_end_offset)

    # --- cleaning

    def clean(self, map_bytes: int = MAP_BYTES) -> int:
        """Clean what can be; return up to where."""
        part = cleanable_part(self.log, self.log.cleaned_offset, self.now_ms)
        if part.segments:
            job = cleaning_job(self.log, part, now_ms=self.now_ms, map_bytes=map_bytes)
            result = Cleaning(job, self.files, lambda _: None).run()
            sync(self.log)
            for _ in take_over(self.directory, self.log, job, result):
                pass
        return self.log.cleaned_offset

    def reopen(self, *, is_clean: bool = True) -> None:
        """Stop (or vanish) and start again."""
        if is_clean:
            self.directory.close()
        else:
            self.directory.abandon()
        self.open_again()

    def open_again(self) -> None:
        """Start on what is there, as a broker does."""
        self.directory = LogDirectory.open(self.path, self.files)
        self.directory.load(lambda _: self.config)
        log = self.directory.get("changes", 0)
        assert log is not None
        sync(log)
        log.advance_high_watermark(log.log_end_offset)
        self.log = log

    # --- reading

    def batches(self) -> Iterator[tuple[BatchHeader, memoryview]]:
        """Everything in the log, as it lies there."""
        offset = self.log.log_start_offset
        while offset < self.log.written_end_offset:
            result = self.log.read(
                offset, 1 << 20, max_offset=self.log.written_end_offset, minimum_one_batch=True
            )
            assert result.records, f"nothing to read at {offset}"
            yield from iterate_batches(result.records)
            offset = result.next_offset

    def committed(self) -> dict[int, Change]:
        """What a consumer with read_committed is given, by offset."""
        log = self.log
        aborted = log.aborted_transactions(log.log_start_offset, log.last_stable_offset)
        found: dict[int, Change] = {}
        for header, batch in self.batches():
            if header.is_control or header.base_offset >= log.last_stable_offset:
                continue
            if header.is_transactional and any(
                one.producer_id == header.producer_id
                and one.first_offset <= header.base_offset <= one.last_offset
                for one in aborted
            ):
                continue
            for record in decode_records(batch):
                assert record.key is not None
                found[record.offset] = (record.key, record.value)
        return found

    def decided_history(self) -> dict[int, Change]:
        """What was written and committed below the last stable offset."""
        end_offset = self.log.last_stable_offset
        return {offset: one for offset, one in self.history.items() if offset < end_offset}


def _change(dice: random.Random) -> Change:
    key = b"key-%d" % dice.randrange(KEYS)
    if dice.random() < 0.2:
        key += b" of more than fifteen bytes"
    return key, None if dice.random() < 0.25 else b"value %d" % dice.randrange(1_000_000)


def latest(history: dict[int, Change]) -> dict[bytes, bytes | None]:
    """What a table that is built from these changes holds; tombstones as None."""
    return {key: value for _, (key, value) in sorted(history.items())}


def without_deleted(table: dict[bytes, bytes | None]) -> dict[bytes, bytes]:
    return {key: value for key, value in table.items() if value is not None}
