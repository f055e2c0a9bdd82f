"""What commands print: rows as a table for people, as JSON or YAML for programs.

Invariants: results go to stdout, everything else (notes, progress, errors) to stderr, so that
stdout can always be piped; JSON and YAML carry every column, with their types.
"""

import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec
from cyclopts import Parameter

Row = Mapping[str, Any]
OutputFormat = Annotated[
    Literal["table", "json", "yaml"], Parameter(name=["--output", "-o"], help="How to print.")
]


def print_rows(rows: Sequence[Row], output: OutputFormat, *, title: str = "") -> None:
    """Print rows, all of the same columns."""
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

    if not rows:
        return
    table = Table(
        box=box.SIMPLE_HEAD,
        title=title or None,
        title_justify="left",
        show_edge=False,
        pad_edge=False,
    )
    for column in rows[0]:
        is_number = all(isinstance(row[column], int | float) for row in rows)
        table.add_column(column.replace("_", " "), justify="right" if is_number else "left")
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row.values()))
    console = Console(highlight=False)
    if not console.is_terminal:
        # A pipe has no width: never wrap or cut what another program may read.
        console.width = 10_000
    # Not printed by rich itself, which ends the process when the reader of a pipe has gone.
    with console.capture() as printed:
        console.print(table)
    sys.stdout.write(printed.get())


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}" if abs(value) >= 10_000 else str(value)
    if isinstance(value, list | tuple):
        return ",".join(str(item) for item in value)
    return str(value)
