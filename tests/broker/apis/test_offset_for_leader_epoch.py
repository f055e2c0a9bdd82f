"""Where leader epochs ended, also those in which nothing was written: each start begins one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from odradek.protocol.messages.offset_for_leader_epoch import (
    OffsetForLeaderEpochRequest,
    OffsetForLeaderPartition,
    OffsetForLeaderTopic,
)
from tests.broker.harness import Harness, batch_of


@contextmanager
def started(directory: Path) -> Iterator[Harness]:
    harness = Harness(directory)
    try:
        yield harness
    finally:
        harness.close()


def end_of(broker: Harness, epoch: int) -> tuple[int, int]:
    asked = OffsetForLeaderPartition(partition=0, leader_epoch=epoch)
    topic = OffsetForLeaderTopic(topic="t", partitions=[asked])
    answer = broker.ask(OffsetForLeaderEpochRequest(replica_id=-1, topics=[topic]), 4)
    (found,) = answer.topics[0].partitions
    assert found.error_code == 0
    return found.leader_epoch, found.end_offset


def current_epoch(broker: Harness) -> int:
    partition = broker.broker.partitions.get("t", 0)
    assert partition is not None
    return partition.leader_epoch


def test_epoch_of_an_empty_log_ended_where_it_began(tmp_path: Path) -> None:
    with started(tmp_path) as broker:
        broker.create_topic("t")
        assert end_of(broker, 0) == (0, 0)
    with started(tmp_path) as broker:
        assert current_epoch(broker) == 1
        assert [end_of(broker, epoch) for epoch in (0, 1, 2)] == [(0, 0), (1, 0), (-1, -1)]


def test_epoch_that_wrote_nothing_is_answered_with_the_one_before(tmp_path: Path) -> None:
    with started(tmp_path) as broker:
        broker.create_topic("t")
        broker.produce("t", batch_of(b"a", b"b"))
    for _ in range(2):
        with started(tmp_path) as broker:
            pass
    with started(tmp_path) as broker:
        ends = [end_of(broker, epoch) for epoch in range(5)]
        assert ends == [(0, 2), (0, 2), (0, 2), (3, 2), (-1, -1)]
