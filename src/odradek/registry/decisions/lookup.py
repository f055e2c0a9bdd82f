"""Which version a schema is: by its content, its id, its GUID, or by metadata.

A subject that names no context is looked for in the others as well, when the default one does not
have it: clients that know nothing of contexts read records of all of them.
"""

from collections.abc import Mapping

from odradek.registry.decisions.completion import complete
from odradek.registry.decisions.sameness import find_same, prepare
from odradek.registry.decisions.view import View
from odradek.registry.errors import RegistryError, schema_not_found, subject_not_found
from odradek.registry.state.content import Content, guid_bytes
from odradek.registry.state.index import LATEST, Version
from odradek.registry.state.names import DEFAULT_CONTEXT, SubjectName, parse_subject


def find_by_content(
    view: View, subject: str, content: Content, *, normalized: bool, deleted: bool
) -> Version:
    """The version of a subject that is this schema; metadata and rules count where given."""
    for candidate in view.candidates(subject) if content.text.strip() else ():
        try:
            version = _find_in(view, candidate, content, normalized=normalized, deleted=deleted)
        except RegistryError:
            if candidate == subject:
                raise
            continue  # what it refers to is not in that context
        if version is not None:
            return version
    if not view.has_subject(subject, deleted=deleted):
        raise subject_not_found(subject)
    raise schema_not_found()


def is_registered(view: View, subject: str, content: Content, *, normalized: bool) -> bool:
    """Whether a subject has a version that is this schema; raises RegistryError for none."""
    return _find_in(view, subject, content, normalized=normalized, deleted=False) is not None


def _find_in(
    view: View, subject: str, content: Content, *, normalized: bool, deleted: bool
) -> Version | None:
    versions = view.index.versions(subject, deleted=deleted)
    normalized = normalized or view.normalizes(subject)
    parsed, as_given = prepare(view, subject, content, normalized=normalized, is_new=False)
    found = find_same(view, parsed, as_given, versions)
    latest = view.index.version(subject, LATEST)
    if found is not None or latest is None:
        return found
    # As it would be completed if it were registered.
    completed = complete(as_given, latest.content, view.config(subject), version=None)
    return find_same(view, parsed, completed, versions)


def find_by_id(view: View, schema_id: int, subject: str | None) -> list[Version]:
    """The versions that have an id, deleted ones included; raises RegistryError without any.

    Differs from Kafka: Every version with an id is listed; Confluent knows one for each subject,
    though an import can bring several.

    They are of the context that the subject names, if the subject has the id there; of another one
    where a subject of this name has it; or of the default context.
    """
    wanted = parse_subject(subject or "")
    contexts = [wanted.context]
    if wanted.context == DEFAULT_CONTEXT and wanted.name:
        contexts += view.index.named_contexts
    for context in contexts:
        found = view.index.places(context, schema_id, deleted=True)
        own = SubjectName(context, wanted.name).qualified
        if found and (not wanted.name or any(each.subject == own for each in found)):
            return found
    if wanted.context == DEFAULT_CONTEXT:
        found = view.index.places(DEFAULT_CONTEXT, schema_id, deleted=True)
        if found:
            return found
    raise schema_not_found(schema_id)


def find_by_guid(view: View, guid: str) -> list[tuple[str, int]]:
    """The contexts that have a schema, and its id in each.

    Differs from Kafka: A schema that is deleted for good is gone, also by its GUID; Confluent goes
    on to list its ids, and fails with 500 when it is asked for.
    """
    wanted = guid_bytes(guid)
    return [
        (name, context.ids[wanted])
        for name, context in view.index.contexts.items()
        if wanted is not None and wanted in context.ids
    ]


def find_by_metadata(
    view: View, subject: str, properties: Mapping[str, str], *, deleted: bool
) -> Version:
    """The latest version whose metadata has these properties."""
    versions = view.index.versions(subject, deleted=deleted)
    if not versions:
        raise subject_not_found(subject)
    for version in reversed(versions):
        content = version.content
        if content.metadata and properties.items() <= content.properties().items():
            return version
    raise schema_not_found()
