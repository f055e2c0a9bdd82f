"""What counts as processed, and when a commit is due; pure."""

from odradek.clients.consumer.commit_policy import AtLeastOnce
from odradek.clients.consumer.commits import Progress
from odradek.clients.consumer.record import ConsumedRecord, Formats
from odradek.clients.record import Partition
from odradek.clients.serializers import BYTES

FIRST, SECOND = Partition("t", 0), Partition("t", 1)


def record(offset: int, partition: int = 0) -> ConsumedRecord:
    return ConsumedRecord("t", partition, offset, None, None, b"v", (), Formats(BYTES, BYTES))


def test_a_record_is_processed_when_the_next_is_handed_out() -> None:
    progress = Progress()
    progress.hand_out([record(7)])
    assert progress.uncommitted() == {}
    progress.hand_out([record(8)])
    assert (progress.uncommitted(), progress.processed) == ({FIRST: 8}, 1)


def test_what_was_dropped_is_never_committed() -> None:
    progress = Progress()
    progress.hand_out([record(7)])
    progress.drop()
    progress.settle()
    assert progress.uncommitted() == {}


def test_a_partition_that_is_gone_takes_its_offsets_along() -> None:
    progress = Progress()
    progress.hand_out([record(7), record(3, partition=1)])
    progress.forget([FIRST])
    progress.settle()
    assert progress.uncommitted() == {SECOND: 4}
    assert progress.uncommitted([FIRST]) == {}


def test_a_commit_settles_what_it_names() -> None:
    progress = Progress()
    progress.hand_out([record(7), record(3, partition=1)])
    progress.settle()
    progress.note_commit([FIRST])
    assert (progress.uncommitted(), progress.processed) == ({SECOND: 4}, 2)
    progress.note_commit([SECOND])
    assert progress.processed == 0


def test_a_commit_is_due_after_enough_records_or_long_enough() -> None:
    policy = AtLeastOnce(every_records=10, every_ms=1_000)
    assert not policy.is_due(9, 999)
    assert policy.is_due(10, 0)
    assert policy.is_due(1, 1_000)
    assert not policy.is_due(0, 1_000_000)
