"""Numbers and strings of a .proto text, and what a field's default is in a descriptor."""

import math
import re

from odradek.schemas.protobuf.source.cursor import Cursor
from odradek.schemas.protobuf.source.tokens import Token, TokenKind

_ESCAPE = re.compile(
    rb"""
      \\ (?:
        ([0-7]{1,3})
      | [xX] ([0-9A-Fa-f]{1,2})
      | u ([0-9A-Fa-f]{4})
      | U ([0-9A-Fa-f]{8})
      | (.)
      )
    """,
    re.VERBOSE | re.DOTALL,
)
_LETTERS = dict(zip(b"abfnrtv\\'\"?", b"\a\b\f\n\r\t\v\\'\"?", strict=True))
"""What a letter behind a backslash means."""


def take_string(cursor: Cursor, what: str) -> bytes:
    """One string, or several behind each other, which are one."""
    pieces = [_unescape(cursor, cursor.expect_kind(TokenKind.STRING, what))]
    while cursor.next.kind is TokenKind.STRING:
        pieces.append(_unescape(cursor, cursor.take()))
    return b"".join(pieces)


def take_text(cursor: Cursor, what: str) -> str:
    """A string that is text."""
    try:
        return take_string(cursor, what).decode()
    except UnicodeDecodeError:
        cursor.refuse_here(f"{what} is no UTF-8; write the text itself instead of its bytes")


def take_integer(cursor: Cursor, what: str, least: int, most: int) -> int:
    """A whole number, with its sign, between the two."""
    sign = -1 if cursor.take_if("-") else 1
    value = sign * to_integer(cursor, cursor.expect_kind(TokenKind.INTEGER, what))
    if not least <= value <= most:
        cursor.refuse_here(f"{what} is {value}; it must be from {least} to {most}")
    return value


def take_float(cursor: Cursor, what: str) -> float:
    """A number that may have a point, an exponent and a sign; inf and nan are some, too."""
    sign = -1.0 if cursor.take_if("-") else 1.0
    if cursor.sees("inf", "nan"):
        return sign * float(cursor.take().text)
    if cursor.next.kind is TokenKind.INTEGER:
        return sign * _to_float(to_integer(cursor, cursor.take()))
    return sign * float(cursor.expect_kind(TokenKind.FLOAT, what).text)


def to_integer(cursor: Cursor, token: Token) -> int:
    """The number that an integer's token is: decimal, octal behind a 0, hexadecimal behind 0x."""
    text = token.text
    if len(text) > 30:
        cursor.refuse_here(f"the number {text[:30]}... has more than 64 bits; write a smaller one")
    try:
        if text[:2] in ("0x", "0X"):
            return int(text, 16)
        return int(text, 8) if len(text) > 1 and text[0] == "0" else int(text)
    except ValueError:
        cursor.refuse_here(f"{text} begins with 0 and is no octal number; leave the 0 away")


def shortest(value: float) -> str:
    """A float as descriptors have it: the fewest digits that are the same number, or inf, nan."""
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    text = f"{value:.15g}"
    return text if float(text) == value else f"{value:.17g}"


def escape(value: bytes) -> str:
    """Bytes as they stand between quotes: printable ASCII as it is, the rest in octal."""
    return "".join(_ESCAPED.get(byte) or _printable(byte) for byte in value)


_ESCAPED = {10: "\\n", 13: "\\r", 9: "\\t", 34: '\\"', 39: "\\'", 92: "\\\\"}


_QUOTED: dict[int, str] = {
    0xDC00 + byte: f"\\{byte:03o}" for byte in range(128, 256)
} | str.maketrans(
    {
        "\a": "\\a",
        "\b": "\\b",
        "\f": "\\f",
        "\n": "\\n",
        "\r": "\\r",
        "\t": "\\t",
        "\v": "\\v",
        "\\": "\\\\",
        "'": "\\'",
        '"': '\\"',
    }
)


def quote(text: str) -> str:
    """Text between quotes; what stands behind a backslash is what people know by a letter, or is
    no UTF-8."""
    return f'"{text.translate(_QUOTED)}"'


def _printable(byte: int) -> str:
    return chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}"


def _to_float(value: int) -> float:
    return float(value) if value < 1 << 64 else math.inf


def _unescape(cursor: Cursor, token: Token) -> bytes:
    raw = token.text[1:-1].encode(errors="replace")
    return raw if b"\\" not in raw else _ESCAPE.sub(lambda match: _meant(cursor, match), raw)


def _meant(cursor: Cursor, match: "re.Match[bytes]") -> bytes:
    octal, hexadecimal, short, long, letter = match.groups()
    if octal is not None:
        return bytes([int(octal, 8) & 0xFF])
    if hexadecimal is not None:
        return bytes([int(hexadecimal, 16)])
    if letter is not None:
        if letter[0] not in _LETTERS:
            cursor.refuse_here(f"a string has the unknown escape \\{letter.decode('latin-1')}")
        return bytes([_LETTERS[letter[0]]])
    code = int(short or long, 16)
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        cursor.refuse_here(f"a string has the escape U+{code:04X}, which is no character")
    return chr(code).encode()
