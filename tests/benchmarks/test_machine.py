"""What the benchmark reads off the machine."""

import pytest

from benchmarks.machine import parse_dd_mb_per_s

DD_OUTPUT = """\
256+0 records in
256+0 records out
268435456 bytes (268 MB, 256 MiB) copied, 0.5 s, 537 MB/s
"""


def test_the_speed_of_dd_is_bytes_by_seconds() -> None:
    assert parse_dd_mb_per_s(DD_OUTPUT) == pytest.approx(536.870912)


def test_output_without_a_speed_is_an_error_that_shows_it() -> None:
    with pytest.raises(ValueError, match="No space left"):
        parse_dd_mb_per_s("dd: No space left on device")
