"""Query parameters into a struct, read leniently.

`True` and `False` are booleans as clients in Python write them, a parameter that nobody knows is
left alone, and where one comes twice that takes a single value, the first counts.
"""

import re
from collections.abc import Sequence
from typing import Any, get_origin, get_type_hints

from msgspec import Struct
from msgspec.structs import FieldInfo, fields

from odradek.web.errors import HttpError

UNREADABLE = 404
"""What Confluent answers to a number that is none."""
INT_MAX = 2**31 - 1
NUMBER = re.compile(r"[+-]?[0-9]{1,20}")


def read_query(kind: type[Struct], pairs: Sequence[tuple[str, str]]) -> Any:
    """The parameters as a struct of this kind; raises HttpError for a number that is none."""
    if not pairs:
        return kind()
    hints = _hints(kind)
    given: dict[str, Any] = {}
    for each in fields(kind):
        values = [value for name, value in pairs if name == each.encode_name]
        if values:
            given[each.name] = _read(each, hints[each.name], values)
    return kind(**given)


_known_hints: dict[type[Struct], dict[str, Any]] = {}


def _hints(kind: type[Struct]) -> dict[str, Any]:
    if kind not in _known_hints:
        _known_hints[kind] = get_type_hints(kind)
    return _known_hints[kind]


def _read(parameter: FieldInfo, hint: Any, values: list[str]) -> Any:
    if get_origin(hint) in (list, tuple):
        return tuple(values)
    if hint is bool:
        return values[0].lower() == "true"
    if hint is int:
        return _number(parameter, values[0])
    return values[0]


def _number(parameter: FieldInfo, text: str) -> int:
    if not text:
        return int(parameter.default)
    number = int(text) if NUMBER.fullmatch(text) else None
    if number is None or not -INT_MAX <= number <= INT_MAX:
        raise HttpError(
            UNREADABLE,
            UNREADABLE,
            f"The parameter {parameter.encode_name} is no number of 32 bits: {text[:20]!r}",
        )
    return number
