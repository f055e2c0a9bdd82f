"""Dicts, dataclasses and structs: into the plain data that a format writes, and back."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from odradek.clients.serializers.interface import Place, SerializationError

KEPT = (bytes, bytearray, datetime, date, time, timedelta, Decimal, UUID)
"""What Avro's logical types know themselves."""


def plain(data: object, place: Place, kept: tuple[type, ...] = ()) -> Any:
    """Containers, text, numbers, and what `kept` has; raises SerializationError."""
    try:
        return msgspec.to_builtins(data, builtin_types=kept)
    except (TypeError, ValueError, RecursionError) as error:
        raise SerializationError(
            f"{place} has a value that no format can write: {error}"
        ) from error


def typed(data: object, kind: Any, place: Place, *, strict: bool = True) -> Any:
    """The data as the type that was asked for; as it is, if none was."""
    if kind is None:
        return data
    try:
        return msgspec.convert(data, kind, strict=strict, builtin_types=KEPT)
    except (ValueError, RecursionError) as error:
        name = getattr(kind, "__name__", str(kind))
        raise SerializationError(f"{place} is no {name}: {error}") from error
