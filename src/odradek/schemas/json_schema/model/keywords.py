"""Reads the keywords of one JSON object of a schema, or says what is wrong with one of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from odradek.schemas.json_schema.text import JsonObject, JsonValue, compact
from odradek.schemas.schema import InvalidSchema

TYPES = ("string", "integer", "number", "boolean", "null", "array", "object")
_SHOWN_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Keywords:
    """The object and where it lies, as a JSON pointer."""

    schema: JsonObject
    where: str

    def __contains__(self, keyword: str) -> bool:
        return keyword in self.schema

    def has_any(self, keywords: frozenset[str]) -> bool:
        """One of them at least is there."""
        return not keywords.isdisjoint(self.schema)

    def lists(self, keyword: str) -> bool:
        """Its value is an array."""
        return isinstance(self.schema.get(keyword), list)

    def only(self, names: frozenset[str]) -> "Keywords":
        """The same place, with these keywords alone."""
        return Keywords(
            {name: self.schema[name] for name in names & self.schema.keys()}, self.where
        )

    def at(self, keyword: str) -> str:
        """Where the value of the keyword lies."""
        return f"{self.where}/{keyword}"

    def text(self, keyword: str) -> str | None:
        """The keyword's text, None where it is absent."""
        value = self.schema.get(keyword)
        if isinstance(value, str):
            return value
        if keyword in self.schema:
            raise self.wrong(keyword, "a text")
        return None

    def flag(self, keyword: str) -> bool:
        """The keyword's truth, False where it is absent."""
        value = self.schema.get(keyword, False)
        if isinstance(value, bool):
            return value
        raise self.wrong(keyword, "true or false")

    def number(self, keyword: str) -> Fraction | None:
        """The keyword's number, exactly; None where it is absent."""
        value = self.schema.get(keyword)
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            return Fraction(value)
        if keyword in self.schema:
            raise self.wrong(keyword, "a number")
        return None

    def count(self, keyword: str) -> int | None:
        """The keyword's whole number, None where it is absent."""
        number = self.number(keyword)
        if number is None:
            return None
        if number.denominator == 1:
            return int(number)
        raise self.wrong(keyword, "a whole number")

    def array(self, keyword: str) -> list[JsonValue]:
        """The keyword's values, none where it is absent."""
        value = self.schema.get(keyword, [])
        if isinstance(value, list):
            return value
        raise self.wrong(keyword, "an array")

    def object(self, keyword: str) -> JsonObject:
        """The keyword's members, none where it is absent."""
        value = self.schema.get(keyword, {})
        if isinstance(value, Mapping):
            return value
        raise self.wrong(keyword, "an object")

    def definitions(self, *, is_root: bool) -> Iterator[tuple[str, JsonValue]]:
        """Where definitions lie since 2019-09, and what they are; at the root, older ones, too."""
        defined = [("$defs", self.object("$defs"))]
        others = self.schema.get("definitions")
        if is_root and isinstance(others, Mapping):
            defined.append(("definitions", others))
        for keyword, schemas in defined:
            for name, value in schemas.items():
                yield f"{self.at(keyword)}/{name}", value

    def names(self, keyword: str) -> frozenset[str]:
        """The names of properties that the keyword lists."""
        return self.names_in(self.array(keyword), keyword)

    def names_in(self, values: list[JsonValue], keyword: str) -> frozenset[str]:
        """The values as names."""
        names = [value for value in values if isinstance(value, str)]
        if len(names) < len(values):
            raise self.wrong(keyword, "names of properties only")
        return frozenset(names)

    def types(self) -> list[str]:
        """What `type` allows."""
        value = self.schema.get("type")
        named = value if isinstance(value, list) else [value]
        types = [name for name in named if isinstance(name, str) and name in TYPES]
        if len(types) < len(named):
            raise self.wrong("type", f"one or several of {', '.join(TYPES)}")
        return types

    def wrong(self, keyword: str, wanted: str) -> InvalidSchema:
        """What to say of a value that is none of the keyword's."""
        shown = compact(self.schema[keyword])
        if len(shown) > _SHOWN_LENGTH:
            shown = f"{shown[:_SHOWN_LENGTH]}..."
        return InvalidSchema(f"{keyword} at {self.where} is {shown}; make it {wanted}")
