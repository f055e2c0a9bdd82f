"""A disk that fails: the broker answers with an error, lives, and keeps what it acknowledged.

The log's own tests do the same below; here the whole broker stands on the failing disk.
"""

from pathlib import Path

import pytest

from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.create_topics import CreatableTopic, CreateTopicsRequest
from odradek.testing.faulty_files import Fault
from tests.broker.harness import Harness, batch_of
from tests.broker.storage_faults import FailingDisk

FEW_LARGE_SEGMENTS = "log.segment.bytes=1048576"
PRODUCER_ID = 77


class Load:
    """Creates a topic and produces to it, remembering what was acknowledged."""

    def __init__(self, harness: Harness) -> None:
        self.harness = harness
        self.acknowledged: dict[int, bytes] = {}
        self.errors: list[int] = []

    def run(self) -> None:
        topic = CreatableTopic(name="t", num_partitions=1, replication_factor=1)
        (result,) = self.harness.ask(CreateTopicsRequest(topics=[topic]), 7).topics
        if result.error_code:
            self.errors.append(result.error_code)
            return
        for sequence in range(6):
            self.produce(sequence)

    def produce(self, sequence: int) -> None:
        """Try once, as a client would before it retries."""
        value = b"%d" % sequence
        batch = batch_of(value, producer_id=PRODUCER_ID, producer_epoch=0, base_sequence=sequence)
        answer = self.harness.produce("t", batch)
        if answer.error_code:
            self.errors.append(answer.error_code)
        else:
            self.acknowledged[answer.base_offset] = value


@pytest.mark.parametrize("durability", ["process", "disk"])
@pytest.mark.parametrize("fault", [Fault.IO_ERROR, Fault.DISK_FULL, Fault.SHORT_WRITE])
def test_any_failing_operation_costs_answers_but_no_acknowledged_record(
    tmp_path: Path, fault: Fault, durability: str
) -> None:
    disk = FailingDisk(tmp_path, durability, FEW_LARGE_SEGMENTS)
    operations = disk.operations_of(lambda harness: Load(harness).run())
    for failing, files, harness in disk.each_failure(operations, fault):
        load = Load(harness)
        load.run()
        harness.close()
        assert set(load.errors) <= {
            ErrorCode.KAFKA_STORAGE_ERROR,
            ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
        }, files.journal
        restarted = disk.restart(failing)
        if load.acknowledged:
            values = restarted.values("t")
            assert [values[offset] for offset in load.acknowledged] == list(
                load.acknowledged.values()
            ), f"operation {failing} failed: {files.journal}"
        restarted.close()


def test_writes_resume_when_a_full_disk_has_space_again(tmp_path: Path) -> None:
    disk = FailingDisk(tmp_path, "process", FEW_LARGE_SEGMENTS)
    operations = disk.operations_of(lambda harness: harness.create_topic("t"))
    _, harness = disk.failing_at(operations.stop, Fault.DISK_FULL, faults=3)
    assert harness is not None
    harness.create_topic("t")
    errors = [harness.produce("t", batch_of(b"a")).error_code for _ in range(10)]
    assert errors[0] == ErrorCode.KAFKA_STORAGE_ERROR
    assert errors[-1] == 0
    assert len(harness.values("t")) == errors.count(0)
    harness.close()
