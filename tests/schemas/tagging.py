"""Tags in short, for tests: what is tagged is `record:Path` or `field:Path.name`."""

from collections.abc import Mapping, Sequence

from odradek.schemas.schema import ParsedSchema
from odradek.schemas.tags import Entity, EntityType, TagChanges

Short = Mapping[str, Sequence[str]]


def entity(short: str) -> Entity:
    kind, _, path = short.partition(":")
    return Entity(path, EntityType[kind.upper()])


def changes(add: Short | None = None, remove: Short | None = None) -> TagChanges:
    """Tags to add and tags to remove."""
    return TagChanges(
        {entity(short): tags for short, tags in (add or {}).items()},
        {entity(short): tags for short, tags in (remove or {}).items()},
    )


def tags(schema: ParsedSchema) -> dict[str, list[str]]:
    """All tags of a schema."""
    return {
        f"{each.type.name.lower()}:{each.path}": list(found)
        for each, found in schema.tags().items()
    }
