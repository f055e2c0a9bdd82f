"""Where the tests of this folder put thousands of little directories."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    """A directory in memory where there is one: thousands of little directories come and go."""
    memory = Path("/dev/shm")  # noqa: S108 - the directory in it is a fresh one of our own
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory, prefix="odradek-") as directory:
        yield Path(directory)
