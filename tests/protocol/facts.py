"""Facts about fields in one form, whether they come from our classes or from Kafka's definitions.

Versions are compared by effect: of Kafka's "0+" inside a message that starts at version 3, what
counts is that the field is always there.
"""

import re
from typing import Any, NamedTuple

import msgspec

from odradek.protocol.declaration import Message
from odradek.protocol.schema import FieldSchema, StructType, fields_of
from odradek.protocol.version_range import NO_VERSION, VersionRange
from odradek.protocol.wire_types import ZERO_UUID


class FieldFacts(NamedTuple):
    name: str
    type: str
    versions: VersionRange
    nullable_versions: VersionRange
    tag: int | None
    default: Any
    fields: tuple["FieldFacts", ...]


def declared_facts(message: type[Message]) -> tuple[FieldFacts, ...]:
    """What our class says."""
    return _declared_fields(message, message.versions)


def defined_facts(definition: dict[str, Any]) -> tuple[FieldFacts, ...]:
    """What Kafka's definition says."""
    shared = {struct["name"]: struct["fields"] for struct in definition.get("commonStructs", ())}
    return _defined_fields(
        definition["fields"], shared, VersionRange.parse(definition["validVersions"])
    )


def snake_case(name: str) -> str:
    """`TimeoutMs` -> `timeout_ms`, `Enable2Pc` -> `enable_2pc`, `V3And` -> `v3_and`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z0-9])|(?<=V\d)(?=[A-Z])", "_", name).lower()


def _declared_fields(struct: StructType, scope: VersionRange) -> tuple[FieldFacts, ...]:
    return tuple(_declared_field(field, scope) for field in fields_of(struct))


def _declared_field(field: FieldSchema, scope: VersionRange) -> FieldFacts:
    present = field.versions.intersection(scope)
    element = field.element
    element_type = "struct" if isinstance(element, type) else element.name
    default = field.default
    if isinstance(default, msgspec.Struct) and default == type(default)():
        default = "the struct's defaults"
    return FieldFacts(
        name=field.name,
        type=f"[]{element_type}" if field.is_array else element_type,
        versions=present,
        nullable_versions=_or_none(field.nullable_versions.intersection(present)),
        tag=field.tag,
        default=default,
        fields=_declared_fields(element, present) if isinstance(element, type) else (),
    )


def _defined_fields(
    fields: list[dict[str, Any]], shared: dict[str, Any], scope: VersionRange
) -> tuple[FieldFacts, ...]:
    return tuple(_defined_field(field, shared, scope) for field in fields)


def _defined_field(
    field: dict[str, Any], shared: dict[str, Any], scope: VersionRange
) -> FieldFacts:
    versions = field.get("versions") or field["taggedVersions"]
    present = VersionRange.parse(versions).intersection(scope)
    nullable = VersionRange.parse(field.get("nullableVersions", "none"))
    type_name = field["type"]
    element = type_name.removeprefix("[]")
    nested = field.get("fields") or shared.get(element)
    return FieldFacts(
        name=snake_case(field["name"]),
        type=type_name.replace(element, "struct") if nested is not None else type_name,
        versions=present,
        nullable_versions=_or_none(nullable.intersection(present)),
        tag=field.get("tag"),
        default=_defined_default(field.get("default"), type_name, is_struct=nested is not None),
        fields=_defined_fields(nested, shared, present) if nested is not None else (),
    )


def _or_none(versions: VersionRange) -> VersionRange:
    return versions if versions.lowest <= versions.highest else NO_VERSION


def _defined_default(default: Any, type_name: str, *, is_struct: bool) -> Any:
    """Kafka's default, or what its generator takes when the definition names none."""
    if default == "null":
        return None
    if type_name.startswith("[]"):
        return []
    if is_struct:
        return "the struct's defaults"
    if default is None or default == "":
        return IMPLICIT_DEFAULTS.get(type_name, 0)
    if type_name == "bool":
        return str(default).lower() == "true"
    return default if type_name == "string" else int(str(default), 0)


IMPLICIT_DEFAULTS = {
    "bool": False,
    "bytes": b"",
    "float64": 0.0,
    "records": None,
    "string": "",
    "uuid": ZERO_UUID,
}
