"""A Protobuf schema: what its text defines, and what readers with another make of its records.

Differs from Kafka: `format=serialized` is a descriptor as a compiler makes it, with full names of
types, entries of maps by their right names and the custom options that a compiler has encoded;
Confluent's leaves names as they are written, and all custom options but its own out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from google.protobuf.descriptor import Descriptor
from google.protobuf.descriptor_pb2 import FileDescriptorProto

from odradek.schemas.incompatibility import Incompatibility, Witness
from odradek.schemas.levels import Policy
from odradek.schemas.protobuf.compatibility import compare_files
from odradek.schemas.protobuf.encoded import decode_file, encode_file
from odradek.schemas.protobuf.linking import LinkedFiles, check_imports, link
from odradek.schemas.protobuf.meta import encode
from odradek.schemas.protobuf.parts import clear_empty_options, options_in
from odradek.schemas.protobuf.printing import print_file
from odradek.schemas.protobuf.witnesses import find_witness
from odradek.schemas.protobuf.written.describing import describe_file
from odradek.schemas.protobuf.written.elements import File
from odradek.schemas.protobuf.written.normal_form import normal_form
from odradek.schemas.protobuf.written.reading import read_file
from odradek.schemas.protobuf.written.scope import scope_of_files
from odradek.schemas.protobuf.written.tags import retagged, tags_of
from odradek.schemas.protobuf.written.without_extensions import without_extensions
from odradek.schemas.schema import InvalidSchema, ParsedSchema, ReferencedSchema, SchemaType
from odradek.schemas.tags import TagChanges, Tags

IGNORE_EXTENSIONS = "ignore_extensions"
SERIALIZED = "serialized"


def parse(
    text: str, references: Sequence[ReferencedSchema] = (), *, is_new: bool = True
) -> "ProtobufSchema":
    """The schema that a .proto text, or a base64 FileDescriptorProto, is; raises InvalidSchema.

    Of what is stored the same is asked as of what is new: without it nothing could be compared.
    """
    files = link(text, references)
    schema = ProtobufSchema(text, files, _written(text))
    if not schema.canonical():
        raise InvalidSchema("the schema defines nothing; define a message")
    return schema


def _written(text: str) -> File:
    file = decode_file(text)
    return read_file(text) if file is None else describe_file(file)


@dataclass(frozen=True)
class ProtobufSchema:
    """A .proto file with everything it refers to."""

    text: str
    files: LinkedFiles = field(repr=False)
    written: File = field(repr=False)
    type: SchemaType = field(default=SchemaType.PROTOBUF, init=False)

    def canonical(self) -> str:
        """The file as it is written, without comments and layout; that of a descriptor, as it would
        be written with full names."""
        return self._canonical

    def identity(self) -> str:
        """See ParsedSchema."""
        return self.canonical()

    def normalized(self) -> str:
        """The same with full names, and in an order of its own."""
        return print_file(normal_form(self.written, scope_of_files(self.files)))

    @cached_property
    def _canonical(self) -> str:
        return print_file(self.written)

    def serialized(self) -> str:
        """Base64 of the file's descriptor: what registries answer to `format=serialized`."""
        file = FileDescriptorProto()
        file.CopyFrom(self.files.root)
        for options in options_in(file):
            encode(options)
        clear_empty_options(file)
        return encode_file(file)

    def formatted(self, name: str) -> str | None:
        """`serialized`, and `ignore_extensions`: without options that Protobuf does not define."""
        if name == IGNORE_EXTENSIONS:
            return print_file(without_extensions(self.written))
        return self.serialized() if name == SERIALIZED else None

    def has_field(self, name: str) -> bool:
        """Whether a message has the field that is in no other message; in none of its oneofs."""
        return any(
            field.name == name for message in self.written.messages for field in message.fields
        )

    def check_fields(self) -> None:
        """See ParsedSchema."""
        check_imports(self.files)

    def tags(self) -> Tags:
        return tags_of(self.written)

    def retagged(self, changes: TagChanges) -> str:
        return print_file(retagged(self.written, changes))

    def incompatibilities(
        self, writer: ParsedSchema, policy: Policy = Policy.STRICT
    ) -> Sequence[Incompatibility]:
        """Protobuf has one set of rules; the policy changes nothing."""
        return [each.explain() for each in compare_files(_files(writer), self.files)]

    def witness(self, writer: ParsedSchema) -> Witness | None:
        """A record for the first incompatibility that has one."""
        return find_witness(_files(writer), self.files)

    def message(self, indexes: Sequence[int]) -> Descriptor:
        """The message that a record names by its place in the schema: [1, 0] is the first message
        in the second. Raises LookupError."""
        name = self.files.root.package
        messages = self.files.root.message_type
        for index in indexes:
            if not 0 <= index < len(messages):
                raise LookupError(f"the schema has no message at {list(indexes)}")
            name = f"{name}.{messages[index].name}".lstrip(".")
            messages = messages[index].nested_type
        return self.files.pool.FindMessageTypeByName(name)


def _files(schema: ParsedSchema) -> LinkedFiles:
    if not isinstance(schema, ProtobufSchema):
        raise TypeError(f"a Protobuf schema cannot be compared with one of type {schema.type}")
    return schema.files
