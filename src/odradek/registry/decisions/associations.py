"""Topics, and other resources, with the subjects that hold the schemas of their keys and values.

A STRONG association is the only one of its subject, and takes the subject along when it is deleted
with its resource; a WEAK one tells where the schemas are. A frozen one does not change any more.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from msgspec import Struct
from msgspec.structs import replace

from odradek.registry.decisions.aliases import meant_by
from odradek.registry.decisions.deletion import delete_subject_of_resource
from odradek.registry.decisions.view import Decision, View
from odradek.registry.errors import ErrorCode, RegistryError
from odradek.registry.state.names import qualify
from odradek.registry.state.records import (
    Association,
    AssociationRecord,
    Record,
    association_key,
)

ANY_NAMESPACE = "-"
LIFECYCLES = ("STRONG", "WEAK")
ASSOCIATIONS_OF_A_RESOURCE_MAX = 100


@dataclass(frozen=True, slots=True)
class Resource:
    """What is associated, as the client names it."""

    name: str
    namespace: str
    id: str
    type: str


class Wanted(Struct, frozen=True, kw_only=True):
    """One association as the client wants it."""

    subject: str | None = None
    associationType: str | None = None
    lifecycle: str | None = None
    frozen: bool | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which associations are meant; empty and None leave all."""

    resource_type: str | None = None
    association_types: Sequence[str] = ()
    lifecycle: str | None = None

    def passes(self, association: Association) -> bool:
        return (
            self.resource_type in (None, "", association.resourceType)
            and (
                not self.association_types or association.associationType in self.association_types
            )
            and self.lifecycle in (None, "", association.lifecycle)
        )


def of_subject(view: View, subject: str, wanted: Filter) -> list[Association]:
    """The associations of a subject."""
    found = (each for each in view.index.associations.values() if each.subject == subject)
    return [each for each in found if wanted.passes(each)]


def of_resource(
    view: View, wanted: Filter, *, id: str | None = None, namespace: str = "", name: str = ""
) -> list[Association]:
    """The associations of a resource, by its id or its name; namespace `-` is any."""
    found: Iterable[Association] = view.index.associations.values()
    if id is not None:
        found = (each for each in found if each.resourceId == id)
    else:
        found = (
            each
            for each in found
            if each.resourceName == name and namespace in (ANY_NAMESPACE, each.resourceNamespace)
        )
    return [each for each in found if wanted.passes(each)]


def associate(
    view: View,
    resource: Resource,
    wanted: Sequence[Wanted],
    *,
    may_update: bool,
    guids: Sequence[str],
    now_ms: int,
) -> Decision[list[Association]]:
    """Create associations, or change them; one of `guids` for each that is wanted."""
    if not wanted or len(wanted) > ASSOCIATIONS_OF_A_RESOURCE_MAX:
        raise RegistryError(
            ErrorCode.INVALID_ASSOCIATION,
            f"A resource has 1 to {ASSOCIATIONS_OF_A_RESOURCE_MAX} associations, not {len(wanted)}",
        )
    made = [
        _associated(view, resource, each, guid, now_ms, may_update=may_update)
        for each, guid in zip(wanted, guids, strict=True)
    ]
    return Decision(made, [AssociationRecord(association_key(each), each) for each in made])


def dissociate(view: View, resource_id: str, wanted: Filter, *, cascade: bool) -> Decision[None]:
    """Delete a resource's associations; `cascade` also the subjects it has alone."""
    doomed = of_resource(view, wanted, id=resource_id)
    if not doomed:
        raise RegistryError(
            ErrorCode.ASSOCIATION_NOT_FOUND, f"Resource '{resource_id}' has no such association"
        )
    records: list[Record] = []
    for association in doomed:
        if association.frozen and not cascade:
            raise _frozen(association)
        records.append(AssociationRecord(association_key(association), None))
        is_alone = cascade and association.lifecycle == "STRONG"
        if is_alone and view.has_subject(association.subject, deleted=False):
            gone = delete_subject_of_resource(view, association.subject, permanent=False)
            records += gone.records
    return Decision(None, records)


def _associated(
    view: View, resource: Resource, wanted: Wanted, guid: str, now_ms: int, *, may_update: bool
) -> Association:
    subject = meant_by(view, qualify(wanted.subject or ""))
    association = _new(resource, replace(wanted, subject=subject), guid, now_ms)
    known = view.index.associations.get(association_key(association))
    others = [
        each
        for each in view.index.associations.values()
        if association_key(each) != association_key(association)
    ]
    _check_others(association, others)
    if not view.has_subject(association.subject, deleted=False):
        raise RegistryError(
            ErrorCode.NO_ACTIVE_VERSION,
            f"Subject '{association.subject}' has no version to be associated with",
        )
    if known is None:
        return association
    changed = _changed(known, wanted)
    if changed == known:
        return known
    if not may_update:
        raise _exists(known)
    if known.frozen:
        raise _frozen(known)
    return changed


def _new(resource: Resource, wanted: Wanted, guid: str, now_ms: int) -> Association:
    for name, value in (
        ("resourceName", resource.name),
        ("resourceNamespace", resource.namespace),
        ("resourceId", resource.id),
        ("subject", wanted.subject),
    ):
        if not value:
            raise RegistryError(
                ErrorCode.INVALID_ASSOCIATION, f"Invalid association: {name} is missing"
            )
    lifecycle = wanted.lifecycle or "WEAK"
    if lifecycle not in LIFECYCLES:
        raise RegistryError(
            ErrorCode.INVALID_ASSOCIATION,
            f"Invalid association: lifecycle {lifecycle!r} is none of {', '.join(LIFECYCLES)}",
        )
    return Association(
        guid=guid,
        resourceName=resource.name,
        resourceNamespace=resource.namespace,
        resourceId=resource.id,
        resourceType=resource.type or "topic",
        associationType=wanted.associationType or "value",
        subject=wanted.subject or "",
        lifecycle=lifecycle,
        frozen=bool(wanted.frozen),
        createTs=now_ms,
    )


def _changed(known: Association, wanted: Wanted) -> Association:
    return replace(
        known,
        lifecycle=wanted.lifecycle or known.lifecycle,
        frozen=known.frozen if wanted.frozen is None else wanted.frozen,
    )


def _check_others(association: Association, others: Iterable[Association]) -> None:
    for other in others:
        same_slot = (
            other.resourceId == association.resourceId
            and other.resourceType == association.resourceType
            and other.associationType == association.associationType
        )
        if same_slot:
            raise _exists(other)
        if other.subject == association.subject and "STRONG" in (
            other.lifecycle,
            association.lifecycle,
        ):
            raise RegistryError(
                ErrorCode.STRONG_ASSOCIATION_EXISTS,
                f"Subject '{other.subject}' is associated with '{other.resourceName}', and one of"
                " both wants it for itself",
            )


def _exists(association: Association) -> RegistryError:
    return RegistryError(
        ErrorCode.ASSOCIATION_FOR_RESOURCE_EXISTS,
        f"Resource '{association.resourceName}' already has its {association.associationType} in"
        f" subject '{association.subject}'",
    )


def _frozen(association: Association) -> RegistryError:
    return RegistryError(
        ErrorCode.ASSOCIATION_FROZEN,
        f"The association of '{association.resourceName}' with '{association.subject}' is frozen",
    )
