"""Records printed: as NDJSON, one document of JSON or YAML, bare values, CSV or a table.

Invariants: records are printed as they come, in constant memory; a document of all is a list that
ends with the last record. A tombstone is `null` everywhere but in CSV, where the fields of its
value are empty. YAML shows numbers as Python reads them; everything else keeps their digits.
"""

import csv
import io
from collections import Counter
from typing import BinaryIO, Literal, Protocol, cast

import msgspec
from confluent_kafka import TIMESTAMP_NOT_AVAILABLE

from odradek.cli.output import note
from odradek.cli.records.json_record import (
    TOMBSTONE,
    Headers,
    JsonRecord,
    compact_json,
    json_record,
)
from odradek.cli.records.topic_reader import Record

RecordFormat = Literal["ndjson", "json", "yaml", "value", "csv", "table"]

CSV_METADATA = ("_partition", "_offset", "_timestamp", "_key", "_headers")
CSV_BARE_VALUE = "_value"
TABLE_KEY_CHARS = 16
TABLE_TIMESTAMP_CHARS = 24


class RecordPrinter(Protocol):
    """Prints records in one format."""

    def print(self, message: Record) -> None:
        """Print one record."""

    def finish(self) -> None:
        """Say what has to be said after the last record."""


def record_printer(
    record_format: RecordFormat, output: BinaryIO, *, width: int | None = None
) -> RecordPrinter:
    """The printer of a format; a table is cut to `width` characters, if one is given."""
    match record_format:
        case "ndjson":
            return NdjsonPrinter(output)
        case "json":
            return JsonPrinter(output)
        case "yaml":
            return YamlPrinter(output)
        case "value":
            return ValuePrinter(output)
        case "csv":
            return CsvPrinter(output)
        case "table":
            return TablePrinter(output, width)


class NdjsonPrinter:
    """Whole records; `odradek produce --format record` reads them back."""

    def __init__(self, output: BinaryIO) -> None:
        self._output = output
        self._encoder = msgspec.json.Encoder()

    def print(self, message: Record) -> None:
        self._output.write(self._encoder.encode(_as_json_record(message)) + b"\n")

    def finish(self) -> None:
        """NDJSON ends as it is."""


class JsonPrinter:
    """Whole records as one list, for programs that read a document and not lines."""

    def __init__(self, output: BinaryIO) -> None:
        self._output = output
        self._encoder = msgspec.json.Encoder()
        self._before_next = b"[\n"

    def print(self, message: Record) -> None:
        self._output.write(self._before_next + self._encoder.encode(_as_json_record(message)))
        self._before_next = b",\n"

    def finish(self) -> None:
        self._output.write(b"[]\n" if self._before_next == b"[\n" else b"\n]\n")


class YamlPrinter:
    """Whole records as one list, easier to read."""

    def __init__(self, output: BinaryIO) -> None:
        self._output = output
        self._is_empty = True

    def print(self, message: Record) -> None:
        plain = msgspec.json.decode(msgspec.json.encode(_as_json_record(message)))
        self._output.write(msgspec.yaml.encode([plain]))
        self._is_empty = False

    def finish(self) -> None:
        if self._is_empty:
            self._output.write(b"[]\n")


class ValuePrinter:
    """The values alone, their bytes untouched, a line break after each."""

    def __init__(self, output: BinaryIO) -> None:
        self._output = output

    def print(self, message: Record) -> None:
        value = message.value()
        self._output.write((TOMBSTONE if value is None else value) + b"\n")

    def finish(self) -> None:
        """Values end as they are."""


class CsvPrinter:
    """The fields of JSON objects as columns, after the record's metadata.

    The first record with an object decides the columns; what later ones have besides is left out
    and told at the end. Other values stand in a column of their own.
    """

    def __init__(self, output: BinaryIO) -> None:
        self._output = output
        self._text = io.StringIO(newline="")
        self._writer = csv.writer(self._text, lineterminator="\n")
        self._fields: list[str] | None = None
        self._left_out: Counter[str] = Counter()

    def print(self, message: Record) -> None:
        value = message.value()
        fields = _json_object(value)
        if self._fields is None:
            self._fields = list(fields)
            self._writer.writerow([*CSV_METADATA, *self._columns()])
        self._writer.writerow([*self._metadata(message), *self._row(fields, value)])
        self._output.write(self._text.getvalue().encode())
        self._text.seek(0)
        self._text.truncate()

    def finish(self) -> None:
        if self._left_out:
            fields = ", ".join(f"{name} ({count:,})" for name, count in self._left_out.items())
            note(
                "note: some records have what the first one lacks, and CSV cannot show it:"
                f" {fields}; -o ndjson shows everything"
            )

    def _columns(self) -> list[str]:
        return self._fields or [CSV_BARE_VALUE]

    def _metadata(self, message: Record) -> list[object]:
        record = _as_json_record(message)
        key = record.key if isinstance(record.key, str) else record.key_base64 or None
        headers = msgspec.json.encode(record.headers).decode() if record.headers else None
        return [record.partition, record.offset, record.timestamp, key, headers]

    def _row(self, fields: dict[str, object], value: bytes | None) -> list[object]:
        if not self._fields:
            return [None if value is None else value.decode(errors="replace")]
        left_out = fields.keys() - set(self._fields)
        if not fields and value is not None:
            left_out = {"values that are no JSON object"}
        self._left_out.update(left_out)
        return [_csv_cell(fields.get(name)) for name in self._fields]


class TablePrinter:
    """Columns for people; whole in a pipe, which has no width to be cut to."""

    def __init__(self, output: BinaryIO, width: int | None) -> None:
        self._output = output
        self._width = width
        self._write("partition", "offset", "timestamp", "key", "value")

    def print(self, message: Record) -> None:
        record = _as_json_record(message)
        value = message.value()
        shown = TOMBSTONE if value is None else compact_json(value) or value
        self._write(
            str(record.partition),
            str(record.offset),
            record.timestamp or "-",
            record.key if isinstance(record.key, str) else record.key_base64 or "-",
            shown.decode(errors="backslashreplace"),
        )

    def finish(self) -> None:
        """A table ends as it is."""

    def _write(self, partition: str, offset: str, timestamp: str, key: str, value: str) -> None:
        key_chars = TABLE_KEY_CHARS if self._width else None
        line = (
            f"{partition:>9}  {offset:>10}  {timestamp:<{TABLE_TIMESTAMP_CHARS}}"
            f"  {_cut(key, key_chars):<{TABLE_KEY_CHARS}}  {value}"
        )
        printable = "".join(c if c.isprintable() else " " for c in _cut(line, self._width))
        self._output.write(printable.encode() + b"\n")


def _as_json_record(message: Record) -> JsonRecord:
    kind, timestamp_ms = message.timestamp()
    return json_record(
        topic=message.topic() or "",
        partition=message.partition() or 0,
        offset=message.offset() or 0,
        timestamp_ms=None if kind == TIMESTAMP_NOT_AVAILABLE else timestamp_ms,
        key=message.key(),
        value=message.value(),
        headers=cast(Headers | None, message.headers()),  # of received messages, always a list
    )


def _json_object(value: bytes | None) -> dict[str, object]:
    """The fields of a JSON object; none for any other value."""
    try:
        document = msgspec.json.decode(value or b"null")
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return document if isinstance(document, dict) else {}


def _csv_cell(value: object) -> object:
    if value is None or isinstance(value, str):
        return value
    return msgspec.json.encode(value).decode()


def _cut(text: str, chars_max: int | None) -> str:
    if chars_max is None or len(text) <= chars_max:
        return text
    return f"{text[: chars_max - 1]}…"
