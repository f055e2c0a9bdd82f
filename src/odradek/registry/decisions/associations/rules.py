"""What plans may not do to subjects and to the topic; raises RegistryError."""

from collections.abc import Sequence

from odradek.registry.decisions.associations.plans import Plan, known_of
from odradek.registry.decisions.associations.queries import Filter, of_subject
from odradek.registry.decisions.associations.requests import Resource, invalid
from odradek.registry.decisions.view import View
from odradek.registry.errors import ErrorCode, RegistryError
from odradek.registry.state.names import qualify_within
from odradek.registry.state.records import Association, Lifecycle
from odradek.registry.state.settings import Mode


def check_plans(view: View, resource: Resource, plans: Sequence[Plan]) -> None:
    """All rules, for all plans of a topic."""
    _check_lifecycles(view, resource, plans)
    for plan in plans:
        _check_versions(view, plan)
        _check_others(view, plan)
        if plan.lifecycle is Lifecycle.STRONG:
            _check_referrers(view, plan, plans)


def _check_lifecycles(view: View, resource: Resource, plans: Sequence[Plan]) -> None:
    """A topic's subjects are all its own, or none is."""
    found = {each.associationType: each.lifecycle for each in known_of(view, resource)}
    found.update({each.association_type: each.lifecycle for each in plans})
    if len(set(found.values())) > 1:
        mixed = ", ".join(f"{each} {lifecycle}" for each, lifecycle in sorted(found.items()))
        raise invalid("lifecycle", f"all associations of a topic have the same, not {mixed}")


def _check_versions(view: View, plan: Plan) -> None:
    """The subject has a version, or gets one; in import mode versions come by themselves."""
    if plan.schema is not None:
        if view.mode(plan.subject) is Mode.IMPORT:
            raise invalid("schema", f"subject '{plan.subject}' is in import mode: import it alone")
    elif not view.has_subject(plan.subject, deleted=False):
        raise RegistryError(
            ErrorCode.NO_ACTIVE_VERSION,
            f"Subject '{plan.subject}' has no version to be associated with",
        )


def _check_others(view: View, plan: Plan) -> None:
    others = [each for each in of_subject(view, plan.subject, Filter()) if not _is_of(plan, each)]
    if plan.lifecycle is Lifecycle.STRONG and others:
        raise RegistryError(
            ErrorCode.ASSOCIATION_FOR_SUBJECT_EXISTS,
            f"Subject '{plan.subject}' is associated with '{others[0].resourceName}' already, so it"
            " cannot be another topic's own",
        )
    owners = [each for each in others if each.lifecycle is Lifecycle.STRONG]
    if owners:
        raise RegistryError(
            ErrorCode.STRONG_ASSOCIATION_EXISTS,
            f"Subject '{plan.subject}' is the own one of '{owners[0].resourceName}'",
        )


def _is_of(plan: Plan, association: Association) -> bool:
    known = plan.known
    return known is not None and (
        known.resourceId,
        known.resourceType,
        known.associationType,
    ) == (association.resourceId, association.resourceType, association.associationType)


def _check_referrers(view: View, plan: Plan, plans: Sequence[Plan]) -> None:
    """What others refer to is nobody's own; a deleted version counts, for it can come back."""
    referrers = [
        referrer.subject
        for version in view.index.versions(plan.subject, deleted=True)
        for referrer in view.index.referrers(version.place, deleted=True)
    ]
    referrers += [
        other.subject
        for other in plans
        if other.schema is not None
        for reference in other.schema.content.references
        if qualify_within(other.subject, reference.subject) == plan.subject
    ]
    if referrers:
        raise RegistryError(
            ErrorCode.REFERENCE_EXISTS,
            f"Subject '{plan.subject}' is referred to by '{referrers[0]}', so it cannot be the own"
            " one of a topic",
        )
