"""A schema with everything it refers to: parsed, checked, and given to Protobuf's own runtime.

An import that nobody gave is refused only if a type is missing for it: files that are imported for
custom options alone need not be registered, as with registries of the field.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool

from odradek.schemas.protobuf.encoded import decode_file
from odradek.schemas.protobuf.limits import DEFINITIONS_MAX, FILES_MAX, TEXT_CHARACTERS_MAX
from odradek.schemas.protobuf.linking.definitions import Definitions, collect_definitions
from odradek.schemas.protobuf.linking.resolution import resolve_types
from odradek.schemas.protobuf.linking.rules import check_file
from odradek.schemas.protobuf.linking.well_known import well_known_file
from odradek.schemas.protobuf.source import parse_file
from odradek.schemas.schema import InvalidSchema, ReferencedSchema

Files = dict[str, FileDescriptorProto]

ROOT_NAME = "default"
"""How registries call the file of a schema, which has no name there."""


@dataclass(frozen=True, slots=True)
class LinkedFiles:
    """The file of a schema, and what it refers to; names of types are full names everywhere."""

    root: FileDescriptorProto
    all: tuple[FileDescriptorProto, ...]
    """The root, and each file behind those that it imports."""
    definitions: Definitions
    pool: DescriptorPool


def link(text: str, references: Sequence[ReferencedSchema]) -> LinkedFiles:
    """Everything the text says and refers to; raises InvalidSchema."""
    files = {name: _parse_reference(text, name) for name, text in _texts_of(references).items()}
    name = ROOT_NAME
    while name in files:
        name += "_"
    root = files[name] = _parse(text, name)
    _add_well_known(files)
    ordered = tuple(files[name] for name in _in_order(files))
    return LinkedFiles(root, ordered, _resolve(ordered, files), _pool_of(ordered, files))


def _resolve(ordered: Sequence[FileDescriptorProto], files: Files) -> Definitions:
    """Check the files, and let every name in them be a full name."""
    for file in ordered:
        check_file(file)
    definitions = collect_definitions(ordered)
    if len(definitions) > DEFINITIONS_MAX:
        raise InvalidSchema(
            f"the schema and its references define {len(definitions)} types, more than "
            f"{DEFINITIONS_MAX}; refer to fewer files"
        )
    for file in ordered:
        resolve_types(file, definitions, [each for each in file.dependency if each not in files])
    return definitions


def _parse(text: str, name: str) -> FileDescriptorProto:
    if len(text) > TEXT_CHARACTERS_MAX:
        raise InvalidSchema(
            f"the text has {len(text):,} characters, more than {TEXT_CHARACTERS_MAX:,}; "
            "divide it into files that import each other"
        )
    file = decode_file(text)
    if file is None:
        file = parse_file(text)
    file.name = name
    if file.syntax == "proto2":
        file.ClearField("syntax")
    elif file.syntax not in ("", "proto3"):
        raise InvalidSchema(f"the file's syntax is {file.syntax!r}; it can be proto2 or proto3")
    return file


def _parse_reference(text: str, name: str) -> FileDescriptorProto:
    try:
        return _parse(text, name)
    except InvalidSchema as invalid:
        raise InvalidSchema(f"in the reference {name!r}: {invalid}") from invalid


def _texts_of(references: Sequence[ReferencedSchema]) -> dict[str, str]:
    """The text of each file in the tree of references; one met again is not looked into again."""
    texts: dict[str, str] = {}
    for reference in _walk(references):
        if texts.setdefault(reference.name, reference.text) != reference.text:
            raise InvalidSchema(
                f"two references give different texts for {reference.name!r}; give one of them"
            )
        if len(texts) > FILES_MAX:
            raise InvalidSchema(f"the schema refers to more than {FILES_MAX} files; merge some")
    return texts


def _walk(references: Sequence[ReferencedSchema]) -> Iterator[ReferencedSchema]:
    seen: set[tuple[str, str]] = set()
    waiting = list(references)
    while waiting:
        reference = waiting.pop()
        yield reference
        if (reference.name, reference.text) not in seen:
            seen.add((reference.name, reference.text))
            waiting.extend(reference.references)


def _add_well_known(files: Files) -> None:
    waiting = [name for file in files.values() for name in file.dependency]
    while waiting:
        name = waiting.pop()
        file = None if name in files else well_known_file(name)
        if file is not None:
            files[name] = file
            waiting.extend(file.dependency)


def _in_order(files: Files) -> list[str]:
    """Each file behind those that it imports."""
    graph = {
        name: [each for each in file.dependency if each in files] for name, file in files.items()
    }
    try:
        return list(TopologicalSorter(graph).static_order())
    except CycleError as cycle:
        path = " imports ".join(map(repr, reversed(cycle.args[1])))
        raise InvalidSchema(f"imports form a circle: {path}; remove one of them") from cycle


def _pool_of(ordered: Sequence[FileDescriptorProto], files: Files) -> DescriptorPool:
    pool = DescriptorPool()
    for file in ordered:
        try:
            pool.AddSerializedFile(_linkable(file, files).SerializeToString())
        except (TypeError, ValueError) as refusal:
            raise InvalidSchema(
                f"Protobuf refuses the file {file.name!r}: {refusal}; mend what it names"
            ) from refusal
    return pool


def _linkable(file: FileDescriptorProto, files: Files) -> FileDescriptorProto:
    """The file as the runtime takes it: with the imports that are there, and no options."""
    linkable = FileDescriptorProto()
    linkable.CopyFrom(file)
    for field in ("dependency", "public_dependency", "weak_dependency", "options"):
        linkable.ClearField(field)
    linkable.dependency.extend(dict.fromkeys(each for each in file.dependency if each in files))
    return linkable
