"""How declarations are read, and refused when they cannot be."""

# ruff: noqa: RUF012 - msgspec copies empty lists for each instance

from typing import Annotated

import msgspec
import pytest

from odradek.protocol.declaration import Struct
from odradek.protocol.schema import DeclarationError, fields_of
from odradek.protocol.version_range import EVERY_VERSION, NO_VERSION
from odradek.protocol.wire_types import FixedWidth, Int32, LengthPrefixed, Nullable, String, Tag


class Inner(Struct):
    number: Int32 = 0


class Declared(Struct):
    plain: Int32 = 5
    ranged: Annotated[String, "3-5"] = "x"
    optional: String | None = None
    later_optional: Annotated[list[Inner] | None, "1+", Nullable("2+")] = []
    tagged: Annotated[list[Int32], "4+", Tag(7)] = []


def test_a_bare_wire_type_is_in_every_version_and_never_null() -> None:
    plain = fields_of(Declared)[0]
    assert plain.element == FixedWidth("int32", "i", 4)
    assert (plain.versions, plain.nullable_versions) == (EVERY_VERSION, NO_VERSION)
    assert (plain.tag, plain.default, plain.position) == (None, 5, 0)


def test_annotations_give_versions_nullability_and_tags() -> None:
    _, ranged, optional, later_optional, tagged = fields_of(Declared)
    assert ranged.versions == (3, 5)
    assert isinstance(ranged.element, LengthPrefixed)
    assert optional.nullable_versions == EVERY_VERSION
    assert (later_optional.element, later_optional.is_array) == (Inner, True)
    assert str(later_optional.nullable_versions) == "2+"
    assert (tagged.tag, str(tagged.versions), tagged.default) == (7, "4+", [])


def test_a_field_without_a_wire_type_is_refused() -> None:
    class Wrong(Struct):
        name: str = ""

    with pytest.raises(DeclarationError, match="no wire type"):
        fields_of(Wrong)


def test_a_field_without_a_default_is_refused() -> None:
    class Wrong(msgspec.Struct):
        number: Int32

    with pytest.raises(DeclarationError, match="every field has a default"):
        fields_of(Wrong)
