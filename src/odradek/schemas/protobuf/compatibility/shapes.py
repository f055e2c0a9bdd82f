"""What a field is on the wire: a scalar of some group, a message, or a map.

Scalars of one group are written in the same bytes, so that a reader understands one as another as
long as the value fits. Enums are numbers there.
"""

from dataclasses import dataclass

from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto

from odradek.schemas.protobuf.linking.definitions import Definition, Definitions
from odradek.schemas.protobuf.source.types import WORDS

_GROUPS = {
    "GENERAL_NUMBER": "int32 int64 uint32 uint64 bool",
    "SIGNED_NUMBER": "sint32 sint64",
    "STRING_OR_BYTES": "string bytes",
    "FIXED32": "fixed32 sfixed32",
    "FIXED64": "fixed64 sfixed64",
    "FLOAT": "float",
    "DOUBLE": "double",
}
_GROUP_OF = {word: group for group, words in _GROUPS.items() for word in words.split()}


@dataclass(frozen=True, slots=True)
class Scalar:
    """A number, text or bytes, or an enum."""

    name: str
    group: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message."""

    definition: Definition

    @property
    def name(self) -> str:
        return self.definition.full_name


@dataclass(frozen=True, slots=True)
class Map:
    """A map; its entries are messages that nobody names."""

    key: "Shape"
    value: "Shape"

    @property
    def name(self) -> str:
        return f"map<{self.key.name}, {self.value.name}>"


Shape = Scalar | Message | Map


def shape_of(
    field: FieldDescriptorProto, definitions: Definitions, *, is_in_map: bool = False
) -> Shape:
    """What the field is; the names of its types are full names. A map has no maps in it."""
    if not field.type_name:
        word = WORDS[field.type]
        return Scalar(word, _GROUP_OF[word])
    definition = definitions[field.type_name[1:]]
    if definition.message is None:
        return Scalar(definition.full_name, "GENERAL_NUMBER")
    if is_in_map or not definition.message.options.map_entry:
        return Message(definition)
    key, value = (
        shape_of(each, definitions, is_in_map=True)
        for each in sorted(definition.message.field, key=lambda each: each.number)
    )
    return Map(key, value)


def written_label(
    field: FieldDescriptorProto, file: FileDescriptorProto
) -> "FieldDescriptorProto.Label.ValueType | None":
    """The label if the text has one there: registries compare what is written."""
    if field.HasField("oneof_index") and not field.proto3_optional:
        return None
    is_plain = field.label == FieldDescriptorProto.LABEL_OPTIONAL
    if file.syntax == "proto3" and is_plain and not field.proto3_optional:
        return None
    return field.label
