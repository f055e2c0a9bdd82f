"""Transactions in one log: the last stable offset, and who was aborted where.

Histories of several producers are made at random and compared with a model that remembers
everything, across rolls, crashes, clean stops, truncations and writes that fail.
"""

import errno
import os
import random
import struct
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from odradek.broker.log import (
    TRANSACTIONS_V1,
    TRANSACTIONS_V2,
    UNVERIFIED,
    Files,
    LogConfig,
    LogDirectory,
    LogWriteError,
    PartitionLog,
)
from odradek.broker.log.errors import CorruptFileError
from odradek.broker.log.transaction_index import ENTRY, AbortedTransaction, TransactionIndex
from odradek.protocol.errors import ErrorCode
from odradek.protocol.records import Record, encode_batch
from odradek.protocol.records.control_record import EndMarker, encode_marker
from tests.broker.log.batches import NOW_MS, TOPIC_ID, all_records, new_log, sync

CONFIG = LogConfig(segment_bytes=600, index_interval_bytes=100)
PRODUCERS = (1, 2, 3)
STEPS = 120


def batch_of(
    producer_id: int,
    sequence: int,
    *,
    count: int = 1,
    epoch: int = 0,
    is_transactional: bool = True,
) -> memoryview:
    records = [Record(0, NOW_MS, None, b"x" * 20)] * count
    batch = encode_batch(
        records,
        producer_id=producer_id,
        producer_epoch=epoch,
        base_sequence=sequence,
        is_transactional=is_transactional,
    )
    return memoryview(bytearray(batch))


def stage(
    log: PartitionLog, batch: memoryview, verified: int = TRANSACTIONS_V1
) -> tuple[ErrorCode, int]:
    result = log.append(batch, leader_epoch=0, now_ms=NOW_MS, verified=verified)
    return result.error, result.base_offset


def end(
    log: PartitionLog,
    producer_id: int,
    *,
    is_commit: bool,
    epoch: int = 0,
    coordinator_epoch: int = 0,
) -> tuple[ErrorCode, int]:
    marker = encode_marker(producer_id, epoch, EndMarker(is_commit, coordinator_epoch), NOW_MS)
    result = log.append_coordinated(memoryview(bytearray(marker)), leader_epoch=0, now_ms=NOW_MS)
    return result.error, result.base_offset


def write(log: PartitionLog) -> None:
    log.write_staged()
    log.advance_high_watermark(log.log_end_offset)


@dataclass
class Model:
    """What a log with this history must say."""

    open: dict[int, int] = field(default_factory=dict)
    ended: list[tuple[int, int, int, bool]] = field(default_factory=list)
    """Producer, first offset, marker, whether it was aborted."""
    sequences: dict[int, int] = field(default_factory=lambda: dict.fromkeys(PRODUCERS, 0))

    def last_stable_offset(self, log: PartitionLog) -> int:
        return min([*self.open.values(), log.high_watermark])

    def aborted(self, start: int, stop: int) -> list[tuple[int, int]]:
        return [
            (producer, first)
            for producer, first, marker, is_aborted in self.ended
            if is_aborted and marker >= start and first < stop
        ]


class History:
    """One log of one directory, and its model."""

    def __init__(self, path: Path, dice: random.Random) -> None:
        self._path = path
        self._dice = dice
        self._directory = LogDirectory.open(path)
        self.log = self._directory.create("flights", 0, TOPIC_ID, CONFIG)
        self.model = Model()

    def step(self) -> None:
        self._dice.choices(
            [self._send, self._end, self._restart, self._sync], weights=[10, 6, 1, 2]
        )[0]()
        self.check()

    def _send(self) -> None:
        producer, count = self._dice.choice(PRODUCERS), self._dice.randint(1, 3)
        sequence = self.model.sequences[producer]
        error, offset = stage(self.log, batch_of(producer, sequence, count=count))
        assert error is ErrorCode.NONE
        write(self.log)
        self.model.sequences[producer] += count
        self.model.open.setdefault(producer, offset)

    def _end(self) -> None:
        producer, is_commit = self._dice.choice(PRODUCERS), self._dice.random() < 0.5
        error, marker = end(self.log, producer, is_commit=is_commit)
        assert error is ErrorCode.NONE
        write(self.log)
        first = self.model.open.pop(producer, None)
        if first is not None:
            self.model.ended.append((producer, first, marker, not is_commit))

    def _sync(self) -> None:
        ticket = self.log.begin_sync()
        if ticket is not None:
            ticket.run()
            self.log.complete_sync(ticket)

    def _restart(self) -> None:
        if self._dice.random() < 0.5:
            self._directory.abandon()
        else:
            self._directory.close()
        self._directory = LogDirectory.open(self._path)
        self._directory.load(lambda _: CONFIG)
        (self.log,) = self._directory
        self.log.advance_high_watermark(self.log.log_end_offset)

    def check(self) -> None:
        log, model = self.log, self.model
        assert log.last_stable_offset == model.last_stable_offset(log)
        for _ in range(3):
            start = self._dice.randrange(log.log_end_offset + 1)
            stop = self._dice.randint(start, log.log_end_offset)
            found = [
                (each.producer_id, each.first_offset)
                for each in log.aborted_transactions(start, stop)
            ]
            assert found == model.aborted(start, stop), (start, stop)


