"""Tags of a schema's records and fields, which stand in its text: what data is personal, and so on.

Avro and JSON Schema have them under `confluent:tags`, Protobuf in the options
`(confluent.message_meta)` and `(confluent.field_meta)`. Which record or field a path means, each
format says in a module `tags.py` of its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

TAGS = "confluent:tags"
EVERY_TAG = "*"


class EntityType(StrEnum):
    """What a tag can be of."""

    RECORD = "sr_record"
    FIELD = "sr_field"


class Entity(NamedTuple):
    """A record or a field of a schema; `path` has no dot in front."""

    path: str
    type: EntityType

    def steps(self) -> list[str]:
        """The parts of the path."""
        return self.path.split(".")

    def complaint(self) -> str:
        """What is wrong where the schema has no such thing."""
        return (
            f"the schema has no {self.type} at the path {self.path!r}: mend the path, or take the"
            " tags from what is not there any more"
        )


Tags = Mapping[Entity, Sequence[str]]


@dataclass(frozen=True, slots=True)
class TagChanges:
    """Tags that entities are to have, and tags that they are not to have; the latter win."""

    to_add: Tags = field(default_factory=dict)
    to_remove: Tags = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.to_add or self.to_remove)

    def entities(self) -> list[Entity]:
        """Each that changes, once."""
        return list(dict.fromkeys((*self.to_add, *self.to_remove)))

    def applied(self, entity: Entity, tags: Iterable[str]) -> list[str]:
        """The tags that an entity has after the changes, each once."""
        removed = set(self.to_remove.get(entity, ()))
        all_tags = dict.fromkeys((*tags, *self.to_add.get(entity, ())))
        return [tag for tag in all_tags if tag not in removed]


def listed_tags(value: object) -> list[str]:
    """The tags that a property of a JSON object lists; what is no list of texts lists none."""
    return [tag for tag in value if isinstance(tag, str)] if isinstance(value, list) else []


def set_tags(node: dict[str, Any], tags: Sequence[str]) -> None:
    """Let a JSON object list these tags, or none."""
    if tags:
        node[TAGS] = list(tags)
    else:
        node.pop(TAGS, None)


def entities_with(tags: Tags, wanted: Sequence[str]) -> dict[Entity, list[str]]:
    """The entities that have one of the wanted tags, each with all of its own."""
    is_any = EVERY_TAG in wanted
    return {
        entity: list(found)
        for entity, found in tags.items()
        if is_any or not set(found).isdisjoint(wanted)
    }
