"""A broker without sockets for the tests of its parts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.broker.harness import Harness


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Harness]:
    """A broker on an empty directory, durability process."""
    harness = Harness(tmp_path)
    yield harness
    harness.close()


@pytest.fixture
def disk_broker(tmp_path: Path) -> Iterator[Harness]:
    """A broker on an empty directory, durability disk."""
    harness = Harness(tmp_path, durability="disk")
    yield harness
    harness.close()
