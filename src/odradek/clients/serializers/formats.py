"""The formats that need nothing but the bytes: bytes themselves, UTF-8 text, and JSON.

Invariants: what was written reads back equal; a value of another type is refused and never guessed
at (a number is no text, an object's `repr` is no record).
"""

from dataclasses import dataclass
from typing import Any

import msgspec

from odradek.clients.serializers.interface import Place, SerializationError


class BytesFormat:
    """Bytes as they are."""

    def serialize(self, data: object, place: Place) -> bytes | None:
        if data is None or isinstance(data, bytes):
            return data
        if isinstance(data, bytearray | memoryview):
            return bytes(data)
        raise _wrong_type(data, place, "bytes")

    def deserialize(self, data: bytes | None, place: Place) -> bytes | None:
        return data


class StringFormat:
    """Text as UTF-8."""

    def serialize(self, data: object, place: Place) -> bytes | None:
        if data is None:
            return None
        if not isinstance(data, str):
            raise _wrong_type(data, place, "a string")
        try:
            return data.encode()
        except UnicodeEncodeError as error:
            raise SerializationError(f"{place} has no UTF-8: {error}") from error

    def deserialize(self, data: bytes | None, place: Place) -> str | None:
        if data is None:
            return None
        try:
            return data.decode()
        except UnicodeDecodeError as error:
            raise SerializationError(f"{place} is not UTF-8: {error}") from error


@dataclass(frozen=True, slots=True)
class JsonFormat:
    """JSON of whatever msgspec can write: containers, numbers, dates, dataclasses, structs.

    `type` is what is read back, and what does not fit it is refused; without one JSON's own
    containers come back.
    """

    type: Any = Any

    def serialize(self, data: object, place: Place) -> bytes | None:
        if data is None:
            return None
        try:
            return msgspec.json.encode(data)
        except (TypeError, ValueError, RecursionError) as error:
            raise SerializationError(f"{place} has no JSON: {error}") from error

    def deserialize(self, data: bytes | None, place: Place) -> object:
        if data is None:
            return None
        try:
            return msgspec.json.decode(data, type=self.type)
        except (ValueError, RecursionError) as error:
            expected = "JSON" if self.type is Any else f"JSON of {_name_of(self.type)}"
            raise SerializationError(f"{place} is not {expected}: {error}") from error


BYTES = BytesFormat()
STRING = StringFormat()
JSON = JsonFormat()


def _wrong_type(data: object, place: Place, wanted: str) -> SerializationError:
    return SerializationError(
        f"{place} must be {wanted}, not {type(data).__name__}; choose another serializer"
    )


def _name_of(kind: Any) -> str:
    return getattr(kind, "__name__", str(kind))
