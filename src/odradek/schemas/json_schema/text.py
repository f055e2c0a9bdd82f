"""A schema's text as JSON, within limits, and back: one form to compare texts, one to store them.

Invariants: numbers keep their digits (a float would make 0.1 and 0.10000000000000000001 one); what
was read is nested and long enough to be walked, never so much that walking it would hurt.
"""

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TypeAlias

from odradek.schemas.schema import InvalidSchema

JsonValue: TypeAlias = (
    "Mapping[str, JsonValue] | list[JsonValue] | str | int | float | Decimal | bool | None"
)
JsonObject: TypeAlias = "Mapping[str, JsonValue]"

MAX_NESTING = 128
"""Objects and arrays inside each other: more than anybody reads, less than Python can recurse."""
MAX_VALUES = 200_000
"""Objects, arrays and plain values in one text; some megabytes of it."""
HALF_CHARACTER = re.compile("[\ud800-\udfff]")
MAX_EXPONENT = 1_000
"""Of a number: 1e1000000000 is eleven characters, and a gigabyte when it is written out."""


def read_json(text: str, what: str = "the schema") -> JsonValue:
    """The value that `text` is; raises InvalidSchema if it is no JSON or over a limit."""
    try:
        value: JsonValue = json.loads(text, parse_float=_number, parse_constant=_refuse_constant)
    except RecursionError:
        raise _too_deep(what) from None
    except ValueError as error:
        raise InvalidSchema(f"{what} is not JSON: {error}; mend its syntax") from error
    _check_size(value, what)
    if "\\ud" in text.lower():
        _refuse_half_characters(value, what)
    return value


def compact(value: JsonValue) -> str:
    """The value without white space, its keys in their order."""
    return _write(value)


def sorted_compact(value: JsonValue) -> str:
    """The value without white space, the keys of every object sorted as Java sorts strings."""
    return _write(_sort(value))


def walk(value: JsonValue) -> Iterator[tuple[JsonValue, int]]:
    """Every value within, itself first, and how deep it lies."""
    waiting: list[tuple[JsonValue, int]] = [(value, 0)]
    while waiting:
        current, depth = waiting.pop()
        yield current, depth
        if isinstance(current, Mapping):
            waiting.extend((child, depth + 1) for child in current.values())
        elif isinstance(current, list):
            waiting.extend((child, depth + 1) for child in current)


def _check_size(value: JsonValue, what: str) -> None:
    for count, (_, depth) in enumerate(walk(value), 1):
        if depth > MAX_NESTING:
            raise _too_deep(what)
        if count > MAX_VALUES:
            raise InvalidSchema(
                f"{what} has more than {MAX_VALUES:,} values; split it with references"
            )


def _refuse_half_characters(value: JsonValue, what: str) -> None:
    """JSON can write half of what UTF-16 writes in two; no sentence about it could be sent."""
    for each, _ in walk(value):
        texts = each if isinstance(each, Mapping) else [each]
        for text in texts:
            if isinstance(text, str) and HALF_CHARACTER.search(text):
                raise InvalidSchema(f"{what} has half a character, {text!r}; write both halves")


def _number(digits: str) -> Decimal:
    number = Decimal(digits)
    if abs(number.adjusted()) > MAX_EXPONENT:
        raise ValueError(f"the number {digits} is out of any range")
    return number


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON value")


def _too_deep(what: str) -> InvalidSchema:
    return InvalidSchema(
        f"{what} is nested deeper than {MAX_NESTING} levels; move inner parts to definitions"
    )


def _sort(value: JsonValue) -> JsonValue:
    if isinstance(value, Mapping):
        return {key: _sort(value[key]) for key in sorted(value, key=_utf16)}
    if isinstance(value, list):
        return [_sort(item) for item in value]
    return value


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be", "surrogatepass")


def _write(value: JsonValue) -> str:
    if isinstance(value, Mapping):
        return f"{{{','.join(f'{_quote(key)}:{_write(item)}' for key, item in value.items())}}}"
    if isinstance(value, list):
        return f"[{','.join(map(_write, value))}]"
    if isinstance(value, Decimal):
        return str(value if value else abs(value))
    return _quote(value)


def _quote(value: str | float | bool | None) -> str:
    return json.dumps(value, ensure_ascii=False)
