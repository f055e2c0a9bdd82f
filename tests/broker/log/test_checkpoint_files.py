"""Kafka's text checkpoints."""

import pytest

from odradek.broker.log.checkpoint_files import format_offsets, parse_checkpoint, parse_offsets
from odradek.broker.log.errors import CorruptFileError


def test_offsets_are_kafkas_lines_and_come_back() -> None:
    offsets = {("flights", 0): 17, ("a.b-c_d", 12): 2**40}
    content = format_offsets(offsets)
    assert content == b"0\n2\nflights 0 17\na.b-c_d 12 1099511627776\n"
    assert parse_offsets("path", content) == offsets


def test_no_offsets_are_a_file_with_none() -> None:
    assert format_offsets({}) == b"0\n0\n"
    assert parse_offsets("path", b"0\n0\n") == {}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"0\n",
        b"1\n0\n",
        b"0\n2\nflights 0 17\n",
        b"0\n1\nflights 0\n",
        b"0\n1\nflights zero 17\n",
        b"\xff\xfe\n1\n",
        b"0\n0\nflights 0 17\n",
    ],
)
def test_damaged_offsets_are_refused(content: bytes) -> None:
    with pytest.raises(CorruptFileError, match="path"):
        parse_offsets("path", content)


@pytest.mark.parametrize("content", [b"0\n1\n1 2 3\n", b"0\n1\n1\n", b"0\n1\none 2\n"])
def test_damaged_rows_of_numbers_are_refused(content: bytes) -> None:
    with pytest.raises(CorruptFileError, match="path"):
        parse_checkpoint("path", content, 2)
