"""Options of a .proto text that is known to be one, as they are written.

What stands in the braces of a custom option nobody has read before: it is refused where it is no
message.
"""

from collections.abc import Iterable

from odradek.schemas.protobuf.limits import NESTING_MAX
from odradek.schemas.protobuf.source.cursor import Cursor
from odradek.schemas.protobuf.source.literals import take_string
from odradek.schemas.protobuf.source.tokens import TokenKind
from odradek.schemas.protobuf.written.elements import Number, Option, Value, Word

_CLOSING = {"{": "}", "<": ">"}
_PLAIN = (TokenKind.WORD, TokenKind.INTEGER, TokenKind.FLOAT)


def read_option_statement(cursor: Cursor) -> Option:
    """What stands behind the word option."""
    option = _read_option(cursor)
    cursor.take_if(";")
    return option


def read_options_in_brackets(cursor: Cursor) -> tuple[Option, ...]:
    """`[name = value, ...]`, if there is one."""
    options: list[Option] = []
    if cursor.take_if("["):
        while not cursor.take_if("]"):
            options.append(_read_option(cursor))
            cursor.take_if(",")
    return tuple(options)


def value_of(text: str) -> Value:
    """The value that a text is."""
    return _read_value(Cursor(text))


def read_string(cursor: Cursor) -> str:
    """One string, or several behind each other, which are one; bytes that are no text are
    surrogates."""
    return take_string(cursor, "a string").decode(errors="surrogateescape")


def _read_option(cursor: Cursor) -> Option:
    is_custom = cursor.take_if("(")
    name = _dotted(cursor) if is_custom else cursor.take().text
    if is_custom:
        cursor.take_if(")")
    parts = []
    while cursor.take_if("."):
        parts.append(_read_part(cursor))
    if len(parts) > NESTING_MAX:
        cursor.refuse_here(f"the name of an option has more than {NESTING_MAX} parts")
    cursor.take_if("=")
    value = _read_value(cursor)
    for part in reversed(parts):
        value = Option(part, value)
    return Option(name, value, is_custom)


def _read_part(cursor: Cursor) -> str:
    if cursor.take_if("("):
        name = f"({_dotted(cursor)})"
        cursor.take_if(")")
        return name
    return cursor.take().text


def _dotted(cursor: Cursor) -> str:
    return cursor.dotted_name("the name of an option")


def _read_value(cursor: Cursor) -> Value:
    if cursor.next.kind is TokenKind.STRING:
        return read_string(cursor)
    if cursor.sees("{", "<"):
        return _read_message(cursor)
    if cursor.sees("["):
        return _read_list(cursor)
    sign = "-" if cursor.take_if("-") else ""
    if cursor.next.kind not in _PLAIN:
        cursor.refuse("the value of an option is missing")
    text = cursor.take().text
    return Number(sign + text) if sign or text[0].isdigit() else Word(text)


def _read_list(cursor: Cursor) -> list[Value]:
    cursor.take_if("[")
    values: list[Value] = []
    while not cursor.take_if("]"):
        values.append(_read_value(cursor))
        cursor.take_if(",")
    return values


def _read_message(cursor: Cursor) -> dict[str, Value]:
    """Fields of a message in text format; a field that comes again has a list of values."""
    closing = _CLOSING[cursor.take().text]
    values: dict[str, list[Value]] = {}
    while not cursor.take_if(closing):
        name = _read_key(cursor)
        cursor.take_if(":")
        values.setdefault(name, []).append(_read_value(cursor))
        if not cursor.take_if(","):
            cursor.take_if(";")
    return {name: each[0] if len(each) == 1 else flat(each) for name, each in values.items()}


def _read_key(cursor: Cursor) -> str:
    if not cursor.take_if("["):
        return cursor.word("the name of a field")
    words = [cursor.dotted_name("the name of a field")]
    if cursor.take_if("/"):
        words.append(cursor.dotted_name("the name of a field"))
    cursor.expect("]", behind=words[-1])
    return f"[{'/'.join(words)}]"


def flat(values: Iterable[Value]) -> list[Value]:
    """All values, with those of lists among them."""
    result: list[Value] = []
    for value in values:
        result.extend(value if isinstance(value, list) else [value])
    return result
