"""Which fields of a struct are on the wire in one version, and how few bytes they can take."""

from typing import NamedTuple

from odradek.protocol.schema import FieldSchema, StructType, fields_of
from odradek.protocol.wire_types import FixedWidth, LengthPrefixed


class Layout(NamedTuple):
    """A struct in one version: `fields` in wire order, then `tagged` by tag, in tag order."""

    struct: StructType
    version: int
    is_flexible: bool
    fields: tuple[FieldSchema, ...]
    tagged: dict[int, FieldSchema]

    def nested(self, struct: StructType) -> "Layout":
        return layout_of(struct, self.version, is_flexible=self.is_flexible)

    def is_nullable(self, field: FieldSchema) -> bool:
        return field.nullable_versions.includes(self.version)


def layout_of(struct: StructType, version: int, *, is_flexible: bool) -> Layout:
    present = [field for field in fields_of(struct) if field.versions.includes(version)]
    tagged = {field.tag: field for field in present if field.tag is not None}
    return Layout(
        struct=struct,
        version=version,
        is_flexible=is_flexible,
        fields=tuple(field for field in present if field.tag is None),
        tagged={tag: tagged[tag] for tag in sorted(tagged)},
    )


def holds_records(layout: Layout) -> bool:
    """Whether a Records field is somewhere in the struct; tagged fields are never that large."""
    return any(
        holds_records(layout.nested(field.element))
        if isinstance(field.element, type)
        else field.element.name == "records"
        for field in layout.fields
    )


def narrowest_struct(layout: Layout) -> int:
    """The fewest bytes one struct can take; what makes a hostile array length recognisable."""
    fields = sum(_narrowest_field(field, layout) for field in layout.fields)
    return fields + (1 if layout.is_flexible else 0)


def narrowest_element(field: FieldSchema, layout: Layout) -> int:
    """The fewest bytes one element of an array field can take."""
    element = field.element
    if isinstance(element, FixedWidth):
        return element.width
    if isinstance(element, LengthPrefixed):
        return _narrowest_length(element, layout)
    return narrowest_struct(layout.nested(element))


def _narrowest_field(field: FieldSchema, layout: Layout) -> int:
    if field.is_array:
        return 1 if layout.is_flexible else 4
    if layout.is_nullable(field) and not isinstance(field.element, (FixedWidth, LengthPrefixed)):
        return 1
    return narrowest_element(field, layout)


def _narrowest_length(element: LengthPrefixed, layout: Layout) -> int:
    if layout.is_flexible:
        return 1
    return 2 if element.classic_length_format == "h" else 4