@pytest.mark.parametrize("round_", range(6))
def test_random_histories_are_told_exactly(tmp_path: Path, seed: int, round_: int) -> None:
    history = History(tmp_path, random.Random(seed + round_))
    for _ in range(STEPS):
        history.step()


@pytest.fixture
def log(tmp_path: Path) -> PartitionLog:
    return new_log(tmp_path)


def test_a_transaction_is_stable_only_when_its_marker_is_readable(log: PartitionLog) -> None:
    stage(log, batch_of(1, 0))
    write(log)
    end(log, 1, is_commit=True)
    log.write_staged()
    assert (log.high_watermark, log.last_stable_offset) == (1, 0)
    log.advance_high_watermark(2)
    assert log.last_stable_offset == 2


def test_an_unverified_batch_opens_no_transaction(log: PartitionLog) -> None:
    assert stage(log, batch_of(1, 0), UNVERIFIED)[0] is ErrorCode.INVALID_TXN_STATE
    assert stage(log, batch_of(1, 0))[0] is ErrorCode.NONE
    assert stage(log, batch_of(1, 1), UNVERIFIED)[0] is ErrorCode.NONE, "it is open already"
    end(log, 1, is_commit=True)
    assert stage(log, batch_of(1, 2), UNVERIFIED)[0] is ErrorCode.INVALID_TXN_STATE


def test_a_new_v2_producer_begins_at_0_and_a_v1_producer_anywhere(log: PartitionLog) -> None:
    refused = stage(log, batch_of(1, 5), TRANSACTIONS_V2)
    assert refused[0] is ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
    assert stage(log, batch_of(1, 5), TRANSACTIONS_V1)[0] is ErrorCode.NONE


def test_a_marker_with_a_raised_epoch_fences_the_epoch_before(log: PartitionLog) -> None:
    stage(log, batch_of(1, 0))
    assert end(log, 1, is_commit=True, epoch=1)[0] is ErrorCode.NONE
    assert stage(log, batch_of(1, 1))[0] is ErrorCode.INVALID_PRODUCER_EPOCH
    assert end(log, 1, is_commit=False)[0] is ErrorCode.INVALID_PRODUCER_EPOCH
    assert stage(log, batch_of(1, 7, epoch=1))[0] is ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
    assert stage(log, batch_of(1, 0, epoch=1))[0] is ErrorCode.NONE


def test_a_marker_of_an_older_coordinator_is_fenced(log: PartitionLog) -> None:
    end(log, 1, is_commit=True, coordinator_epoch=3)
    assert end(log, 1, is_commit=True, coordinator_epoch=3)[0] is ErrorCode.NONE
    fenced = end(log, 1, is_commit=True, coordinator_epoch=2)
    assert fenced[0] is ErrorCode.TRANSACTION_COORDINATOR_FENCED


def test_an_abort_that_was_synced_is_known_after_a_clean_stop(tmp_path: Path) -> None:
    directory = LogDirectory.open(tmp_path)
    log = directory.create("flights", 0, TOPIC_ID, LogConfig())
    ends = []
    for number in range(3):
        stage(log, batch_of(1, number))
        ends.append(end(log, 1, is_commit=False)[1])
        write(log)
        if number:  # the first stop finds something to sync, and writes indexes on that occasion
            sync(log)
        directory.close()
        directory = LogDirectory.open(tmp_path)
        directory.load(lambda _: LogConfig())
        (log,) = directory
        found = log.aborted_transactions(0, log.log_end_offset)
        assert [each.last_offset for each in found] == ends
    directory.close()


