"""The demo on paper: a line per step and a table at the end, for a terminal and for a log."""

from typing import NamedTuple

from rich import box
from rich.console import Console
from rich.table import Table

from odradek.cli.demo.checks import Comparison

LOG_WIDTH = 118
STEP_WIDTH = 8
COLUMNS = (
    "rows in\nsource",
    "records\nread",
    "distinct\nrows",
    "dupli-\ncates",
    "check-\nsum",
    "order\nkept",
    "write\nMB/s",
    "read\nMB/s",
    "time\ns",
)


class TopicResult(NamedTuple):
    """What the table says of one topic."""

    comparison: Comparison
    size_bytes: int
    write_s: float
    read_s: float


class Report:
    """Prints the demo's steps as they happen, and its result."""

    def __init__(self) -> None:
        self.console = Console(highlight=False)
        if not self.console.is_terminal:
            self.console.width = LOG_WIDTH

    def headline(self, text: str) -> None:
        """Print the title."""
        self.console.print(f"\n[bold]{text}[/bold]\n")

    def step(self, name: str, text: str, *, style: str = "cyan") -> None:
        """Print that something has happened."""
        self.console.print(f"  [{style}]{name:<{STEP_WIDTH}}[/{style}] {text}")

    def table(self, results: list[TopicResult]) -> None:
        """Print one row per topic."""
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
        table.add_column("topic")
        for heading in COLUMNS:
            table.add_column(heading, justify="right")
        for result in results:
            table.add_row(*_cells(result))
        self.console.print()
        self.console.print(table)
        self.console.print()

    def gap(self) -> None:
        """Print an empty line."""
        self.console.print()

    def verdict(self, *, passed: bool, text: str) -> None:
        """Print how it ended."""
        word, style = ("PASSED", "bold green") if passed else ("FAILED", "bold red")
        self.console.print(f"\n[{style}]{word}[/{style}]  {text}\n")


def _cells(result: TopicResult) -> list[str]:
    comparison = result.comparison
    megabytes = result.size_bytes / 1e6
    return [
        comparison.topic,
        f"{comparison.source_rows:,}",
        _marked(f"{comparison.records:,}", comparison.records == comparison.source_rows),
        _marked(f"{comparison.distinct:,}", comparison.distinct == comparison.source_distinct),
        _marked(f"{comparison.duplicates:,}", comparison.duplicates == 0),
        _marked("equal" if comparison.checksum_equal else "OTHER", comparison.checksum_equal),
        _marked("yes" if comparison.order_kept else "NO", comparison.order_kept),
        f"{megabytes / result.write_s:,.1f}",
        f"{megabytes / result.read_s:,.1f}",
        f"{result.write_s + result.read_s:,.2f}",
    ]


def _marked(text: str, is_right: bool) -> str:
    return f"[green]{text}[/green]" if is_right else f"[bold red]{text}[/bold red]"
