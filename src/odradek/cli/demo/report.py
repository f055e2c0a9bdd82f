"""The demo on paper: a line per step and a table at the end, for a terminal and for a log."""

from typing import NamedTuple

from rich import box
from rich.console import Console
from rich.table import Table

from odradek.cli.demo.checks import Comparison

LOG_WIDTH = 118
STEP_WIDTH = 10


class TopicResult(NamedTuple):
    """What the table says of one topic."""

    comparison: Comparison
    size_bytes: int
    write_s: float
    read_s: float


class Report:
    """Prints the demo's steps as they happen, and its result."""

    def __init__(self) -> None:
        self._console = Console(highlight=False)
        if not self._console.is_terminal:
            self._console.width = LOG_WIDTH

    def headline(self, text: str) -> None:
        """Print the title."""
        self._console.print(f"\n[bold]{text}[/bold]\n")

    def step(self, name: str, text: str, *, style: str = "cyan") -> None:
        """Print that something has happened."""
        self._console.print(f"  [{style}]{name:<{STEP_WIDTH}}[/{style}] {text}")

    def table(self, results: list[TopicResult]) -> None:
        """Print one row per topic."""
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        table.add_column("topic")
        for heading in ("rows in\nsource", "records\nin topic", "distinct\nrows", "dupli-\ncates"):
            table.add_column(heading, justify="right")
        for heading in ("checksum\nequal", "order per\nkey kept"):
            table.add_column(heading, justify="center")
        for heading in ("MB", "write\nMB/s", "write\ns", "read\nMB/s", "read\ns"):
            table.add_column(heading, justify="right")
        for result in results:
            table.add_row(*_cells(result))
        self._console.print()
        self._console.print(table)

    def verdict(self, *, passed: bool, text: str) -> None:
        """Print how it ended."""
        word, style = ("PASSED", "bold green") if passed else ("FAILED", "bold red")
        self._console.print(f"\n[{style}]{word}[/{style}]  {text}\n")


def _cells(result: TopicResult) -> list[str]:
    comparison = result.comparison
    megabytes = result.size_bytes / 1e6
    return [
        comparison.topic,
        f"{comparison.source_rows:,}",
        _marked(f"{comparison.records:,}", comparison.records == comparison.source_rows),
        _marked(f"{comparison.distinct:,}", comparison.distinct == comparison.source_distinct),
        _marked(f"{comparison.duplicates:,}", comparison.duplicates == 0),
        _yes(comparison.checksum_equal),
        _yes(comparison.keys_out_of_order == 0),
        f"{megabytes:,.2f}",
        f"{megabytes / result.write_s:,.1f}",
        f"{result.write_s:,.2f}",
        f"{megabytes / result.read_s:,.1f}",
        f"{result.read_s:,.2f}",
    ]


def _yes(is_so: bool) -> str:
    return _marked("yes" if is_so else "NO", is_so)


def _marked(text: str, is_right: bool) -> str:
    return f"[green]{text}[/green]" if is_right else f"[bold red]{text}[/bold red]"
