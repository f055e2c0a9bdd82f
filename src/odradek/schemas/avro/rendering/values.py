"""Values as Java writes them in JSON: numbers with a point have a notation of their own there."""

import struct
from decimal import Decimal

import msgspec

from odradek.schemas.avro.types import Array, AvroType, Json, Map, Record, Union

PLAIN_FROM, PLAIN_BELOW = Decimal("0.001"), Decimal("1e7")
"""Between them Java writes a number without an exponent."""


def json_value(value: Json, *, is_sorted: bool) -> Json:
    """A value to encode; the keys of objects may be sorted."""
    match value:
        case dict():
            names = sorted(value, key=utf16) if is_sorted else value
            return {name: json_value(value[name], is_sorted=is_sorted) for name in names}
        case list():
            return [json_value(each, is_sorted=is_sorted) for each in value]
        case float():
            return msgspec.Raw(_java(repr(value)).encode())
        case _:
            return value


def utf16(name: str) -> bytes:
    """What Java sorts strings by."""
    return name.encode("utf-16-be", "surrogatepass")


def default_value(avro_type: AvroType, value: Json) -> Json:
    """The default of a type, its numbers being such as the type has."""
    match avro_type:
        case Union(branches=(first, *_)):
            return default_value(first, value)
        case Array(items=items) if isinstance(value, list):
            return [default_value(items, each) for each in value]
        case Map(values=values) if isinstance(value, dict):
            return {name: default_value(values, each) for name, each in value.items()}
        case Record(by_name=fields) if isinstance(value, dict):
            return {
                name: default_value(fields[name].type, each) if name in fields else each
                for name, each in value.items()
            }
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and avro_type.kind in ("float", "double"):
        return _number(value, is_single=avro_type.kind == "float")
    return value


def _number(value: Json, *, is_single: bool) -> Json:
    """As a number with a point; a whole one may be too large for that, and stays."""
    assert isinstance(value, int | float)  # noqa: S101 - the caller has looked
    try:
        return _shortest_single(float(value)) if is_single else float(value)
    except OverflowError:
        return value


def _shortest_single(value: float) -> float:
    """The number with the fewest digits that is the same in four bytes."""
    encoded = struct.pack(">f", value)
    (single,) = struct.unpack(">f", encoded)
    candidates = (float(f"{single:.{digits}g}") for digits in range(1, 10))
    return next(each for each in candidates if struct.pack(">f", each) == encoded)


def _java(text: str) -> str:
    """Python's shortest form of a float as Java has it: 1.0E10 for 1e10 and 10000000000.0."""
    number = Decimal(text)
    if number == 0 or PLAIN_FROM <= abs(number) < PLAIN_BELOW:
        return text
    digits = "".join(map(str, number.as_tuple().digits)).rstrip("0")
    sign = "-" if number < 0 else ""
    return f"{sign}{digits[0]}.{digits[1:] or '0'}E{number.adjusted()}"
