"""Which associations there are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from odradek.registry.decisions.view import View
from odradek.registry.state.records import Association, Lifecycle

ANY = "-"
"""Instead of a namespace or a name: every one."""


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
    return _passing(view.index.associations.of_subject(subject), wanted)


def of_resource_id(view: View, resource_id: str, wanted: Filter) -> list[Association]:
    """The associations of one resource."""
    return _passing(view.index.associations.of_resource_id(resource_id), wanted)


def of_resource_name(view: View, namespace: str, name: str, wanted: Filter) -> list[Association]:
    """The associations of resources by name: of several, if one was made anew."""
    associations = view.index.associations
    found: Iterable[Association] = (
        associations if name == ANY else associations.of_resource_name(name)
    )
    return _passing((each for each in found if namespace in (ANY, each.resourceNamespace)), wanted)


def of_newest_resource(view: View, namespace: str, name: str, type: str) -> list[Association]:
    """The associations of the resource of a name that was changed last."""
    found = of_resource_name(view, namespace, name, Filter(type))
    if not found:
        return []
    newest = max(
        found, key=lambda each: (each.updateTs or 0, each.createTs or 0, each.resourceId or "")
    )
    return [each for each in found if each.resourceId == newest.resourceId]


def _passing(found: Iterable[Association], wanted: Filter) -> list[Association]:
    return [each for each in found if wanted.passes(each)]
