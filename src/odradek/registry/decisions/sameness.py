"""Which version of a subject a schema is.

Equal contents are the same schema. So are others that differ in form alone: in the writing of the
text, or in that one of them tells in its metadata which version it is.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from odradek.registry.decisions.completion import without_version
from odradek.registry.decisions.fields import check_fields
from odradek.registry.decisions.view import View
from odradek.registry.state.content import (
    CONFLUENT_VERSION,
    Content,
    Metadata,
    Reference,
    in_order,
)
from odradek.registry.state.index import LATEST, Version
from odradek.registry.state.names import qualify_within
from odradek.schemas.schema import ParsedSchema, SchemaType


def prepare(
    view: View, subject: str, content: Content, *, normalized: bool, is_new: bool
) -> tuple[ParsedSchema, Content]:
    """A schema parsed, and its content as it would be kept; raises RegistryError."""
    content = in_order(_with_numbers(view, subject, content))
    parsed = view.parse_new(subject, content) if is_new else view.parse(subject, content)
    check_fields(view, subject, parsed)
    if normalized:
        content = _normalize(parsed, content)
        parsed = view.parse(subject, content)
    elif _is_serialized(content):
        content = replace(content, text=parsed.canonical())
    return parsed, content


def find_same(
    view: View, parsed: ParsedSchema, content: Content, versions: Sequence[Version]
) -> Version | None:
    """The latest of these versions that has this content, or else that is this schema."""
    latest_first = list(reversed(versions))
    for version in latest_first:
        if version.content == content:
            return version
    for version in latest_first:
        if _is_same(view, parsed, content, version):
            return version
    return None


def _is_same(view: View, parsed: ParsedSchema, content: Content, version: Version) -> bool:
    known = version.content
    if known.schema_type != content.schema_type:
        return False
    if content.references not in ((), known.references):
        return False
    if known.rule_set != content.rule_set or not _has_same_metadata(content, version):
        return False
    if (known.text, known.references) == (content.text, content.references):
        return True
    return view.parse(version.subject, known).identity() == parsed.identity()


def _has_same_metadata(content: Content, version: Version) -> bool:
    """Also where one of both tells its version, which then has to be this one."""
    known = version.content
    asked = content.properties().get(CONFLUENT_VERSION)
    told = known.properties().get(CONFLUENT_VERSION)
    if (asked is None) == (told is None):
        return content.metadata == known.metadata
    if asked not in (None, str(version.version)):
        return False
    return _bare(content) == _bare(known)


def _bare(content: Content) -> Metadata:
    return without_version(content.metadata) or Metadata()


def _with_numbers(view: View, subject: str, content: Content) -> Content:
    """The content, referring to the latest versions by their numbers: later ones do not count."""
    references = tuple(_with_number(view, subject, each) for each in content.references)
    return replace(content, references=references)


def _with_number(view: View, subject: str, reference: Reference) -> Reference:
    if reference.version != LATEST:
        return reference
    latest = view.index.version(qualify_within(subject, reference.subject), LATEST)
    return reference if latest is None else replace(reference, version=latest.version)


def _normalize(parsed: ParsedSchema, content: Content) -> Content:
    """The content in the one form that all its forms have in common."""
    ordered = sorted(content.references, key=lambda each: (each.subject, each.version))
    references: tuple[Reference, ...] = tuple(dict.fromkeys(ordered))
    return replace(content, text=parsed.normalized(), references=references)


def _is_serialized(content: Content) -> bool:
    """Whether a Protobuf schema came as the base64 of its descriptor, which few clients read."""
    is_base64 = not set(content.text) & set("{;")
    return content.schema_type == SchemaType.PROTOBUF and is_base64
