"""Records to produce, read from text: NDJSON values, whole records, or CSV rows.

- ndjson: each line is a JSON value, sent as it stands.
- record: each line is a record as `odradek consume` prints it (key, value, headers), so that one
  command's output is the other's input; see `record_json`.
- csv: the first row names the fields, each further row becomes a JSON object of strings. CSV has no
  types and no headers, so it is turned into JSON here, at the edge, and never travels.

Invariants: input is read line by line, in constant memory; a line that cannot be read ends the
input with an InputError that names it, after the records before it have been handed out.
"""

import csv
from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from odradek.cli.errors import CommandError
from odradek.cli.records.json_record import Headers, JsonRecord

InputFormat = Literal["ndjson", "record", "csv"]


class InputError(CommandError):
    """A line of the input cannot become a record; the message names the line and the remedy."""


class OutgoingRecord(msgspec.Struct, frozen=True):
    """A record on its way to a topic; no value (None) is a tombstone."""

    key: bytes | None
    value: bytes | None
    headers: Headers | None = None


def read_records(
    lines: Iterable[bytes], input_format: InputFormat, key_field: str | None
) -> Iterator[OutgoingRecord]:
    """Turn the lines of a file into records, keyed by the field `key_field` of each value."""
    if input_format == "record":
        return _read_whole_records(lines)
    if input_format == "csv":
        return _read_csv(lines, key_field)
    return _read_values(lines, key_field)


def _read_values(lines: Iterable[bytes], key_field: str | None) -> Iterator[OutgoingRecord]:
    for number, value in _non_empty(lines):
        try:
            document = msgspec.json.decode(value)
        except msgspec.DecodeError as error:
            raise InputError(
                f"line {number} is not JSON ({error}); each line must be one JSON value"
            ) from error
        yield OutgoingRecord(_key(document, key_field, number), value)


def _read_whole_records(lines: Iterable[bytes]) -> Iterator[OutgoingRecord]:
    decoder = msgspec.json.Decoder(JsonRecord)
    for number, line in _non_empty(lines):
        try:
            record = decoder.decode(line)
            yield OutgoingRecord(record.key_bytes(), record.value_bytes(), record.header_list())
        except (msgspec.DecodeError, ValueError) as error:
            raise InputError(
                f"line {number} is not a record as `odradek consume` prints them ({error})"
            ) from error


def _read_csv(lines: Iterable[bytes], key_field: str | None) -> Iterator[OutgoingRecord]:
    # A quoted field may contain line breaks: the csv reader must see those as they are.
    reader = csv.reader((_text(line) for line in lines), strict=True)
    try:
        fields = next(reader, None)
        if fields is None:
            return
        for row in reader:
            if row:
                yield _csv_record(fields, row, key_field, reader.line_num)
    except csv.Error as error:
        raise InputError(f"line {reader.line_num} is not CSV ({error})") from error


def _csv_record(
    fields: list[str], row: list[str], key_field: str | None, number: int
) -> OutgoingRecord:
    if len(row) != len(fields):
        raise InputError(
            f"line {number} has {len(row)} fields, but the first row names {len(fields)}"
        )
    document = {field: text or None for field, text in zip(fields, row, strict=True)}
    return OutgoingRecord(_key(document, key_field, number), msgspec.json.encode(document))


def _key(document: object, key_field: str | None, number: int) -> bytes | None:
    """The key: the field's text, or the JSON of what is not text; a null field is no key."""
    if key_field is None:
        return None
    if not isinstance(document, dict) or key_field not in document:
        raise InputError(f"line {number} has no field {key_field}, which --key names")
    key = document[key_field]
    if key is None:
        return None
    return key.encode() if isinstance(key, str) else msgspec.json.encode(key)


def _non_empty(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(lines, start=1):
        if stripped := line.strip():
            yield number, stripped


def _text(line: bytes) -> str:
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"the input is not UTF-8 text ({error.reason}: {line[:40]!r})") from error
