"""Tags in an Avro schema: the property `confluent:tags` of records and of their fields.

A record's path is its full name, a field's that of its record and its own name. Without a namespace
the outermost record of that name is meant.
"""

from collections import deque
from collections.abc import Iterator
from typing import Any

import msgspec

from odradek.schemas.avro.types import AvroType, Field, Record
from odradek.schemas.schema import InvalidSchema
from odradek.schemas.tags import (
    TAGS,
    Entity,
    EntityType,
    TagChanges,
    Tags,
    listed_tags,
    set_tags,
)

Node = dict[str, Any]


def tags_of(root: AvroType) -> Tags:
    """All tags, also those of referenced records, in the order of the text."""
    found = ((entity, listed_tags(tagged.properties.get(TAGS))) for entity, tagged in _walk(root))
    return {entity: tags for entity, tags in found if tags}


def retagged(canonical_text: str, known: Tags, changes: TagChanges) -> str:
    """The text with other tags; raises InvalidSchema for a path that it does not have.

    What is defined in a reference cannot be tagged here; tags it has already may be asked for.
    """
    document = msgspec.json.decode(canonical_text)
    nodes = _nodes(document)
    for entity in changes.entities():
        node = nodes.get(entity)
        tags = listed_tags(node.get(TAGS)) if node else known.get(entity, ())
        wanted = changes.applied(entity, tags)
        if node is not None:
            set_tags(node, wanted)
        elif not wanted or wanted != list(tags):
            raise InvalidSchema(entity.complaint())
    return msgspec.json.encode(document).decode()


def _walk(root: AvroType) -> Iterator[tuple[Entity, Record | Field]]:
    """Every record once, with its fields; what a field is made of behind the field."""
    seen: set[str] = set()
    waiting: list[AvroType | tuple[Record, Field]] = [root]
    while waiting:
        each = waiting.pop()
        if isinstance(each, tuple):
            record, field = each
            yield Entity(f"{record.full_name}.{field.name}", EntityType.FIELD), field
        elif not isinstance(each, Record):
            waiting.extend(reversed(each.parts()))
        elif each.full_name not in seen:
            seen.add(each.full_name)
            yield Entity(each.full_name, EntityType.RECORD), each
            for field in reversed(each.fields):
                waiting += [field.type, (each, field)]


def _nodes(document: Any) -> dict[Entity, Node]:
    """The records and fields of a canonical text, by their paths with and without the namespace."""
    records = list(_record_nodes(document))
    nodes: dict[Entity, Node] = {}
    for path, record in (*records, *((record["name"], record) for _, record in records)):
        nodes.setdefault(Entity(path, EntityType.RECORD), record)
        for field in record["fields"]:
            nodes.setdefault(Entity(f"{path}.{field['name']}", EntityType.FIELD), field)
    return nodes


def _record_nodes(document: Any) -> Iterator[tuple[str, Node]]:
    """The records that a canonical text defines, the outer ones first, with their full names."""
    waiting: deque[tuple[Any, str]] = deque([(document, "")])
    while waiting:
        node, namespace = waiting.popleft()
        if isinstance(node, list):
            waiting.extend((branch, namespace) for branch in node)
        elif isinstance(node, dict):
            namespace = node.get("namespace", namespace)
            if "fields" in node:
                yield f"{namespace}.{node['name']}".lstrip("."), node
            inner = [field["type"] for field in node.get("fields", ())]
            inner += [node[part] for part in ("items", "values") if part in node]
            waiting.extend((part, namespace) for part in inner)
