"""Which other schemas a text names, and which names it gives to others.

Read without parsing, for to parse a text one needs what it refers to. A text that is no schema
names nothing here; parsing it says what is wrong.
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from odradek.schemas.avro.names import full_name
from odradek.schemas.avro.types import PRIMITIVES
from odradek.schemas.check.sources import Source
from odradek.schemas.schema import SchemaType

IMPORT = re.compile(r'^\s*import\s+(?:public\s+|weak\s+)?"([^"]+)"\s*;', re.MULTILINE)
BLOCK_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
NAMED = frozenset({"record", "error", "enum", "fixed"})

Names = tuple[str, ...]
"""One mention: the names that are tried, the likeliest first."""


def mentions_of(source: Source) -> list[Names]:
    """In the order of the text, each once."""
    found: list[Names] = []
    match source.schema_type:
        case SchemaType.PROTOBUF:
            found = [(each,) for each in IMPORT.findall(BLOCK_COMMENT.sub("", source.text))]
        case SchemaType.JSON:
            found = [(each,) for each in _json_references(_json(source.text))]
        case SchemaType.AVRO:
            found = [names for names, is_defined in _avro_names(source) if not is_defined]
    return list(dict.fromkeys(found))


def names_given_by(source: Source) -> list[str]:
    """What others can call this schema, or parts of it."""
    match source.schema_type:
        case SchemaType.PROTOBUF:
            return [source.path]
        case SchemaType.JSON:
            document = _json(source.text)
            own = document.get("$id") if isinstance(document, dict) else None
            return [source.path, own] if isinstance(own, str) else [source.path]
        case SchemaType.AVRO:
            return [names[0] for names, is_defined in _avro_names(source) if is_defined]


def _json(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return None


def _json_references(document: Any) -> Iterator[str]:
    waiting = [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            reference = node.get("$ref")
            if isinstance(reference, str) and not reference.startswith("#"):
                yield reference.partition("#")[0]
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


def _avro_names(source: Source) -> Iterator[tuple[Names, bool]]:
    """Every name in the text, and whether the text defines it."""
    waiting = [(_json(source.text), "")]
    while waiting:
        node, namespace = waiting.pop()
        if isinstance(node, str) and node not in PRIMITIVES:
            yield tuple(dict.fromkeys((full_name(node, namespace), node))), False
        elif isinstance(node, list):
            waiting.extend((each, namespace) for each in node)
        elif isinstance(node, dict):
            name = node.get("name")
            if node.get("type") in NAMED and isinstance(name, str):
                defined = full_name(name, node.get("namespace", namespace))
                yield (defined,), True
                namespace = defined.rpartition(".")[0]
            waiting.extend(_avro_parts(node, namespace))


def _avro_parts(node: dict[str, Any], namespace: str) -> Iterator[tuple[Any, str]]:
    kind = node.get("type")
    if kind in NAMED:
        for field in node.get("fields") or ():
            if isinstance(field, dict):
                yield field.get("type"), namespace
    elif kind in ("array", "map"):
        yield node.get("items"), namespace
        yield node.get("values"), namespace
    elif isinstance(kind, str):
        yield kind, namespace
