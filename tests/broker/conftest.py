"""A broker without sockets for the tests of its parts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.broker.harness import Harness


@pytest.fixture(params=[7, pytest.param(1, marks=pytest.mark.drill)], ids="every-{}".format)
def stride(request: pytest.FixtureRequest) -> int:
    """Of so many operations that could go wrong one is tried: each of them in the drills."""
    return int(request.param)


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
