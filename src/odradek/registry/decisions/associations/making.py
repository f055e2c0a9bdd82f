"""A resource is associated with subjects, or how it is associated changes; schemas that come along
are registered.

Everything is looked at before anything is decided: a request is carried out as a whole or not at
all.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as replaced
from itertools import groupby

from msgspec.structs import replace

from odradek.registry.decisions.associations.draft import Draft
from odradek.registry.decisions.associations.finding import (
    TOPIC,
    Filter,
    dissociate,
    of_named_resource,
    of_resource,
)
from odradek.registry.decisions.associations.rules import (
    Resource,
    Settled,
    Wanted,
    check_kinds,
    check_lifecycles,
    check_subject,
    checked_resource,
    completed,
    invalid,
    settle,
)
from odradek.registry.decisions.registration import Options, Registered, register
from odradek.registry.decisions.view import Decision, View
from odradek.registry.state.records import Association, AssociationRecord, association_key


@dataclass(frozen=True, slots=True)
class Associated:
    """An association that was made or changed, and the schema that was registered with it."""

    association: Association
    registered: Registered | None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a change of associations needs beside what is wanted.

    `guids` are as many as there may be new associations. Subjects without a context are of
    `context`. A dry run tells only whether it could be done.
    """

    guids: Sequence[str]
    now_ms: int
    context: str = ""
    is_dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Making:
    """An association is made, or (not `creates`) also changed."""

    wanted: Wanted
    creates: bool


@dataclass(frozen=True, slots=True)
class Deletion:
    """An association of a kind is deleted."""

    kind: str | None
    cascade: bool


Operation = Making | Deletion


def carry_out(
    view: View, resource: Resource, operations: Sequence[Operation], circumstances: Circumstances
) -> Decision[list[Associated]]:
    """Several changes of one resource, all or none; neighbours of one kind are looked at as one."""
    resource = checked_resource(resource, dry_run=circumstances.is_dry_run)
    if not operations:
        raise invalid("associations", "there are none")
    check_kinds([_kind_of(each) for each in operations])
    draft, guids = Draft(view), list(circumstances.guids)
    made: list[Associated] = []
    for creates, run in groupby(operations, lambda each: isinstance(each, Making) and each.creates):
        changes = list(run)
        wanted = [each.wanted for each in changes if isinstance(each, Making)]
        if wanted:
            own = replaced(circumstances, guids=[guids.pop() for _ in wanted], is_dry_run=False)
            decision = associate(draft.view, resource, wanted, own, creates=creates)
            changed: list[Associated] = draft.settle(decision)
            made += changed
        for each in changes:
            if isinstance(each, Deletion):
                draft.settle(_deleted(draft.view, resource, each))
    if circumstances.is_dry_run:
        return Decision([])
    return Decision(made, draft.records)


def _kind_of(operation: Operation) -> str | None:
    return operation.wanted.kind if isinstance(operation, Making) else operation.kind


def _deleted(view: View, resource: Resource, deletion: Deletion) -> Decision[None]:
    kinds = [deletion.kind] if deletion.kind else []
    wanted = Filter(resource.type, kinds)
    if not of_resource(view, resource.id or "", wanted):
        return Decision(None)
    return dissociate(view, resource.id or "", wanted, cascade=deletion.cascade)


def associate(
    view: View,
    resource: Resource,
    wanted: Sequence[Wanted],
    circumstances: Circumstances,
    *,
    creates: bool,
) -> Decision[list[Associated]]:
    """Create associations, or (not `creates`) also change them."""
    resource = checked_resource(resource, dry_run=circumstances.is_dry_run)
    context = circumstances.context
    asked = [completed(view, resource, each, context, creates=creates) for each in wanted]
    for subject in (each.subject for each in asked if each.subject is not None):
        view.require_writable(subject)
    if not asked:
        raise invalid("associations", "there are none")
    check_kinds([each.kind for each in asked])
    known = _known(view, resource)
    settled = [settle(view, resource, each, known, creates=creates) for each in asked]
    check_lifecycles(known, settled)
    for each in settled:
        check_subject(view, each)
    draft = Draft(view)
    made = list(_made(draft, resource, settled, circumstances))
    return Decision([]) if circumstances.is_dry_run else Decision(made, draft.records)


def _known(view: View, resource: Resource) -> Mapping[str, Association]:
    """What the resource has already, by kind; without an id, that of its name."""
    wanted = Filter(resource.type)
    if resource.id:
        found = of_resource(view, resource.id, wanted)
    else:
        named = of_named_resource(view, resource.namespace or "", resource.name or "", wanted)
        latest = max(named, key=lambda each: each.updateTs or 0, default=None)
        found = [each for each in named if latest and each.resourceId == latest.resourceId]
    return {each.associationType: each for each in found}


def _made(
    draft: Draft,
    resource: Resource,
    settled: Sequence[Settled],
    circumstances: Circumstances,
) -> Iterator[Associated]:
    registered = [_registered(draft, each) for each in settled]
    for each, schema, guid in zip(settled, registered, circumstances.guids, strict=True):
        if not each.is_unchanged:
            association = _association(resource, each, guid, circumstances.now_ms)
            record = AssociationRecord(association_key(association), association)
            yield Associated(draft.settle(Decision(association, [record])), schema)


def _registered(draft: Draft, settled: Settled) -> Registered | None:
    wanted = settled.wanted
    if wanted.schema is None:
        return None
    options = Options(normalize=wanted.normalize)
    return draft.settle(register(draft.view, settled.subject, wanted.schema, options))


def _association(resource: Resource, settled: Settled, guid: str, now_ms: int) -> Association:
    if settled.known is not None:
        return replace(
            settled.known,
            lifecycle=settled.lifecycle.value,
            frozen=settled.frozen,
            updateTs=None,
        )
    return Association(
        guid=guid,
        resourceName=resource.name or "",
        resourceNamespace=resource.namespace or "",
        resourceId=resource.id,
        resourceType=resource.type or TOPIC,
        associationType=settled.kind,
        subject=settled.subject,
        lifecycle=settled.lifecycle.value,
        frozen=settled.frozen,
        createTs=now_ms,
    )
