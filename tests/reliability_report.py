"""Writes the results of the long runs into docs/reliability.md, one table row for each run."""

import datetime
import fcntl
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "reliability.md"
BEGIN, END = "<!-- results: written by make soak -->", "<!-- end of results -->"
HEADING = ["| run | how much | result | time | seed | day |", "|---|---|---|---|---|---|"]


@dataclass(frozen=True, slots=True)
class Row:
    """The outcome of one long run."""

    name: str
    amount: str
    result: str
    seconds: float
    seed: int

    def to_markdown(self, day: datetime.date) -> str:
        minutes, seconds = divmod(round(self.seconds), 60)
        cells = (self.name, self.amount, self.result, f"{minutes} min {seconds} s", self.seed, day)
        return "| " + " | ".join(map(str, cells)) + " |"


def write_row(row: Row, page: Path = PAGE) -> None:
    """Put the row into the page's table, in place of an older row of the same name."""
    day = datetime.datetime.now(datetime.UTC).date()
    with page.open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        text = with_row(file.read(), row.name, row.to_markdown(day))
        file.seek(0)
        file.truncate()
        file.write(text)


def with_row(text: str, name: str, markdown: str) -> str:
    """Return the page's text with the row in its table, rows sorted by name."""
    before, rest = text.split(BEGIN)
    table, after = rest.split(END)
    old = table.strip().splitlines()[len(HEADING) :]
    rows = sorted([row for row in old if not row.startswith(f"| {name} |")] + [markdown])
    return "\n".join([before + BEGIN, *HEADING, *rows, END + after])
