"""Versions, subjects and contexts are deleted: softly first, then for good.

Deleted softly, a version is gone from lists and latest, but its id can still be read, for records
carry it. Nothing is deleted that another schema refers to.
"""

from odradek.registry.decisions.view import Decision, View
from odradek.registry.errors import (
    ErrorCode,
    RegistryError,
    subject_not_found,
    version_not_found,
)
from odradek.registry.state.index import LATEST, Version
from odradek.registry.state.names import GLOBAL_CONTEXT, context_of
from odradek.registry.state.records import (
    ConfigRecord,
    ContextRecord,
    DeleteSubjectRecord,
    ModeRecord,
    Record,
    SchemaRecord,
)


def delete_version(view: View, subject: str, version: int, *, permanent: bool) -> Decision[int]:
    """Delete one version; -1 is the latest."""
    found = _version_to_delete(view, subject, version)
    if not permanent and found.is_deleted:
        raise RegistryError(
            ErrorCode.VERSION_SOFT_DELETED,
            f"Version {found.version} of subject '{subject}' is deleted already; permanent=true"
            " deletes it for good",
        )
    view.require_writable(subject)
    _check_referrers(view, found, deleted=permanent, but_of=None)
    if permanent and not found.is_deleted:
        raise RegistryError(
            ErrorCode.VERSION_NOT_SOFT_DELETED,
            f"Version {found.version} of subject '{subject}' has to be deleted softly before it is"
            " deleted for good",
        )
    live = [each for each in view.index.versions(subject) if each is not found]
    if not permanent:
        if not live and view.index.associations.of_subject(subject):
            raise RegistryError(
                ErrorCode.NO_ACTIVE_VERSION,
                f"Subject '{subject}' is associated with a resource, and this is its last version",
            )
        return Decision(found.version, [_deleted(found)])
    rest = [each for each in view.index.versions(subject, deleted=True) if each is not found]
    records: list[Record] = [SchemaRecord(subject, found.version)]
    if not rest:
        records += _settings_removed(view, subject)
    return Decision(found.version, records)


def delete_subject(view: View, subject: str, *, permanent: bool) -> Decision[list[int]]:
    """Delete all versions of a subject."""
    _check_subject(view, subject, permanent=permanent)
    view.require_writable(subject)
    _check_associations(view, subject)
    every = view.index.versions(subject, deleted=True)
    live = view.index.versions(subject)
    doomed = every if permanent else live
    for version in doomed:
        _check_referrers(view, version, deleted=permanent, but_of=subject)
    if permanent and live:
        raise RegistryError(
            ErrorCode.SUBJECT_NOT_SOFT_DELETED,
            f"Subject '{subject}' has to be deleted softly before it is deleted for good",
        )
    numbers = [version.version for version in doomed]
    if not permanent:
        return Decision(numbers, [DeleteSubjectRecord(subject, numbers[-1])])
    # Newest first: a version may refer to earlier ones of its own subject.
    records: list[Record] = [SchemaRecord(subject, number) for number in reversed(numbers)]
    return Decision(numbers, [*records, *_settings_removed(view, subject)])


def delete_context(view: View, context: str) -> Decision[None]:
    """Delete a context without subjects."""
    if context == GLOBAL_CONTEXT or any(
        context_of(subject) == context for subject in view.index.subjects
    ):
        raise RegistryError(
            ErrorCode.CONTEXT_NOT_EMPTY,
            f"Context '{context}' still has subjects: delete them first",
        )
    return Decision(None, [ContextRecord(context, exists=False)])


def _version_to_delete(view: View, subject: str, version: int) -> Version:
    """The version; the latest is the latest that is not deleted."""
    if not view.has_subject(subject, deleted=True):
        raise subject_not_found(subject)
    found = view.index.version(subject, version, deleted=version != LATEST)
    if found is None:
        raise version_not_found(version)
    return found


def _check_subject(view: View, subject: str, *, permanent: bool) -> None:
    if not view.has_subject(subject, deleted=True):
        raise subject_not_found(subject)
    if not permanent and not view.has_subject(subject, deleted=False):
        raise RegistryError(
            ErrorCode.SUBJECT_SOFT_DELETED,
            f"Subject '{subject}' is deleted already; permanent=true deletes it for good",
        )


def _check_referrers(view: View, version: Version, *, deleted: bool, but_of: str | None) -> None:
    referrers = view.index.referrers(version.place, deleted=deleted)
    others = [each for each in referrers if each.subject != but_of]
    if others:
        first = others[0]
        raise RegistryError(
            ErrorCode.REFERENCE_EXISTS,
            f"Version {version.version} of subject '{version.subject}' is referred to by version"
            f" {first.version} of '{first.subject}'",
        )


def _deleted(version: Version) -> SchemaRecord:
    return SchemaRecord(
        version.subject, version.version, version.id, version.content, is_deleted=True
    )


def _settings_removed(view: View, subject: str) -> list[Record]:
    records: list[Record] = []
    if subject in view.index.modes:
        records.append(ModeRecord(subject, None))
    if subject in view.index.configs:
        records.append(ConfigRecord(subject, None))
    return records


def _check_associations(view: View, subject: str) -> None:
    for association in view.index.associations.of_subject(subject):
        raise RegistryError(
            ErrorCode.ASSOCIATION_FOR_SUBJECT_EXISTS,
            f"Subject '{subject}' has the {association.associationType} schemas of"
            f" {association.resourceType} '{association.resourceName}': delete that association"
            " first",
        )
