"""Several changes to one topic: what is decided together, and what stays if one is refused."""

from collections.abc import Sequence

import pytest

from odradek.registry.decisions.associations.batches import (
    Change,
    Outcome,
    Unwanted,
    change_resource,
)
from odradek.registry.decisions.associations.requests import Resource
from odradek.registry.decisions.view import View
from odradek.registry.errors import ErrorCode, RegistryError
from odradek.registry.permissions import EVERYTHING
from tests.registry.topics import (
    ORDER,
    ORDER_2,
    ORDERS,
    OWN,
    OWN_KEY,
    STRONG,
    WEAK,
    associated,
    later,
    make,
    own,
    weak,
)
from tests.registry.world import registered, settle


@pytest.fixture
def view() -> View:
    """A subject with a version."""
    view = View()
    registered(view, "orders", ORDER)
    return view


def changed(view: View, *changes: Change, dry_run: bool = False) -> Outcome:
    return settle(view, decision_on(view, ORDERS, changes, dry_run=dry_run))


def decision_on(view: View, resource: Resource, changes: Sequence[Change], *, dry_run: bool):  # type: ignore[no-untyped-def]  # as inferred
    return change_resource(
        view, resource, changes, context="", dry_run=dry_run, require=EVERYTHING.require
    )


def refusal(view: View, *changes: Change) -> ErrorCode:
    with pytest.raises(RegistryError) as error:
        changed(view, *changes)
    return error.value.code


def test_outcome_tells_all_that_the_topic_has_and_what_was_registered(view: View) -> None:
    make(view, ORDERS, own(association_type="key"))
    outcome = changed(view, own())
    assert [each.subject for each in outcome.associations] == [OWN_KEY, OWN]
    assert list(outcome.registered) == ["value"]


def test_associations_are_made_changed_and_deleted_in_one_batch(view: View) -> None:
    make(view, ORDERS, own(association_type="key"))
    outcome = changed(view, own(), Unwanted("key", cascade=True))
    assert outcome.error is None
    assert associated(view) == [("orders", "value", OWN)]
    assert not view.has_subject(OWN_KEY, deleted=True)
    changed(view, later(content=ORDER_2))
    assert [each.version for each in view.index.versions(OWN)] == [1, 2]


def test_deletion_of_what_is_not_there_is_none(view: View) -> None:
    assert changed(view, Unwanted("key")) == Outcome(None, [], {})


def test_dry_run_changes_nothing_and_tells_what_would_be_refused(view: View) -> None:
    assert changed(view, own(), dry_run=True) == Outcome()
    assert associated(view) == []
    with pytest.raises(RegistryError) as error:
        changed(view, weak("nobody"), dry_run=True)
    assert error.value.code is ErrorCode.NO_ACTIVE_VERSION


def test_neighbours_of_one_kind_are_made_together_or_not_at_all(view: View) -> None:
    together = [
        later("orders", association_type="key", lifecycle=WEAK),
        later("orders", lifecycle=STRONG),
    ]
    assert refusal(view, *together) is ErrorCode.INVALID_ASSOCIATION
    assert associated(view) == []


def test_what_was_changed_before_the_refused_one_stays(view: View) -> None:
    outcome = changed(view, weak(association_type="key"), later("nobody"))
    assert outcome.error is not None
    assert outcome.error.code is ErrorCode.NO_ACTIVE_VERSION
    assert associated(view) == [("orders", "key", "orders")]


@pytest.mark.parametrize(
    "changes",
    [
        [],
        [weak(), weak()],
        [weak(association_type="key"), Unwanted("key")],
        [weak(association_type="key"), weak(frozen=True)],
        [weak(), Unwanted("header")],
    ],
)
def test_what_is_wrong_with_one_refuses_all(view: View, changes: list[Change]) -> None:
    assert refusal(view, *changes) is ErrorCode.INVALID_ASSOCIATION
    assert associated(view) == []
