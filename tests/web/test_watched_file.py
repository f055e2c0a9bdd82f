"""A file that changes while a server runs."""

import os
from pathlib import Path

import pytest

from odradek.web.watched_file import WatchedFile


def write(file: Path, text: str) -> None:
    """Write it at a time of its own, however fast the test is."""
    before = file.stat().st_mtime_ns if file.exists() else 0
    file.write_text(text)
    os.utime(file, ns=(before + 1_000_000, before + 1_000_000))


def test_change_is_read_at_the_next_look(tmp_path: Path) -> None:
    file = tmp_path / "number"
    write(file, "1")
    number = WatchedFile(str(file), int)
    assert number.content == 1
    write(file, "2")
    assert number.content == 2


def test_last_state_counts_while_the_file_is_wrong_or_missing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "number"
    write(file, "1")
    number = WatchedFile(str(file), int)
    write(file, "many")
    assert [number.content, number.content] == [1, 1]
    assert caplog.text.count("not read anew") == 1
    file.unlink()
    assert number.content == 1
    write(file, "3")
    assert number.content == 3


def test_file_that_cannot_be_read_at_first_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="missing"):
        WatchedFile(str(tmp_path / "missing"), int)
    (tmp_path / "number").write_text("many")
    with pytest.raises(ValueError, match=r"number: .*many"):
        WatchedFile(str(tmp_path / "number"), int)
