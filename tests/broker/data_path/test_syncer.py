"""What the broker makes of syncs that go wrong in their threads."""

from pathlib import Path

import pytest

from odradek.broker.log import Files
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.delete_topics import DeleteTopicsRequest
from odradek.protocol.messages.produce import (
    PartitionProduceData,
    ProduceRequest,
    TopicProduceData,
)
from tests.broker.harness import Harness, batch_of

PARTITIONS = 9
"""More than there are threads, so that some thread has more than one to sync."""


class BrokenSync(Files):
    """Syncs until there is an error to raise."""

    def __init__(self) -> None:
        self.error: BaseException | None = None

    def fdatasync(self, descriptor: int) -> None:
        if self.error is not None:
            raise self.error
        super().fdatasync(descriptor)


@pytest.mark.parametrize(
    "error", [OSError("no more"), ValueError("a bug"), MemoryError(), SystemExit()]
)
def test_nothing_is_acknowledged_that_an_exception_kept_from_the_disk(
    tmp_path: Path, error: BaseException
) -> None:
    files = BrokenSync()
    harness = Harness(tmp_path, durability="disk", files=files)
    harness.create_topic("t", PARTITIONS)
    files.error = error
    answers = [
        harness.produce("t", batch_of(b"v"), partition=partition) for partition in range(PARTITIONS)
    ]
    assert {answer.error_code for answer in answers} == {ErrorCode.KAFKA_STORAGE_ERROR}
    assert harness.values("t") == []
    files.error = None
    harness.close()


def test_a_topic_deleted_while_its_records_wait_for_the_disk_is_no_failure(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    harness = Harness(tmp_path, durability="disk")
    harness.create_topic("t")
    data = TopicProduceData(
        name="t", partition_data=[PartitionProduceData(index=0, records=batch_of(b"v"))]
    )
    pending = harness.start(ProduceRequest(acks=-1, timeout_ms=10_000, topic_data=[data]), 9)
    assert pending.is_pending
    harness.ask(DeleteTopicsRequest(topic_names=["t"]), 5)
    (answer,) = pending.answer().responses[0].partition_responses
    assert answer.error_code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    assert answer.base_offset == -1
    harness.create_topic("t")
    assert harness.produce("t", batch_of(b"w")).error_code == ErrorCode.NONE
    harness.close()
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
