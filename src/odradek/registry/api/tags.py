"""Tags inside of schemas, as bodies and answers tell them."""

from collections.abc import Sequence

from msgspec import Struct

from odradek.registry.decisions.view import View
from odradek.registry.state.index import Version
from odradek.schemas.tags import Entity, EntityType, TagChanges, entities_with


class SchemaEntity(Struct, frozen=True):
    """A record or a field inside of a schema; a dot before the path says nothing."""

    entityPath: str
    entityType: EntityType

    def entity(self) -> Entity:
        return Entity(self.entityPath.removeprefix("."), self.entityType)


class SchemaTags(Struct, frozen=True):
    """The tags of one of them."""

    schemaEntity: SchemaEntity
    tags: list[str]


def tag_changes(to_add: list[SchemaTags] | None, to_remove: list[SchemaTags] | None) -> TagChanges:
    """The changes of tags that a request asks for."""
    return TagChanges(_tags(to_add), _tags(to_remove))


def found_tags(view: View, version: Version, wanted: Sequence[str]) -> list[SchemaTags]:
    """What in a version has one of the wanted tags, or with `*` any, and all tags that it has."""
    tags = entities_with(view.parse(version.subject, version.content).tags(), wanted)
    return [SchemaTags(SchemaEntity(*entity), found) for entity, found in tags.items()]


def _tags(given: list[SchemaTags] | None) -> dict[Entity, list[str]]:
    """What names one entity several times is put together."""
    tags: dict[Entity, list[str]] = {}
    for each in given or ():
        tags.setdefault(each.schemaEntity.entity(), []).extend(each.tags)
    return tags
