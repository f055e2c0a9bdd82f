"""Several changes to the associations of one topic.

What is wrong with one of them whatever the registry holds refuses them all. Otherwise creations
that follow one another are made together, and so are upserts; where some of these are refused, what
was changed before them stays, and the error is told.

Differs from Kafka: What is wrong with one request of a batch of associations has the number that it
has alone; Confluent says 500 of most, and 42212 of a schema.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from odradek.registry.decisions.associations.changes import associate, dissociate
from odradek.registry.decisions.associations.plans import Require
from odradek.registry.decisions.associations.queries import Filter, of_resource_id
from odradek.registry.decisions.associations.requests import (
    Resource,
    Wanted,
    check_resource,
    check_type,
    completed,
    invalid,
)
from odradek.registry.decisions.associations.steps import Steps
from odradek.registry.decisions.registration import Registered
from odradek.registry.decisions.view import Decision, View
from odradek.registry.errors import RegistryError
from odradek.registry.state.records import Association


@dataclass(frozen=True, slots=True)
class Unwanted:
    """An association that is to be deleted, if there is one."""

    association_type: str = "value"
    cascade: bool = False


Change = Wanted | Unwanted


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the topic has afterwards, and by type of association what was registered; or why not."""

    error: RegistryError | None = None
    associations: Sequence[Association] = ()
    registered: Mapping[str, Registered] = field(default_factory=dict)


def change_resource(
    view: View,
    resource: Resource,
    changes: Sequence[Change],
    *,
    context: str,
    dry_run: bool,
    require: Require,
) -> Decision[Outcome]:
    """Make changes one after the other; raises RegistryError where it is the first that fails."""
    steps = Steps(view)
    registered: dict[str, Registered] = {}
    checked = check_changes(resource, changes, context=context, dry_run=dry_run)
    try:
        for run in _runs(checked):
            registered |= _take(steps, resource, run, require)
    except RegistryError as error:
        if dry_run or not steps.records:
            raise
        return Decision(Outcome(error), steps.records)
    if dry_run:
        return Decision(Outcome())
    found = of_resource_id(steps.view, resource.id or "", Filter(resource.type))
    return Decision(Outcome(None, found, registered), steps.records)


def check_changes(
    resource: Resource, changes: Sequence[Change], *, context: str, dry_run: bool
) -> list[Change]:
    """The changes, completed; raises RegistryError for what is wrong whatever there is."""
    check_resource(resource, dry_run=dry_run)
    if not changes:
        raise invalid("associations", "there are none")
    types = [each.association_type for each in changes]
    twice = {each for each in types if types.count(each) > 1}
    if twice:
        raise invalid("associationType", f"{min(twice)!r} is there twice")
    for each in types:
        check_type(each)
    return [
        completed(resource, each, context) if isinstance(each, Wanted) else each for each in changes
    ]


def _runs(changes: Sequence[Change]) -> Iterator[list[Change]]:
    """What is decided together: neighbours of one kind, and each deletion alone."""
    for kind, run in groupby(changes, key=_kind):
        if kind is None:
            yield from ([each] for each in run)
        else:
            yield list(run)


def _kind(change: Change) -> bool | None:
    return change.is_creation if isinstance(change, Wanted) else None


def _take(
    steps: Steps, resource: Resource, run: Sequence[Change], require: Require
) -> dict[str, Registered]:
    for each in run:
        if isinstance(each, Unwanted):
            wanted = Filter(resource.type, [each.association_type])
            doomed = of_resource_id(steps.view, resource.id or "", wanted)
            decision = dissociate(steps.view, doomed, cascade=each.cascade, require=require)
            steps.take(decision)
    wanted_ones = [each for each in run if isinstance(each, Wanted)]
    if not wanted_ones:
        return {}
    made = steps.take(associate(steps.view, resource, wanted_ones, require))
    return {
        each.association.associationType: each.registered
        for each in made
        if each.registered is not None
    }
