"""Idempotent producers: what is appended, what is a duplicate, what is refused."""

import pytest

from odradek.broker.log.errors import CorruptFileError
from odradek.broker.log.producer_snapshot_file import decode_snapshot, encode_snapshot
from odradek.broker.log.producer_state import (
    ProducerBatch,
    ProducerStateManager,
    SequenceProblem,
)
from odradek.protocol.errors import ErrorCode
from odradek.protocol.records import BatchHeader, parse_header
from tests.broker.log.batches import NOW_MS, producer_batch

LAST_SEQUENCE = 2**31 - 1


class Producer:
    """Sends batches to a manager and keeps the log's end."""

    def __init__(self) -> None:
        self.manager = ProducerStateManager({})
        self.log_end_offset = 100

    def send(self, sequence: int, count: int = 1, epoch: int = 0) -> object:
        """None: appended. Else the verdict."""
        header = batch_header(sequence, count, epoch)
        verdict = self.manager.check(header)
        if verdict is None:
            self.manager.update(header, self.log_end_offset)
            self.log_end_offset += count
        return verdict


def batch_header(sequence: int, count: int = 1, epoch: int = 0) -> BatchHeader:
    values = [b"v"] * count
    batch = producer_batch(
        *values, producer_id=7, producer_epoch=epoch, base_sequence=sequence % 2**31
    )
    return parse_header(batch)


@pytest.fixture
def producer() -> Producer:
    return Producer()


def refused(verdict: object) -> ErrorCode:
    assert isinstance(verdict, SequenceProblem)
    return verdict.error


def duplicate_of(verdict: object) -> tuple[int, int]:
    assert isinstance(verdict, ProducerBatch)
    return verdict.base_offset, verdict.last_offset


def test_batches_that_continue_the_sequence_are_appended(producer: Producer) -> None:
    assert [producer.send(0, 3), producer.send(3, 2), producer.send(5)] == [None, None, None]


def test_each_of_the_last_five_batches_is_recognised_with_its_offsets(producer: Producer) -> None:
    for sequence in range(0, 12, 2):
        assert producer.send(sequence, 2) is None
    found = [duplicate_of(producer.send(sequence, 2)) for sequence in range(2, 12, 2)]
    assert found == [(102, 103), (104, 105), (106, 107), (108, 109), (110, 111)]


def test_a_duplicate_older_than_five_batches_is_out_of_order(producer: Producer) -> None:
    for sequence in range(6):
        producer.send(sequence)
    assert refused(producer.send(0)) is ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER


def test_a_batch_that_only_begins_like_an_old_one_is_out_of_order(producer: Producer) -> None:
    producer.send(0, 3)
    assert refused(producer.send(0, 2)) is ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER


def test_a_gap_is_out_of_order(producer: Producer) -> None:
    producer.send(0)
    assert refused(producer.send(2)) is ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER


def test_an_older_epoch_is_fenced(producer: Producer) -> None:
    producer.send(0, epoch=3)
    assert refused(producer.send(1, epoch=2)) is ErrorCode.INVALID_PRODUCER_EPOCH


def test_a_new_epoch_begins_at_zero(producer: Producer) -> None:
    producer.send(0, 4)
    assert refused(producer.send(4, epoch=1)) is ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
    assert producer.send(0, epoch=1) is None
    assert refused(producer.send(4)) is ErrorCode.INVALID_PRODUCER_EPOCH


def test_a_batch_of_the_old_epoch_is_no_duplicate_of_the_new(producer: Producer) -> None:
    producer.send(0)
    producer.send(0, epoch=1)
    assert duplicate_of(producer.send(0, epoch=1)) == (101, 101)


def test_an_unknown_producer_may_begin_anywhere(producer: Producer) -> None:
    assert producer.send(41) is None
    assert producer.send(42) is None


def test_sequences_wrap_around_behind_the_largest(producer: Producer) -> None:
    assert producer.send(LAST_SEQUENCE - 1, 4) is None
    assert producer.send(2) is None
    assert duplicate_of(producer.send(LAST_SEQUENCE - 1, 4)) == (100, 103)


def test_a_sequence_may_end_exactly_at_the_largest(producer: Producer) -> None:
    assert producer.send(LAST_SEQUENCE) is None
    assert producer.send(0) is None


def test_a_first_batch_that_is_taken_back_is_still_the_first(producer: Producer) -> None:
    assert producer.send(0) is None
    producer.manager.restore(7, None)
    assert refused(producer.send(1)) is ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
    assert [producer.send(0), producer.send(1)] == [None, None]


def test_a_batch_of_a_forgotten_producer_that_is_taken_back_may_come_again(
    producer: Producer,
) -> None:
    assert producer.send(5) is None
    producer.manager.restore(7, None)
    assert [producer.send(5), producer.send(6)] == [None, None]


def test_an_append_that_is_taken_back_leaves_the_state_before(producer: Producer) -> None:
    manager = producer.manager
    first = manager.update(batch_header(0), 100)
    second = manager.update(batch_header(1), 101)
    manager.restore(7, second)
    assert producer.send(1) is None
    manager.restore(7, second)
    manager.restore(7, first)
    assert [producer.send(0), producer.send(1)] == [None, None]


def test_silent_producers_expire(producer: Producer) -> None:
    producer.send(0)
    producer.manager.remove_expired(NOW_MS + 999, expiration_ms=1000)
    assert len(producer.manager) == 1
    producer.manager.remove_expired(NOW_MS + 1000, expiration_ms=1000)
    assert len(producer.manager) == 0


def test_a_snapshot_brings_the_whole_window_back(producer: Producer) -> None:
    for sequence in range(0, 14, 2):
        producer.send(LAST_SEQUENCE - 3 + sequence, 2)
    before = producer.manager.state(7)
    loaded = decode_snapshot("path", encode_snapshot(producer.manager))
    assert loaded.state(7) == before
    assert before is not None
    assert len(before.batches) == 5


def test_a_snapshot_without_producers_is_empty_but_valid() -> None:
    snapshot = encode_snapshot(ProducerStateManager({}))
    assert len(decode_snapshot("path", snapshot)) == 0


def test_every_damaged_byte_of_a_snapshot_is_noticed(producer: Producer) -> None:
    producer.send(0)
    snapshot = encode_snapshot(producer.manager)
    for position in range(len(snapshot)):
        damaged = bytearray(snapshot)
        damaged[position] ^= 1
        with pytest.raises(CorruptFileError):
            decode_snapshot("path", bytes(damaged))
    for size in range(len(snapshot)):
        with pytest.raises(CorruptFileError):
            decode_snapshot("path", snapshot[:size])
