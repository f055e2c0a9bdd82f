"""Topics, and other resources, with the subjects that hold the schemas of their keys and values.

A STRONG association is the only one of its subject, which is named after the topic, is frozen, and
takes the subject along when it is deleted with its resource; a WEAK one tells where the schemas
are. `making.py` makes and changes them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from odradek.registry.decisions.associations.draft import Draft
from odradek.registry.decisions.deletion import delete_subject_of_resource
from odradek.registry.decisions.view import Decision, View
from odradek.registry.errors import ErrorCode, RegistryError
from odradek.registry.state.records import Association, AssociationRecord, association_key
from odradek.registry.state.settings import Mode

ANY = "-"
"""Instead of a namespace or a name."""
TOPIC = "topic"


class Lifecycle(StrEnum):
    """Whether a subject lives and dies with its resource."""

    STRONG = "STRONG"
    WEAK = "WEAK"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which associations are meant; empty and None leave all."""

    resource_type: str | None = None
    association_types: Sequence[str] = ()
    lifecycle: Lifecycle | None = None

    def passes(self, association: Association) -> bool:
        return (
            self.resource_type in (None, association.resourceType)
            and (
                not self.association_types or association.associationType in self.association_types
            )
            and self.lifecycle in (None, association.lifecycle)
        )


def of_subject(view: View, subject: str, wanted: Filter) -> list[Association]:
    """The associations of a subject."""
    found = (each for each in view.index.associations.values() if each.subject == subject)
    return _in_order(each for each in found if wanted.passes(each))


def of_resource(view: View, resource_id: str, wanted: Filter) -> list[Association]:
    """The associations of a resource, by its id."""
    found = (each for each in view.index.associations.values() if each.resourceId == resource_id)
    return _in_order(each for each in found if wanted.passes(each))


def of_named_resource(view: View, namespace: str, name: str, wanted: Filter) -> list[Association]:
    """The associations of a resource, by its name; `-` is any namespace, and any name."""
    return _in_order(
        each
        for each in view.index.associations.values()
        if name in (ANY, each.resourceName)
        and namespace in (ANY, each.resourceNamespace)
        and wanted.passes(each)
    )


def dissociate(view: View, resource_id: str, wanted: Filter, *, cascade: bool) -> Decision[None]:
    """Delete a resource's associations; `cascade` also the subjects it has alone."""
    doomed = of_resource(view, resource_id, wanted)
    if not doomed:
        raise RegistryError(
            ErrorCode.ASSOCIATION_NOT_FOUND, f"Resource '{resource_id}' has no such association"
        )
    draft = Draft(view)
    for association in doomed:
        view.require_writable(association.subject)
        if association.frozen and not cascade:
            raise frozen_already(association)
    for association in doomed:
        draft.settle(Decision(None, [AssociationRecord(association_key(association), None)]))
        if cascade and association.lifecycle == Lifecycle.STRONG:
            _delete_subject(draft, association.subject)
    return Decision(None, draft.records)


def frozen_already(association: Association) -> RegistryError:
    return RegistryError(
        ErrorCode.ASSOCIATION_FROZEN,
        f"The association of '{association.resourceName}' with '{association.subject}' is frozen",
    )


def _delete_subject(draft: Draft, subject: str) -> None:
    """Delete it softly and for good; where schemas are imported, they are not ours to delete."""
    if draft.view.mode(subject) is Mode.IMPORT:
        return
    for permanent in (False, True):
        if draft.view.has_subject(subject, deleted=permanent):
            draft.settle(delete_subject_of_resource(draft.view, subject, permanent=permanent))


def _in_order(associations: Iterable[Association]) -> list[Association]:
    return sorted(
        associations,
        key=lambda each: (
            each.resourceName,
            each.resourceNamespace,
            each.resourceType,
            each.associationType,
            each.subject,
        ),
    )