def test_producers_with_an_open_transaction_do_not_expire(log: PartitionLog) -> None:
    stage(log, batch_of(1, 0))
    stage(log, batch_of(2, 0))
    end(log, 2, is_commit=True)
    log.remove_expired_producers(NOW_MS + 1_000, 1_000)
    assert [producer_id for producer_id, _ in log.producers] == [1]


def test_a_write_that_fails_takes_beginnings_and_ends_back(
    log: PartitionLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    for producer in (1, 2):
        stage(log, batch_of(producer, 0))
    write(log)
    end(log, 1, is_commit=False)
    stage(log, batch_of(1, 1))
    stage(log, batch_of(3, 0))
    end(log, 2, is_commit=True)
    with monkeypatch.context() as broken:
        broken.setattr(Files, "write_all", refuse)
        with pytest.raises(LogWriteError):
            log.write_staged()
    assert log.last_stable_offset == 0
    assert log.aborted_transactions(0, 9) == []
    assert [pid for pid, state in log.producers if state.is_in_transaction] == [1, 2]
    end(log, 1, is_commit=False)
    end(log, 2, is_commit=True)
    write(log)
    assert log.last_stable_offset == log.log_end_offset == 4
    assert [each.producer_id for each in log.aborted_transactions(0, 9)] == [1]


def refuse(*_: object) -> None:
    """A disk without space."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_truncation_forgets_the_ends_that_it_cuts_off(tmp_path: Path) -> None:
    log = LogDirectory.open(tmp_path).create("flights", 0, TOPIC_ID, CONFIG)
    for number in range(8):
        stage(log, batch_of(1, number))
        end(log, 1, is_commit=False)
        write(log)
    log.truncate_to(7)
    assert log.last_stable_offset == 6
    assert [each.first_offset for each in log.aborted_transactions(0, 99)] == [0, 2, 4]
    end(log, 1, is_commit=False)
    write(log)
    assert [each.first_offset for each in log.aborted_transactions(0, 99)] == [0, 2, 4, 6]
    assert len(list(all_records(log))) == 8


def test_deleted_records_take_an_open_transaction_along(log: PartitionLog) -> None:
    stage(log, batch_of(1, 0))
    stage(log, batch_of(2, 0, is_transactional=False))
    write(log)
    log.delete_records_before(1)
    assert log.last_stable_offset == 1


def test_a_damaged_index_at_rest_is_made_anew(tmp_path: Path) -> None:
    directory = LogDirectory.open(tmp_path)
    log = directory.create("flights", 0, TOPIC_ID, CONFIG)
    for number in range(20):
        stage(log, batch_of(1, number))
        end(log, 1, is_commit=number % 2 == 0)
        write(log)
    before = log.aborted_transactions(0, 99)
    directory.close()
    index, *_ = sorted((tmp_path / "flights-0").glob("*.txnindex"))
    index.write_bytes(index.read_bytes()[:-1])
    directory = LogDirectory.open(tmp_path)
    directory.load(lambda _: CONFIG)
    (log,) = directory
    assert log.aborted_transactions(0, 99) == before


def test_an_index_is_read_as_it_was_written() -> None:
    index = TransactionIndex()
    entries = [AbortedTransaction(n, n * 10, n * 10 + 5, n * 10 + 6) for n in range(5)]
    for entry in entries:
        index.append(entry)
    read = TransactionIndex.from_bytes("path", index.to_bytes())
    found: list[AbortedTransaction] = []
    assert not read.collect(0, 99, found)
    assert found == entries
    assert ENTRY.size == 34
    with pytest.raises(CorruptFileError, match="unknown version"):
        TransactionIndex.from_bytes("path", struct.pack(">hqqqq", 1, 0, 0, 0, 0))


def test_an_index_that_a_power_loss_took_is_made_anew(tmp_path: Path) -> None:
    """Found by simulation: a segment's records are synced, it rolls, and its index never is."""
    directory = LogDirectory.open(tmp_path)
    log = directory.create("flights", 0, TOPIC_ID, CONFIG)
    stage(log, batch_of(1, 0))
    end(log, 1, is_commit=False)
    write(log)
    sync(log)
    log.roll_segment(NOW_MS)
    directory.checkpoint()
    directory.abandon()
    (index,) = (tmp_path / "flights-0").glob("*.txnindex")
    index.write_bytes(b"")
    (log,) = LogDirectory.open(tmp_path).load(lambda _: CONFIG)
    assert [each.first_offset for each in log.aborted_transactions(0, 2)] == [0]
