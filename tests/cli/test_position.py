from datetime import UTC, datetime, timedelta

import pytest

from odradek.cli.errors import CommandError
from odradek.cli.position import Edge, parse_position, timestamp_ms


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("earliest", Edge.EARLIEST),
        ("beginning", Edge.EARLIEST),
        ("latest", Edge.LATEST),
        ("end", Edge.LATEST),
        ("0", 0),
        ("336776", 336_776),
        ("2026-11-22T21:45:00+01:00", datetime(2026, 11, 22, 20, 45, tzinfo=UTC)),
        ("2026-11-22T20:45:00Z", datetime(2026, 11, 22, 20, 45, tzinfo=UTC)),
    ],
)
def test_place_is_an_end_an_offset_or_a_time(text: str, position: object) -> None:
    assert parse_position("--to", text) == position


def test_time_without_zone_is_local() -> None:
    local = datetime(2026, 11, 22, 21, 45).astimezone()

    assert parse_position("--to", "2026-11-22T21:45") == local


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("30s", timedelta(seconds=30)),
        ("15m", timedelta(minutes=15)),
        ("12h", timedelta(hours=12)),
        ("7d", timedelta(days=7)),
    ],
)
def test_age_is_counted_back_from_now(text: str, age: timedelta) -> None:
    before = datetime.now(UTC)
    position = parse_position("--to", text)

    assert isinstance(position, datetime)
    assert before - age <= position <= datetime.now(UTC) - age


@pytest.mark.parametrize("text", ["", "soon", "-1", "1w", "3.5", "999999999d", "2026-13-01"])
def test_anything_else_is_answered_with_what_is_accepted(text: str) -> None:
    with pytest.raises(CommandError, match=r"^--to .* is no place in a log: use earliest, latest"):
        parse_position("--to", text)


def test_time_before_kafkas_first_is_its_first() -> None:
    assert timestamp_ms(datetime(1950, 1, 1, tzinfo=UTC)) == 0
    assert timestamp_ms(datetime(2026, 11, 22, tzinfo=UTC)) == 1_795_305_600_000
