"""Reading the attributes of JSON objects; whatever is wrong is said with its place."""

from typing import Any, NamedTuple

import msgspec

from odradek.schemas.avro.types import Json
from odradek.schemas.schema import InvalidSchema

SHOWN_CHARS_MAX = 60

Node = dict[str, Any]


class Place(NamedTuple):
    """Where in the text a definition stands, and what is around it."""

    pointer: str = ""
    namespace: str = ""
    depth: int = 0

    def at(self, step: str) -> "Place":
        """One type further in."""
        return Place(f"{self.pointer}/{step}", self.namespace, self.depth + 1)

    def wrong(self, what: str) -> InvalidSchema:
        """The mistake, to be raised."""
        return InvalidSchema(f"at {self.pointer or '/'}: {what}")


def required(node: Node, attribute: str, place: Place) -> Json:
    """The attribute, which must be there."""
    if attribute not in node:
        raise place.wrong(f'"{attribute}" is missing')
    return node[attribute]


def optional_text(node: Node, attribute: str) -> str | None:
    """The attribute if it is a text; Avro's Java library passes over what is none."""
    value = node.get(attribute)
    return value if isinstance(value, str) else None


def text_list(value: Json, attribute: str, place: Place) -> tuple[str, ...]:
    """A list of texts."""
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise place.wrong(f"{attribute} are a list of texts, not {shown(value)}")
    return tuple(value)


def other_properties(node: Node, known: frozenset[str]) -> dict[str, Json]:
    """The attributes that mean nothing to Avro, in their order."""
    return {name: value for name, value in node.items() if name not in known}


def shown(value: Json) -> str:
    """A value in a sentence: as JSON, and short."""
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= SHOWN_CHARS_MAX else f"{text[: SHOWN_CHARS_MAX - 3]}..."
