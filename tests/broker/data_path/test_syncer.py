"""What the broker makes of syncs that go wrong in their threads."""

from pathlib import Path

import pytest

from odradek.broker.log import Files
from odradek.protocol.errors import ErrorCode
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
