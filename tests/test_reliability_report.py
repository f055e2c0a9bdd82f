"""The results table keeps one row for each run, the newest."""

import datetime
from pathlib import Path

from tests.reliability_report import BEGIN, END, HEADING, Row, with_row, write_row

EMPTY = "\n".join(["# Page", "", BEGIN, *HEADING, END, "", "More.", ""])


def row(name: str, result: str = "fine") -> Row:
    return Row(name=name, amount="3 kills", result=result, seconds=75.4, seed=7)


def test_row_is_written_into_an_empty_table(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(EMPTY)
    write_row(row("kill"), page)
    assert "| kill | 3 kills | fine | 1 min 15 s | 7 |" in page.read_text()
    assert page.read_text().endswith(END + "\n\nMore.\n")


def test_newer_row_replaces_the_older_of_the_same_name() -> None:
    day = datetime.date(2026, 1, 2)
    text = EMPTY
    for each in (row("b", "old"), row("a"), row("b", "new")):
        text = with_row(text, each.name, each.to_markdown(day))
    rows = text.split(BEGIN)[1].split(END)[0].strip().splitlines()[len(HEADING) :]
    assert rows == [row("a").to_markdown(day), row("b", "new").to_markdown(day)]
