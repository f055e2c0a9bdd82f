"""The words of a .proto text, one after the other, without spaces and comments.

A token knows where it stands, so that whoever cannot use it can say so.
"""

import re
from enum import Enum, auto

from msgspec import Struct

from odradek.schemas.protobuf.limits import TOKENS_MAX
from odradek.schemas.schema import InvalidSchema


class TokenKind(Enum):
    """What a token is."""

    WORD = auto()
    INTEGER = auto()
    FLOAT = auto()
    STRING = auto()
    SIGN = auto()
    END = auto()


class Token(Struct, frozen=True, gc=False):
    """One word, number, quoted string or sign, as it was written."""

    kind: TokenKind
    text: str
    offset: int

    def __str__(self) -> str:
        return "the end of the text" if self.kind is TokenKind.END else repr(self.text)


_SKIPPED = re.compile(r"(?:[ \t\r\n\f\v\ufeff]+|//[^\n]*|/\*.*?\*/)+", re.DOTALL)

_TOKEN = re.compile(
    r"""
      (?P<WORD>    [A-Za-z_][A-Za-z0-9_]* )
    | (?P<FLOAT>   (?: [0-9]+\.[0-9]* | \.[0-9]+ ) (?: [eE][+-]?[0-9]+ )? | [0-9]+[eE][+-]?[0-9]+ )
    | (?P<INTEGER> 0[xX][0-9A-Fa-f]+ | [0-9]+ )
    | (?P<STRING>  "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' )
    | (?P<SIGN>    [;{}()\[\]<>=,.:+-] | /(?!\*) )
    """,
    re.VERBOSE,
)


def tokenize(text: str) -> list[Token]:
    """All tokens of the text and, last, its end."""
    tokens: list[Token] = []
    at = _skip(text, 0)
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise InvalidSchema(_unreadable(text, at))
        kind = TokenKind[match.lastgroup]
        if kind in (TokenKind.INTEGER, TokenKind.FLOAT) and _is_word(text, match.end()):
            raise InvalidSchema(
                f"{place(text, at)}: a number is followed by a letter at once; put a space between"
            )
        tokens.append(Token(kind, match.group(), at))
        if len(tokens) > TOKENS_MAX:
            raise InvalidSchema(
                f"{place(text, at)}: the text has more than {TOKENS_MAX:,} words and signs; "
                "divide it into files that import each other"
            )
        at = _skip(text, match.end())
    tokens.append(Token(TokenKind.END, "", len(text)))
    return tokens


def place(text: str, offset: int) -> str:
    """Where in the text this is, for people."""
    line = text.count("\n", 0, offset) + 1
    return f"line {line}, column {offset - text.rfind(chr(10), 0, offset)}"


def _skip(text: str, at: int) -> int:
    match = _SKIPPED.match(text, at)
    return at if match is None else match.end()


def _is_word(text: str, at: int) -> bool:
    return at < len(text) and (text[at] == "_" or (text[at].isascii() and text[at].isalpha()))


def _unreadable(text: str, at: int) -> str:
    where = place(text, at)
    if text.startswith("/*", at):
        return f"{where}: a comment begins and never ends; close it with */"
    if text[at] in "\"'":
        return f"{where}: a string begins and does not end in its line; close it with {text[at]}"
    return f"{where}: {text[at]!r} has no meaning in a .proto text; remove it or put it in quotes"
