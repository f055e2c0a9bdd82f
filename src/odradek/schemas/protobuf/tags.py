"""Tags in a Protobuf schema: those of its messages, and of their fields.

A path is the name of a message, with those it lies in, and behind it that of a field:
`Order.Line.price`. The package is no part of it. The oneof of a field may stand before it.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
)

from odradek.schemas.protobuf.meta import set_tags_in, tags_in, write_out
from odradek.schemas.protobuf.parts import clear_empty_options, options_in
from odradek.schemas.schema import InvalidSchema
from odradek.schemas.tags import Entity, EntityType, TagChanges, Tags


class Found(NamedTuple):
    """A message or a field."""

    entity: Entity
    tagged: DescriptorProto | FieldDescriptorProto


def tags_of(file: FileDescriptorProto) -> Tags:
    """All tags; of a message first those of the fields in its oneofs."""
    found = ((each, tags_in(each.tagged.options)) for each in _in_all(file.message_type))
    return {each.entity: tags for each, tags in found if tags}


def retagged(file: FileDescriptorProto, changes: TagChanges) -> FileDescriptorProto:
    """The file with other tags; raises InvalidSchema for a path that it does not have."""
    changed = FileDescriptorProto()
    changed.CopyFrom(file)
    asked = {each for entity in changes.entities() for each in _with_what_it_may_name(entity)}
    all_entities = _in_all(changed.message_type)
    known = {each.entity: each for each in all_entities if each.entity in asked}
    for entity in changes.entities():
        found = known.get(entity) or _in_oneof(known, entity)
        if found is None:
            raise InvalidSchema(entity.complaint())
        before = tags_in(found.tagged.options)
        after = changes.applied(entity, before)
        if after != before:
            set_tags_in(found.tagged.options, after)
    for options in options_in(changed):
        write_out(options)
    clear_empty_options(changed)
    return changed


def _in_all(messages: Iterable[DescriptorProto], scope: str = "") -> Iterator[Found]:
    for message in messages:
        if not message.options.map_entry:
            yield from _in_message(message, f"{scope}{message.name}")


def _in_message(message: DescriptorProto, path: str) -> Iterator[Found]:
    yield Found(Entity(path, EntityType.RECORD), message)
    for field in sorted(message.field, key=lambda each: not is_in_oneof(each)):
        yield Found(Entity(f"{path}.{field.name}", EntityType.FIELD), field)
    yield from _in_all(message.nested_type, f"{path}.")


def is_in_oneof(field: FieldDescriptorProto) -> bool:
    """Whether a field is in a oneof that stands in the text: `optional` of proto3 makes others."""
    return field.HasField("oneof_index") and not field.proto3_optional


def _with_what_it_may_name(entity: Entity) -> Iterator[Entity]:
    """The entity, and if its path names a oneof the field and its message."""
    yield entity
    path, _, name = entity.path.rpartition(".")
    message_path = path.rpartition(".")[0]
    yield Entity(message_path, EntityType.RECORD)
    yield Entity(f"{message_path}.{name}", EntityType.FIELD)


def _in_oneof(known: dict[Entity, Found], entity: Entity) -> Found | None:
    """The field of a path that also names the oneof."""
    path, _, name = entity.path.rpartition(".")
    message_path, _, oneof = path.rpartition(".")
    message = known.get(Entity(message_path, EntityType.RECORD))
    found = known.get(Entity(f"{message_path}.{name}", EntityType.FIELD))
    if entity.type is EntityType.RECORD or message is None or found is None:
        return None
    assert isinstance(message.tagged, DescriptorProto)  # noqa: S101 - so says its type
    assert isinstance(found.tagged, FieldDescriptorProto)  # noqa: S101
    if not is_in_oneof(found.tagged):
        return None
    is_named = message.tagged.oneof_decl[found.tagged.oneof_index].name == oneof
    return found if is_named else None
