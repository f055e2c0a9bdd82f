"""With acks=1 a record is acknowledged before the disk has it: no later answer may not know it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from odradek.broker.data_path import ends_on_the_way
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.delete_records import (
    DeleteRecordsPartition,
    DeleteRecordsRequest,
    DeleteRecordsTopic,
)
from odradek.protocol.messages.list_offsets import (
    ListOffsetsPartition,
    ListOffsetsRequest,
    ListOffsetsTopic,
)
from tests.broker.harness import NOW_MS, Asked, Harness, batch_of
from tests.broker.stalling_files import StallingFiles

LATEST, EARLIEST = -1, -2
HIGH_WATERMARK = -1


@pytest.fixture
def files() -> StallingFiles:
    return StallingFiles()


@pytest.fixture
def broker(tmp_path: Path, files: StallingFiles) -> Iterator[Harness]:
    """A broker that waits for its disk, which has stalled behind the first of two records."""
    harness = Harness(tmp_path, durability="disk", files=files)
    harness.create_topic("t", partitions=2)
    harness.produce("t", batch_of(b"1"))
    files.is_stalled = True
    assert harness.produce("t", batch_of(b"2"), acks=1).error_code == ErrorCode.NONE
    yield harness
    files.go_on.set()
    harness.close()


def list_offset(broker: Harness, timestamp: int, partition: int = 0, isolation: int = 0) -> Asked:
    asked = ListOffsetsPartition(partition_index=partition, timestamp=timestamp)
    topic = ListOffsetsTopic(name="t", partitions=[asked])
    return broker.start(ListOffsetsRequest(isolation_level=isolation, topics=[topic]), 7)


def offset_of(asked: Asked) -> int:
    offset: int = asked.answer().topics[0].partitions[0].offset
    return offset


def delete(broker: Harness, offset: int, timeout_ms: int = 60_000) -> Asked:
    partition = DeleteRecordsPartition(partition_index=0, offset=offset)
    topic = DeleteRecordsTopic(name="t", partitions=[partition])
    return broker.start(DeleteRecordsRequest(topics=[topic], timeout_ms=timeout_ms), 2)


@pytest.mark.parametrize("isolation", [0, 1])
def test_the_end_is_told_when_the_disk_has_it(
    broker: Harness, files: StallingFiles, isolation: int
) -> None:
    asked = list_offset(broker, LATEST, isolation=isolation)
    assert asked.is_pending
    files.go_on.set()
    assert offset_of(asked) == 2


def test_a_time_is_looked_up_in_all_that_was_acknowledged(
    broker: Harness, files: StallingFiles
) -> None:
    asked = list_offset(broker, NOW_MS)
    assert asked.is_pending
    files.go_on.set()
    assert offset_of(asked) == 0


def test_nobody_waits_for_what_no_disk_can_change(broker: Harness) -> None:
    assert offset_of(list_offset(broker, EARLIEST)) == 0
    assert offset_of(list_offset(broker, LATEST, partition=1)) == 0


def test_a_disk_that_does_not_come_back_is_not_waited_for(
    broker: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ends_on_the_way, "PATIENCE_S", 0.001)
    assert offset_of(list_offset(broker, LATEST)) == 1


@pytest.mark.parametrize("offset", [2, HIGH_WATERMARK])
def test_what_was_acknowledged_can_be_deleted(
    broker: Harness, files: StallingFiles, offset: int
) -> None:
    deletion = delete(broker, offset)
    assert deletion.is_pending
    files.go_on.set()
    (answer,) = deletion.answer().topics[0].partitions
    assert (answer.error_code, answer.low_watermark) == (ErrorCode.NONE, 2)


def test_what_the_disk_has_can_be_deleted_at_once(broker: Harness) -> None:
    (answer,) = delete(broker, 1).answer().topics[0].partitions
    assert (answer.error_code, answer.low_watermark) == (ErrorCode.NONE, 1)


def test_a_deletion_that_comes_too_late_is_refused(broker: Harness) -> None:
    (answer,) = delete(broker, 2, timeout_ms=1).answer().topics[0].partitions
    assert answer.error_code == ErrorCode.OFFSET_OUT_OF_RANGE
