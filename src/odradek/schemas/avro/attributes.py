"""Reading the attributes of JSON objects; whatever is wrong is said with its place."""

from typing import Any, NamedTuple

import msgspec

from odradek.schemas.avro.names import NAMES, full_name, is_name, is_namespace
from odradek.schemas.avro.types import Json
from odradek.schemas.schema import InvalidSchema

SHOWN_CHARS_MAX = 60
NAME_CHARACTERS_MAX = 1_000
"""Of a full name: all types in a namespace have it in theirs."""

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


def naming(node: Node, place: Place, *, is_new: bool) -> dict[str, Any]:
    """What all named types have."""
    name = required(node, "name", place)
    if not isinstance(name, str) or not is_name(name.rpartition(".")[2], is_new=is_new):
        raise place.wrong(f"{shown(name)} is no name of a type; {NAMES}")
    namespace = optional_text(node, "namespace")
    full = full_name(name, place.namespace if namespace is None else namespace)
    if len(full) > NAME_CHARACTERS_MAX:
        raise place.wrong(
            f"the type {name[:SHOWN_CHARS_MAX]} has a full name of {len(full):,} characters;"
            f" {NAME_CHARACTERS_MAX:,} are allowed"
        )
    own_namespace = full.rpartition(".")[0]
    if not is_namespace(own_namespace, is_new=is_new):
        raise place.wrong(
            f"{shown(own_namespace)} is no namespace, names with dots between them; {NAMES}"
        )
    return {
        "full_name": full,
        "aliases": _aliases(node, place, own_namespace, is_new=is_new),
        "doc": optional_text(node, "doc"),
    }


def _aliases(node: Node, place: Place, namespace: str, *, is_new: bool) -> tuple[str, ...]:
    aliases = text_list(node.get("aliases", []), "aliases", place)
    for each in aliases:
        if is_new and not is_name(each.rpartition(".")[2], is_new=True):
            raise place.wrong(f"the alias {shown(each)} is no name of a type; {NAMES}")
    return tuple(dict.fromkeys(full_name(each, namespace) for each in aliases))
