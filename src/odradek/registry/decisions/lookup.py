"""Which version a schema is: by its content, its id, its GUID, or by metadata.

A subject that names no context is looked for in the others as well, when the default one does not
have it: clients that know nothing of contexts read records of all of them.
"""

from collections.abc import Mapping

from msgspec.structs import replace

from odradek.registry.decisions.fields import check_field_names
from odradek.registry.decisions.registration import find_same, normalize
from odradek.registry.decisions.view import View
from odradek.registry.errors import schema_not_found, subject_not_found
from odradek.registry.state.content import Content, guid_bytes
from odradek.registry.state.index import Version
from odradek.registry.state.names import DEFAULT_CONTEXT, context_of, parse_subject


def find_by_content(
    view: View, subject: str, content: Content, *, normalized: bool, deleted: bool
) -> Version:
    """The version of a subject that is this schema; metadata and rules count where given."""
    if not any(view.has_subject(each, deleted=deleted) for each in view.candidates(subject)):
        raise subject_not_found(subject)
    parsed = view.parse(subject, content)
    check_field_names(view, subject, parsed)
    if normalized or view.config(subject).normalize:
        content = normalize(parsed, content)
    for candidate in view.candidates(subject):
        versions = [
            each
            for each in view.index.versions(candidate, deleted=deleted)
            if content.metadata in (None, each.content.metadata)
            and content.rule_set in (None, each.content.rule_set)
        ]
        for version in reversed(versions):
            known = version.content
            wanted = replace(content, metadata=known.metadata, rule_set=known.rule_set)
            if find_same(view, parsed, wanted, [version]) is not None:
                return version
    raise schema_not_found()


def find_by_id(view: View, schema_id: int, subject: str | None) -> tuple[str, Content]:
    """What an id means, and in which context: that of the subject, or one that has both."""
    for context in _contexts_for(view, schema_id, subject):
        content = view.index.content(context, schema_id)
        if content is not None:
            return context, content
    raise schema_not_found(schema_id)


def find_by_guid(view: View, guid: str) -> list[tuple[str, int]]:
    """The contexts that have a schema, and its id in each."""
    wanted = guid_bytes(guid)
    found = (
        []
        if wanted is None
        else [
            (name, context.ids[wanted])
            for name, context in view.index.contexts.items()
            if wanted in context.ids
        ]
    )
    if not found:
        raise schema_not_found(guid)
    return found


def find_by_metadata(
    view: View, subject: str, properties: Mapping[str, str], *, deleted: bool
) -> Version:
    """The latest version whose metadata has these properties."""
    versions = view.index.versions(subject, deleted=deleted)
    if not versions:
        raise subject_not_found(subject)
    for version in reversed(versions):
        metadata = version.content.metadata
        has_properties = metadata is not None and metadata.properties is not None
        if has_properties and properties.items() <= version.content.properties().items():
            return version
    raise schema_not_found()


def versions_of_id(
    view: View, schema_id: int, subject: str | None, *, deleted: bool
) -> list[Version]:
    """The versions that have an id."""
    context, _ = find_by_id(view, schema_id, subject)
    name = parse_subject(subject or "").name
    found = view.index.places(context, schema_id, deleted=deleted)
    return [each for each in found if not name or parse_subject(each.subject).name == name]


def _contexts_for(view: View, schema_id: int, subject: str | None) -> list[str]:
    context = context_of(subject or "")
    name = parse_subject(subject or "").name
    if context != DEFAULT_CONTEXT or not name:
        return [context]
    having = [
        other
        for other in view.index.named_contexts
        if any(
            parse_subject(each.subject).name == name
            for each in view.index.places(other, schema_id, deleted=True)
        )
    ]
    is_here = any(
        each.subject == name for each in view.index.places(context, schema_id, deleted=True)
    )
    return [context, *having] if is_here or not having else [*having, context]
