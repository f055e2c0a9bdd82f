"""A JSON document with other tags.

Differs from Kafka: whatever path is found can be tagged, and means the same then. Confluent tags
another part of some combinations than it finds there, and fails at parts beside a `$ref` and within
`if`.
"""

from collections.abc import Mapping, Sequence

from odradek.schemas.json_schema.model.drafts import Draft
from odradek.schemas.json_schema.model.nodes import Node
from odradek.schemas.json_schema.tags.entities import entities_of
from odradek.schemas.json_schema.text import JsonObject, JsonValue
from odradek.schemas.schema import InvalidSchema
from odradek.schemas.tags import TAGS, Entity, EntityType, TagChanges, listed_tags, set_tags

Edits = dict[int, list[str]]
"""The tags that a JSON object is to have, by its identity."""


def retagged(document: JsonValue, root: Node, draft: Draft, changes: TagChanges) -> JsonValue:
    """The document with other tags; raises InvalidSchema for a path that it does not have."""
    asked = {entity.path for entity in changes.entities()}
    sources: dict[Entity, JsonObject] = {}
    for found in entities_of(root, draft):
        if found.entity.path in asked:
            sources.setdefault(found.entity, found.source)
    edits: Edits = {}
    for entity in changes.entities():
        as_field = entity._replace(type=EntityType.FIELD)  # Confluent's does not look which it is
        source = sources.get(entity, sources.get(as_field))
        if source is None:
            raise InvalidSchema(entity.complaint())
        tags = edits.get(id(source), listed_tags(source.get(TAGS)))
        edits[id(source)] = changes.applied(entity, tags)
    return _edited(document, edits)


def _edited(value: JsonValue, edits: Mapping[int, Sequence[str]]) -> JsonValue:
    if isinstance(value, list):
        return [_edited(each, edits) for each in value]
    if not isinstance(value, Mapping):
        return value
    edited = {name: _edited(each, edits) for name, each in value.items()}
    if id(value) in edits:
        set_tags(edited, edits[id(value)])
    return edited
