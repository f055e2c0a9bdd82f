"""Where a parser is in the tokens of a text, and what it expected to find there."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from odradek.schemas.protobuf.limits import DEFINITIONS_MAX, NAME_CHARACTERS_MAX, NESTING_MAX
from odradek.schemas.protobuf.source.tokens import Token, TokenKind, place, tokenize
from odradek.schemas.schema import InvalidSchema


class Cursor:
    """Reads tokens one by one. Every complaint names its place in the text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokenize(text)
        self._at = 0
        self._depth = 0
        self._definitions = 0
        self.is_proto3 = False
        """What the file's syntax says: some rules differ."""

    @property
    def next(self) -> Token:
        return self._tokens[self._at]

    @property
    def after_next(self) -> Token:
        return self._tokens[min(self._at + 1, len(self._tokens) - 1)]

    def sees(self, *texts: str) -> bool:
        """Whether the next token is one of these words or signs: a string has its quotes in it."""
        return self.next.text in texts

    def take(self) -> Token:
        """The next token, whatever it is."""
        token = self.next
        if token.kind is not TokenKind.END:
            self._at += 1
        return token

    def take_if(self, text: str) -> bool:
        """Pass over the next token if it is this word or sign."""
        if self.sees(text):
            self._at += 1
            return True
        return False

    def expect(self, text: str, behind: str) -> None:
        """Pass over this word or sign, which must stand behind what `behind` says."""
        if not self.take_if(text):
            self.refuse(f"{text!r} is missing behind {behind}")

    def expect_kind(self, kind: TokenKind, what: str) -> Token:
        """The next token, which must be of this kind; `what` says what it would be."""
        if self.next.kind is not kind:
            self.refuse(f"{what} is missing")
        return self.take()

    def word(self, what: str) -> str:
        """An identifier; `what` says what it would name."""
        return self._bounded(self.expect_kind(TokenKind.WORD, what).text, what)

    def dotted_name(self, what: str) -> str:
        """A name of words with dots between, and one in front if it is written there."""
        leading = "." if self.take_if(".") else ""
        words = [self.word(what)]
        while self.take_if("."):
            words.append(self.word(what))
        return self._bounded(leading + ".".join(words), what)

    def _bounded(self, name: str, what: str) -> str:
        if len(name) > NAME_CHARACTERS_MAX:
            self.refuse_here(
                f"{what} has {len(name)} characters; {NAME_CHARACTERS_MAX} are allowed"
            )
        return name

    def refuse(self, complaint: str) -> NoReturn:
        """The text is no schema, because of the next token."""
        raise InvalidSchema(f"{self.place()}: {complaint}, before {self.next}")

    def refuse_here(self, complaint: str) -> NoReturn:
        """The text is no schema, because of what was just read."""
        raise InvalidSchema(f"{self.place()}: {complaint}")

    def place(self) -> str:
        return place(self._text, self.next.offset)

    def count_definition(self) -> None:
        """One more message, field, enum or value; a text with too many is refused."""
        self._definitions += 1
        if self._definitions > DEFINITIONS_MAX:
            self.refuse_here(
                f"the schema defines more than {DEFINITIONS_MAX} things; divide it into files"
            )

    @property
    def is_at_end(self) -> bool:
        """Whether nothing is left."""
        return self.next.kind is TokenKind.END

    @property
    def is_block_over(self) -> bool:
        """Whether the block ends here, be it that the text does."""
        return self.is_at_end or self.sees("}")

    @contextmanager
    def block(self, owner: str) -> Iterator[None]:
        """What stands in braces."""
        self.expect("{", behind=owner)
        yield
        self.expect("}", behind=f"what {owner} contains")

    @contextmanager
    def message_block(self, owner: str) -> Iterator[None]:
        """What stands in the braces of a message, one level deeper."""
        self._depth += 1
        if self._depth > NESTING_MAX:
            self.refuse_here(f"messages nest deeper than {NESTING_MAX}; define them side by side")
        with self.block(owner):
            yield
        self._depth -= 1
