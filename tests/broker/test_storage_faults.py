"""A disk that fails: the broker answers with an error, lives, and keeps what it acknowledged.

One scenario is run once for each operation it makes on the disk, with that operation failing. The
log's own tests do the same below; here the whole broker stands on the failing disk.
"""

from pathlib import Path

import pytest

from odradek.broker.errors import StartupError
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.create_topics import CreatableTopic, CreateTopicsRequest
from odradek.testing.faulty_files import Fault, FaultyFiles
from tests.broker.harness import Harness, batch_of

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


def start(path: Path, files: FaultyFiles, durability: str) -> Harness | None:
    """A broker on this disk; None when the fault already hit its start."""
    try:
        return Harness(path, FEW_LARGE_SEGMENTS, durability=durability, files=files)
    except StartupError:
        return None


@pytest.mark.parametrize("durability", ["process", "disk"])
@pytest.mark.parametrize("fault", [Fault.IO_ERROR, Fault.DISK_FULL, Fault.SHORT_WRITE])
def test_any_failing_operation_costs_answers_but_no_acknowledged_record(
    tmp_path: Path, fault: Fault, durability: str
) -> None:
    healthy = FaultyFiles(str(tmp_path / "count"))
    harness = start(tmp_path / "count", healthy, durability)
    assert harness is not None
    Load(harness).run()
    operations = healthy.operations
    harness.close()
    for failing in range(1, operations + 1):
        path = tmp_path / str(failing)
        files = FaultyFiles(str(path), fault=fault, at=failing)
        harness = start(path, files, durability)
        if harness is None:
            continue
        load = Load(harness)
        load.run()
        harness.close()
        assert set(load.errors) <= {
            ErrorCode.KAFKA_STORAGE_ERROR,
            ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
        }, files.journal
        restarted = Harness(path, durability=durability)
        if load.acknowledged:
            values = restarted.values("t")
            assert [values[offset] for offset in load.acknowledged] == list(
                load.acknowledged.values()
            ), f"operation {failing} failed: {files.journal}"
        restarted.close()


def test_writes_resume_when_a_full_disk_has_space_again(tmp_path: Path) -> None:
    healthy = FaultyFiles(str(tmp_path / "count"))
    harness = start(tmp_path / "count", healthy, "process")
    assert harness is not None
    harness.create_topic("t")
    before = healthy.operations
    harness.close()
    files = FaultyFiles(str(tmp_path / "full"), fault=Fault.DISK_FULL, at=before + 1, faults=3)
    harness = start(tmp_path / "full", files, "process")
    assert harness is not None
    harness.create_topic("t")
    errors = [harness.produce("t", batch_of(b"a")).error_code for _ in range(10)]
    assert errors[0] == ErrorCode.KAFKA_STORAGE_ERROR
    assert errors[-1] == 0
    assert len(harness.values("t")) == errors.count(0)
    harness.close()
