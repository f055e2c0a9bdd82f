"""What is wanted becomes what is to be made, beside what there is.

An association that there is cannot be changed: what is wanted of it is what it is already, or is
refused. An upsert may bring a new schema for its subject.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from odradek.registry.decisions.aliases import meant_by
from odradek.registry.decisions.associations.queries import (
    Filter,
    of_newest_resource,
    of_resource_id,
)
from odradek.registry.decisions.associations.requests import (
    Resource,
    Wanted,
    check_lifecycle,
    check_subject,
    invalid,
    with_lifecycle,
)
from odradek.registry.decisions.lookup import is_registered
from odradek.registry.decisions.registration import NewSchema
from odradek.registry.decisions.tagging import retagged
from odradek.registry.decisions.view import View
from odradek.registry.errors import ErrorCode, RegistryError
from odradek.registry.permissions import Action
from odradek.registry.state.index import LATEST
from odradek.registry.state.names import qualify_within
from odradek.registry.state.records import Association, Lifecycle
from odradek.registry.state.settings import Mode

Require = Callable[[Action, str | None], None]
"""Raises RegistryError where the caller may not do this with this subject."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One association that is to be made, or that there is: then `known`."""

    wanted: Wanted
    subject: str
    lifecycle: Lifecycle
    known: Association | None = None

    @property
    def association_type(self) -> str:
        return self.wanted.association_type

    @property
    def schema(self) -> NewSchema | None:
        return self.wanted.schema


def plans_for(
    view: View, resource: Resource, wanted: Sequence[Wanted], require: Require
) -> list[Plan]:
    """A plan for each that is wanted, of different types; raises RegistryError."""
    known = {each.associationType: each for each in known_of(view, resource)}
    subjects = [
        _subject_of(view, resource, each, known.get(each.association_type)) for each in wanted
    ]
    for subject, each in zip(subjects, wanted, strict=True):
        _require_rights(subject, each, require)
    for subject, each in zip(subjects, wanted, strict=True):
        if each.subject is not None:
            view.require_writable(subject)
    return [
        _plan(view, resource, each, subject, known)
        for subject, each in zip(subjects, wanted, strict=True)
    ]


def known_of(view: View, resource: Resource) -> list[Association]:
    """The associations of a resource; by its name, as long as it has no id."""
    if resource.id:
        return of_resource_id(view, resource.id, Filter(resource.type))
    return of_newest_resource(view, resource.namespace, resource.name, resource.type)


def _subject_of(view: View, resource: Resource, wanted: Wanted, known: Association | None) -> str:
    """The subject that is named, or follows."""
    if wanted.subject is None:
        own = resource.own_subject(wanted.association_type)
        return own if known is None else known.subject
    return meant_by(view, wanted.subject)


def _require_rights(subject: str, wanted: Wanted, require: Require) -> None:
    require(Action.WRITE, subject)
    if wanted.schema is not None:
        for reference in wanted.schema.content.references:
            require(Action.READ, qualify_within(subject, reference.subject))


def _plan(
    view: View,
    resource: Resource,
    wanted: Wanted,
    subject: str,
    known: Mapping[str, Association],
) -> Plan:
    own = resource.own_subject(wanted.association_type)
    there_is = known.get(wanted.association_type)
    if there_is is not None:
        return _plan_for_known(view, wanted, subject, own, there_is)
    wanted = with_lifecycle(wanted)
    lifecycle = wanted.lifecycle or Lifecycle.WEAK
    check_subject(lifecycle, subject, own)
    plan = Plan(wanted, subject, lifecycle)
    if lifecycle is Lifecycle.STRONG and view.mode(subject) is not Mode.IMPORT:
        _check_strong(view, plan)
    return plan


def _check_strong(view: View, plan: Plan) -> None:
    """A subject that is to be a topic's own begins with the schema that is given; in import mode
    it is brought from elsewhere, as it is."""
    if not plan.wanted.is_creation:
        raise invalid("lifecycle", "a STRONG association is made with its topic, not added later")
    if plan.schema is None:
        raise invalid("schema", "a STRONG association is made with the first schema of its subject")
    latest = view.index.version(plan.subject, LATEST)
    if latest is not None and (latest.version > 1 or not has_schema(view, plan)):
        raise invalid("subject", f"{plan.subject!r} has schemas already, so it is nobody's own")


def _plan_for_known(view: View, wanted: Wanted, subject: str, own: str, known: Association) -> Plan:
    plan = Plan(wanted, subject, wanted.lifecycle or known.lifecycle, known)
    frozen = known.frozen if wanted.frozen is None else wanted.frozen
    check_lifecycle(plan.lifecycle, frozen, has_schema=wanted.schema is not None)
    if known.frozen:
        check_subject(Lifecycle.STRONG, subject, own)
    changes = [
        (name, before)
        for name, before, after in (
            ("subject", known.subject, subject),
            ("lifecycle", known.lifecycle, plan.lifecycle),
            ("frozen", known.frozen, frozen),
        )
        if before != after
    ]
    if not wanted.is_creation and changes:
        name, before = changes[0]
        raise invalid(name, f"it is {before}, and does not change")
    if wanted.is_creation and (changes or not (wanted.schema is None or has_schema(view, plan))):
        raise RegistryError(
            ErrorCode.ASSOCIATION_FOR_RESOURCE_EXISTS,
            f"Resource '{known.resourceName}' has its {known.associationType} in subject"
            f" '{known.subject}' already, {known.lifecycle}, or has another schema there",
        )
    return plan


def has_schema(view: View, plan: Plan) -> bool:
    """Whether the subject has the schema that is given."""
    schema = plan.schema
    if schema is None or not view.has_subject(plan.subject, deleted=False):
        return False
    content = retagged(view, plan.subject, schema.content, schema.tags)
    return is_registered(view, plan.subject, content, normalized=plan.wanted.normalize)
