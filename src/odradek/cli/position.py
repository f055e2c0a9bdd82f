"""Places in a log as people name them: its ends, an offset, a time, or how long ago.

The same words are read wherever a command asks for a place, whether to read from or to reset to.
"""

import re
from datetime import UTC, datetime, timedelta
from enum import Enum

from odradek.cli.errors import CommandError


class Edge(Enum):
    """An end of a log."""

    EARLIEST = "earliest"
    LATEST = "latest"


Position = Edge | int | datetime

EDGES = {
    "earliest": Edge.EARLIEST,
    "beginning": Edge.EARLIEST,
    "latest": Edge.LATEST,
    "end": Edge.LATEST,
}
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
AGE = re.compile(rf"(\d{{1,9}})([{''.join(UNITS)}])")
ACCEPTED = (
    "earliest, latest, an offset, a time such as 2026-11-22T21:45 (local, unless it says"
    " otherwise), or how long ago, such as 30s, 15m, 12h or 7d"
)


def parse_position(option: str, text: str) -> Position:
    """Read what was given to `option`; CommandError says what it accepts."""
    if text in EDGES:
        return EDGES[text]
    if text.isdecimal():
        return int(text)
    try:
        if age := AGE.fullmatch(text):
            return datetime.now(UTC) - timedelta(**{UNITS[age[2]]: int(age[1])})
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError) as error:
        raise CommandError(f"{option} {text} is no place in a log: use {ACCEPTED}") from error


def timestamp_ms(time: datetime) -> int:
    """The time as Kafka counts it; before 1970 nothing was written, so no earlier than that."""
    return max(0, int(time.timestamp() * 1000))
