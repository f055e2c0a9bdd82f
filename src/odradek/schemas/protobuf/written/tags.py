"""Tags in a Protobuf schema: those of its messages, and of their fields.

A path is the name of a message, with those it lies in, and behind it that of a field:
`Order.Line.price`. The package is no part of it. The oneof of a field may stand before it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from odradek.schemas.protobuf.meta import META_NAMES
from odradek.schemas.protobuf.written.elements import Field, File, Message, Option
from odradek.schemas.protobuf.written.meta_option import tags_in, with_tags
from odradek.schemas.schema import InvalidSchema
from odradek.schemas.tags import Entity, EntityType, TagChanges, Tags

NAMES = {
    EntityType.RECORD: META_NAMES["MessageOptions"],
    EntityType.FIELD: META_NAMES["FieldOptions"],
}
"""The options that have tags."""

Options = tuple[Option, ...]


def tags_of(file: File) -> Tags:
    """All tags; of a message first those of the fields in its oneofs."""
    walk = _walk(file.messages)
    found = ((entity, tags_in(options, NAMES[entity.type])) for entity, options in walk)
    return {entity: tags for entity, tags in found if tags}


def retagged(file: File, changes: TagChanges) -> File:
    """The file with other tags; raises InvalidSchema for a path that it does not have."""
    asked = {*changes.entities(), *map(_without_oneof, changes.entities())}
    known = {entity: options for entity, options in _walk(file.messages) if entity in asked}
    through_oneofs = {entity for entity in _oneof_paths(file.messages) if entity in asked}
    new: dict[Entity, Options] = {}
    for entity in changes.entities():
        place = _without_oneof(entity) if entity in through_oneofs else entity
        if place not in known:
            raise InvalidSchema(entity.complaint())
        options, name = new.get(place, known[place]), NAMES[place.type]
        before = tags_in(options, name)
        after = changes.applied(entity, before)
        if after != before:
            new[place] = with_tags(options, name, after)
    return replace(file, messages=_Tagged(new).messages(file.messages))


def _without_oneof(entity: Entity) -> Entity:
    """The field of a path that names its oneof, if it does."""
    path, _, name = entity.path.rpartition(".")
    return entity._replace(path=f"{path.rpartition('.')[0]}.{name}")


def _walk(messages: Iterable[Message], scope: str = "") -> Iterator[tuple[Entity, Options]]:
    for message in messages:
        path = f"{scope}{message.name}"
        yield Entity(path, EntityType.RECORD), message.options
        in_oneofs = (field for oneof in message.oneofs for field in oneof.fields)
        for field in (*in_oneofs, *message.fields):
            yield Entity(f"{path}.{field.name}", EntityType.FIELD), field.options
        yield from _walk(message.messages, f"{path}.")


def _oneof_paths(messages: Iterable[Message], scope: str = "") -> Iterator[Entity]:
    """The fields in oneofs, by paths that name these."""
    for message in messages:
        path = f"{scope}{message.name}"
        for oneof in message.oneofs:
            for field in oneof.fields:
                yield Entity(f"{path}.{oneof.name}.{field.name}", EntityType.FIELD)
        yield from _oneof_paths(message.messages, f"{path}.")


@dataclass(frozen=True, slots=True)
class _Tagged:
    """Messages with other options."""

    new: Mapping[Entity, Options]

    def messages(self, messages: Iterable[Message], scope: str = "") -> tuple[Message, ...]:
        return tuple(self._message(each, f"{scope}{each.name}") for each in messages)

    def _message(self, message: Message, path: str) -> Message:
        oneofs = (
            replace(oneof, fields=self._fields(oneof.fields, path)) for oneof in message.oneofs
        )
        return replace(
            message,
            options=self.new.get(Entity(path, EntityType.RECORD), message.options),
            fields=self._fields(message.fields, path),
            oneofs=tuple(oneofs),
            messages=self.messages(message.messages, f"{path}."),
        )

    def _fields(self, fields: Iterable[Field], path: str) -> tuple[Field, ...]:
        return tuple(self._field(each, f"{path}.{each.name}") for each in fields)

    def _field(self, field: Field, path: str) -> Field:
        return replace(field, options=self.new.get(Entity(path, EntityType.FIELD), field.options))
