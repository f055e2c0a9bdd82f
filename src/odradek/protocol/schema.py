"""What a declared class says about its fields, read from its annotations.

The compiler and the tests see messages through `FieldSchema`; nobody else needs it. Annotations are
read on first use, never at import: a broker imports every message it serves and compiles few.
Message modules must therefore hold real annotations (no `from __future__ import annotations`).
"""

import types
from functools import cache
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

import msgspec

from odradek.protocol.version_range import EVERY_VERSION, NO_VERSION, VersionRange
from odradek.protocol.wire_types import FixedWidth, LengthPrefixed, Nullable, Tag, WireType

StructType = type[msgspec.Struct]


class FieldSchema(NamedTuple):
    """One field: `element` is what the field holds, or what its array holds when `is_array`."""

    name: str
    element: WireType | StructType
    is_array: bool
    versions: VersionRange
    nullable_versions: VersionRange
    tag: int | None
    default: Any
    position: int

    @property
    def has_mutable_default(self) -> bool:
        return isinstance(self.default, list)


class DeclarationError(Exception):
    """A message class is declared in a way the compiler cannot read."""


@cache
def fields_of(struct: StructType) -> tuple[FieldSchema, ...]:
    """The fields of `struct`, in wire order."""
    annotations = struct.__annotations__
    return tuple(
        _read_field(struct, info, position, annotations[info.name])
        for position, info in enumerate(msgspec.structs.fields(struct))
    )


def _read_field(
    struct: StructType, info: msgspec.structs.FieldInfo, position: int, annotation: Any
) -> FieldSchema:
    held, metadata = _strip_annotated(annotation)
    versions = _only(str, metadata)
    tag = _only(Tag, metadata)
    nullable = _only(Nullable, metadata)
    held, is_optional = _strip_none(held)
    element, is_array = _read_element(held)
    if not isinstance(element, (FixedWidth, LengthPrefixed)) and not _is_struct(element):
        raise DeclarationError(f"{struct.__name__}.{info.name}: no wire type in {annotation!r}")
    present = VersionRange.parse(versions) if versions else EVERY_VERSION
    return FieldSchema(
        name=info.name,
        element=element,
        is_array=is_array,
        versions=present,
        nullable_versions=_nullable_versions(present, is_optional, nullable),
        tag=tag.number if tag is not None else None,
        default=_default_of(info),
        position=position,
    )


def _strip_annotated(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """Split `Annotated[X, "3+", Tag(0)]`; the metadata of a bare wire type belongs to the type."""
    if get_origin(annotation) is not Annotated:
        return annotation, ()
    held, *metadata = get_args(annotation)
    wire = [item for item in metadata if isinstance(item, (FixedWidth, LengthPrefixed))]
    rest = tuple(item for item in metadata if item not in wire)
    return (Annotated[held, wire[0]] if wire else held), rest


def _strip_none(held: Any) -> tuple[Any, bool]:
    if get_origin(held) not in (Union, types.UnionType):
        return held, False
    (kept,) = (arg for arg in get_args(held) if arg is not type(None))
    return kept, True


def _read_element(held: Any) -> tuple[Any, bool]:
    if get_origin(held) is list:
        (item,) = get_args(held)
        return _read_element(item)[0], True
    if get_origin(held) is Annotated:
        return get_args(held)[1], False
    return held, False


def _is_struct(element: Any) -> bool:
    return isinstance(element, type) and issubclass(element, msgspec.Struct)


def _only(kind: type, metadata: tuple[Any, ...]) -> Any:
    return next((item for item in metadata if isinstance(item, kind)), None)


def _nullable_versions(
    present: VersionRange, is_optional: bool, nullable: Nullable | None
) -> VersionRange:
    if nullable is not None:
        return VersionRange.parse(nullable.versions)
    return present if is_optional else NO_VERSION


def _default_of(info: msgspec.structs.FieldInfo) -> Any:
    if info.default is not msgspec.NODEFAULT:
        return info.default
    if info.default_factory is not msgspec.NODEFAULT:
        return info.default_factory()
    raise DeclarationError(f"{info.name}: every field has a default")
