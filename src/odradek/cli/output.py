"""What commands print: rows as a table for people, as JSON or YAML for programs.

Invariants: results go to stdout, everything else (notes, progress, errors) to stderr, so that
stdout can always be piped; JSON and YAML carry every column, with their types. A column whose name
ends in `_bytes` is a size: whole bytes for programs, the nearest unit for people. A column that
holds no text is not shown to people.
"""

import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec
from cyclopts import Parameter

SIZE_SUFFIX = "_bytes"
SIZE_SHOWN_MAX = 999.95  # what would round to 1000.0 is 1.0 of the next unit

Row = Mapping[str, Any]
OutputFormat = Annotated[
    Literal["table", "json", "yaml"], Parameter(name=["--output", "-o"], help="How to print.")
]


def print_rows(rows: Sequence[Row], output: OutputFormat, *, title: str = "") -> None:
    """Print rows, all of the same columns; a table stands under its title, if it has one."""
    if output == "table":
        _print_table(rows, title)
    else:
        print_document(rows, output)


def print_document(document: object, output: Literal["json", "yaml"]) -> None:
    """Print one JSON or YAML document."""
    if output == "json":
        text = msgspec.json.format(msgspec.json.encode(document), indent=2)
    else:
        text = msgspec.yaml.encode(document).rstrip(b"\n")
    sys.stdout.write(text.decode() + "\n")


def note(sentence: str) -> None:
    """Tell the user something that is no result and no error."""
    sys.stderr.write(f"{sentence}\n")


def _print_table(rows: Sequence[Row], title: str) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if not rows and not title:
        return
    # Two blanks between columns: what there is to tell should fit eighty characters.
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    columns = [name for name in (rows[0] if rows else ()) if any(row[name] != "" for row in rows)]
    for column in columns:
        is_number = all(isinstance(row[column], int | float | None) for row in rows)
        heading = column.removesuffix(SIZE_SUFFIX).replace("_", " ")
        table.add_column(heading, justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(column, row[column])) for column in columns))
    console = Console(highlight=False)
    if not console.is_terminal:
        # A pipe has no width: never wrap or cut what another program may read.
        console.width = 10_000
    # Not printed by rich itself, which ends the process when the reader of a pipe has gone.
    with console.capture() as printed:
        if title:
            console.print(Text(title, style="bold"))
        if rows:
            console.print(table)
    for line in printed.get().splitlines():
        sys.stdout.write(f"{line.rstrip()}\n")


def _cell(column: str, value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return size_text(value) if column.endswith(SIZE_SUFFIX) else number_text(value)
    if isinstance(value, list | tuple):
        return ",".join(str(item) for item in value)
    return str(value)


def number_text(number: int) -> str:
    """A number as people write it: digits in groups of three once there are five."""
    return f"{number:,}" if abs(number) >= 10_000 else str(number)


def size_text(size_bytes: int) -> str:
    """A size in the decimal unit that leaves it below a thousand."""
    size = float(size_bytes)
    for unit in ("B", "kB", "MB", "GB"):
        if size < SIZE_SHOWN_MAX:
            return f"{size:.0f} B" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:,.1f} TB"
