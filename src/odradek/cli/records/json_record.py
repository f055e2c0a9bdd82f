"""A record as one line of JSON: what `odradek consume` prints and `odradek produce` reads back.

    {"topic":"flights","partition":3,"offset":41,"timestamp":"2026-11-22T21:45:07.123Z",
     "key":"N14228","value":{"carrier":"UA"},"headers":[{"name":"source","value":"faa"}]}

Invariants: nothing is lost or guessed. A value that is JSON stands as itself in `value`; a null
`value` is a tombstone; text that is not JSON stands in `value_text`, any other bytes in
`value_base64`. Keys and header values are text, else in `key_base64` and `value_base64`.
A JSON value is compacted to one line, otherwise not touched: numbers keep their digits.
"""

import base64
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
from msgspec import UNSET, Raw, UnsetType

Headers = list[tuple[str, bytes | None]]

TOMBSTONE = b"null"


class JsonHeader(msgspec.Struct, omit_defaults=True):
    """One header; neither value given means null."""

    name: str
    value: str | UnsetType | None = UNSET
    value_base64: str | UnsetType = UNSET

    def value_bytes(self) -> bytes | None:
        return _bytes(self.value, self.value_base64)


class JsonRecord(msgspec.Struct, omit_defaults=True):
    """One record; `topic`, `partition`, `offset` and `timestamp` tell where it was read."""

    topic: str | UnsetType = UNSET
    partition: int | UnsetType = UNSET
    offset: int | UnsetType = UNSET
    timestamp: str | UnsetType | None = UNSET
    key: str | UnsetType | None = UNSET
    key_base64: str | UnsetType = UNSET
    value: Raw | UnsetType = UNSET
    value_text: str | UnsetType = UNSET
    value_base64: str | UnsetType = UNSET
    headers: list[JsonHeader] | UnsetType = UNSET

    def key_bytes(self) -> bytes | None:
        return _bytes(self.key, self.key_base64)

    def value_bytes(self) -> bytes | None:
        """The value's bytes, None for a tombstone; raises ValueError when no value is given."""
        if self.value is not UNSET:
            return None if bytes(self.value) == TOMBSTONE else bytes(self.value)
        if self.value_text is UNSET and self.value_base64 is UNSET:
            raise ValueError("it has no value; a tombstone is written as a null value")
        return _bytes(self.value_text, self.value_base64)

    def header_list(self) -> Headers | None:
        if self.headers is UNSET or not self.headers:
            return None
        return [(header.name, header.value_bytes()) for header in self.headers]


def json_record(
    *,
    topic: str,
    partition: int,
    offset: int,
    timestamp_ms: int | None,
    key: bytes | None,
    value: bytes | None,
    headers: Sequence[tuple[str, bytes | None]] | None,
) -> JsonRecord:
    """The printable form of a record that was read."""
    record = JsonRecord(topic, partition, offset, timestamp_text(timestamp_ms))
    record.key, record.key_base64 = _text_or_base64(key)
    _set_value(record, value)
    if headers:
        record.headers = [
            JsonHeader(name, *_text_or_base64(header_value)) for name, header_value in headers
        ]
    return record


def timestamp_text(timestamp_ms: int | None) -> str | None:
    """A record's timestamp in UTC, to the millisecond; None if it has none."""
    if timestamp_ms is None:
        return None
    moment = datetime.fromtimestamp(timestamp_ms / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def compact_json(value: bytes) -> bytes | None:
    """The value as JSON on one line, or None when it is not JSON."""
    try:
        return msgspec.json.format(value, indent=-1)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _set_value(record: JsonRecord, value: bytes | None) -> None:
    as_json = TOMBSTONE if value is None else compact_json(value)
    # A value that is JSON's own null would read as a tombstone: it is shown as the text it is.
    if as_json is not None and (value is None or as_json != TOMBSTONE):
        record.value = Raw(as_json)
        return
    text, record.value_base64 = _text_or_base64(value)
    record.value_text = text if isinstance(text, str) else UNSET


def _text_or_base64(content: bytes | None) -> tuple[str | UnsetType | None, str | UnsetType]:
    if content is None:
        return None, UNSET
    try:
        return content.decode(), UNSET
    except UnicodeDecodeError:
        return UNSET, base64.b64encode(content).decode()


def _bytes(text: str | UnsetType | None, in_base64: str | UnsetType) -> bytes | None:
    if isinstance(text, str):
        return text.encode()
    return base64.b64decode(in_base64, validate=True) if isinstance(in_base64, str) else None
