"""What commands print: rows as a table for people, as JSON or YAML for programs.

Invariants: results go to stdout, everything else (notes, progress, errors) to stderr, so that
stdout can always be piped; JSON and YAML carry every column, with their types. A column whose name
ends in `_bytes` is a size: whole bytes for programs, the nearest unit for people. A column that
holds no text is not shown to people.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec
from cyclopts import Parameter

SIZE_SUFFIX = "_bytes"
FOLDED_ROWS_MAX = 500  # who reads more of them has a pipe, which takes lines of any length
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
    columns = [name for name in (rows[0] if rows else ()) if any(row[name] != "" for row in rows)]
    if len(rows) > FOLDED_ROWS_MAX:
        sys.stdout.writelines(f"{line}\n" for line in _long_table(rows, columns, title))
        return
    # Two blanks between columns: what there is to tell should fit eighty characters.
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for column in columns:
        justify: Literal["left", "right"] = "right" if _is_number(rows, column) else "left"
        table.add_column(_heading(column), justify=justify, overflow="fold")
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


def _long_table(rows: Sequence[Row], columns: Sequence[str], title: str) -> Iterator[str]:
    """The same table, laid out here: rich takes half a millisecond for each row."""
    cells = [[_cell(column, row[column]) for column in columns] for row in rows]
    lines = [[_heading(column) for column in columns], *cells]
    widths = [max(map(len, texts)) for texts in zip(*lines, strict=True)]
    align = [str.rjust if _is_number(rows, column) else str.ljust for column in columns]
    head, *body = (
        "  ".join(pad(text, width) for pad, text, width in zip(align, line, widths, strict=True))
        for line in lines
    )
    yield from filter(None, [title])
    yield from (head.rstrip(), "─" * len(head))
    yield from (line.rstrip() for line in body)


def _heading(column: str) -> str:
    return column.removesuffix(SIZE_SUFFIX).replace("_", " ")


def _is_number(rows: Sequence[Row], column: str) -> bool:
    return all(isinstance(row[column], int | float | None) for row in rows)


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
