"""Associations are made and deleted, with the schemas that come and go with them.

Everything that one request changes is one decision: what fails leaves nothing behind.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from odradek.registry.decisions.associations.plans import Plan, Require, plans_for
from odradek.registry.decisions.associations.requests import Resource, Wanted
from odradek.registry.decisions.associations.rules import check_plans
from odradek.registry.decisions.associations.steps import Steps
from odradek.registry.decisions.deletion import delete_subject
from odradek.registry.decisions.registration import Options, Registered, register
from odradek.registry.decisions.view import Decision, View
from odradek.registry.errors import ErrorCode, RegistryError
from odradek.registry.permissions import Action
from odradek.registry.state.records import (
    Association,
    AssociationRecord,
    Lifecycle,
    association_key,
)
from odradek.registry.state.settings import Mode


@dataclass(frozen=True, slots=True)
class Made:
    """An association that was made, and the schema that came with it."""

    association: Association
    registered: Registered | None


def associate(
    view: View, resource: Resource, wanted: Sequence[Wanted], require: Require
) -> Decision[list[Made]]:
    """Make associations, and register the schemas that come with them; of what there is already
    nothing is told. What is wanted is completed; raises RegistryError."""
    plans = plans_for(view, resource, wanted, require)
    check_plans(view, resource, plans)
    steps = Steps(view)
    registered = {plan.association_type: _register(steps, plan) for plan in plans}
    made = [
        Made(_association(resource, plan), registered[plan.association_type])
        for plan in plans
        if plan.known is None
    ]
    records = [
        AssociationRecord(association_key(each.association), each.association) for each in made
    ]
    steps.take(Decision(None, records))
    return Decision(made, steps.records)


def dissociate(
    view: View, doomed: Sequence[Association], *, cascade: bool, require: Require
) -> Decision[None]:
    """Delete associations; with `cascade` also frozen ones, and for good the subjects that are the
    resource's own, unless they are in import mode."""
    for association in doomed:
        require(Action.DELETE, association.subject)
        view.require_writable(association.subject)
        if association.frozen and not cascade:
            raise RegistryError(
                ErrorCode.ASSOCIATION_FROZEN,
                f"The {association.associationType} of '{association.resourceName}' has subject"
                f" '{association.subject}' as its own: cascadeLifecycle=true deletes both",
            )
    steps = Steps(view)
    for association in doomed:
        steps.take(Decision(None, [AssociationRecord(association_key(association), None)]))
        if cascade and association.lifecycle is Lifecycle.STRONG:
            _delete_own_subject(steps, association.subject)
    return Decision(None, steps.records)


def _register(steps: Steps, plan: Plan) -> Registered | None:
    is_repeated = plan.known is not None and plan.wanted.is_creation
    if plan.schema is None or is_repeated:  # then the subject has the schema already
        return None
    options = Options(normalize=plan.wanted.normalize)
    return steps.take(register(steps.view, plan.subject, plan.schema, options))


def _association(resource: Resource, plan: Plan) -> Association:
    return Association(
        guid=plan.wanted.guid,
        resourceName=resource.name,
        resourceNamespace=resource.namespace,
        resourceId=resource.id,
        resourceType=resource.type,
        associationType=plan.association_type,
        subject=plan.subject,
        lifecycle=plan.lifecycle,
        frozen=plan.lifecycle is Lifecycle.STRONG,
    )


def _delete_own_subject(steps: Steps, subject: str) -> None:
    if steps.view.mode(subject) is Mode.IMPORT:
        return
    if steps.view.has_subject(subject, deleted=False):
        steps.take(delete_subject(steps.view, subject, permanent=False))
    if steps.view.has_subject(subject, deleted=True):
        steps.take(delete_subject(steps.view, subject, permanent=True))
