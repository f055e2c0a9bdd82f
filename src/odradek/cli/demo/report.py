"""The demo on paper: a line per step and a table for each part, for a terminal and for a log."""

from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import NamedTuple

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from odradek.cli.demo.checks import Comparison
from odradek.cli.demo.compaction_story import Step
from odradek.cli.demo.copy_story import Moment
from odradek.cli.demo.letters_story import LetterMoment
from odradek.cli.demo.schema_story import Refusal, SchemaMoment

LOG_WIDTH = 118
STEP_WIDTH = 8
TOPIC_COLUMNS = (
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
COPY_COLUMNS = (
    "records seen\nread_uncommitted",
    "records seen\nread_committed",
    "committed\noffset",
)
LETTER_COLUMNS = ("records in\nthe topic", "letters on\nour disk", "letters\nwaiting")
SCHEMA_COLUMNS = ("schema\nid", "flights\nwritten", "read with\nversion 1")
COMPACTION_COLUMNS = ("records", "keys", "tombstones", "kB on\nthe disk")


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

    def topics(self, results: Iterable[TopicResult]) -> None:
        """Print one row per topic."""
        self._table("topic", TOPIC_COLUMNS, map(_topic_cells, results))

    def moments(self, moments: Iterable[Moment]) -> None:
        """Print what readers saw at each moment of a copy."""
        rows = ((what, *_sights(seen, expected)) for what, seen, expected in moments)
        self._table("transaction", COPY_COLUMNS, rows)

    def cleaning(self, steps: Iterable[Step]) -> None:
        """Print what was in a compacted topic after each step."""
        self._table("moment", COMPACTION_COLUMNS, map(_step_cells, steps))

    def schemas(self, moments: Iterable[SchemaMoment], refusal: Refusal) -> None:
        """Print what became of each version of a schema, and why the last one is refused."""
        rows = (
            (what, "-" if schema_id is None else str(schema_id), f"{written:,}", f"{read:,}")
            for what, schema_id, written, read in moments
        )
        self._table("moment", SCHEMA_COLUMNS, rows)
        because = f"{refusal.kind}: {refusal.description}"
        self.step("refused", self._wrapped(because), style="bold red")
        self.step("proof", self._wrapped(f"{refusal.witness} cannot be read: {refusal.error}"))
        self.step("remedy", self._wrapped(refusal.remedy))
        self.gap()

    def letters(self, moments: Iterable[LetterMoment]) -> None:
        """Print where records and letters were after each step."""
        rows = ((what, *_sights(seen, expected)) for what, seen, expected in moments)
        self._table("moment", LETTER_COLUMNS, rows)

    def _wrapped(self, text: str) -> str:
        """A long text, in lines that begin where that of a step does."""
        indent = STEP_WIDTH + 3
        return f"\n{' ' * indent}".join(wrap(escape(text), self.console.width - indent))

    def _table(self, first: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
        table.add_column(first)
        for heading in columns:
            table.add_column(heading, justify="right")
        for row in rows:
            table.add_row(*row)
        self.console.print()
        self.console.print(table)
        self.console.print()

    def gap(self) -> None:
        """Print an empty line."""
        self.console.print()

    def verdict(self, *, passed: bool, text: str) -> None:
        """Print how it ended."""
        word, style = ("PASSED", "bold green") if passed else ("FAILED", "bold red")
        indented = text.replace("\n", "\n" + " " * STEP_WIDTH)
        self.console.print(f"\n[{style}]{word}[/{style}]  {indented}\n")


def _topic_cells(result: TopicResult) -> list[str]:
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


def _sights(seen: Iterable[int | None], expected: Iterable[int | None]) -> list[str]:
    pairs = zip(seen, expected, strict=True)
    return [
        _marked("-" if number is None else f"{number:,}", number == wanted)
        for number, wanted in pairs
    ]


def _step_cells(step: Step) -> list[str]:
    seen, expected = step.seen, step.expected
    return [
        step.what,
        _marked(f"{seen.records:,}", seen.records == expected.records),
        _marked(f"{len(seen.latest):,}", seen.latest == expected.latest),
        _marked(f"{seen.tombstones:,}", seen.tombstones == expected.tombstones),
        f"{step.size_bytes / 1e3:,.0f}",
    ]


def _marked(text: str, is_right: bool) -> str:
    return f"[green]{text}[/green]" if is_right else f"[bold red]{text}[/bold red]"
