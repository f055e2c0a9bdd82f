"""What is wanted, beside what there is: made once, and unchanged afterwards."""

from dataclasses import replace

import pytest

from odradek.registry.decisions.associations.requests import Wanted
from odradek.registry.decisions.settings import set_config, set_mode
from odradek.registry.decisions.view import View
from odradek.registry.errors import ErrorCode
from tests.registry.topics import (
    COPIES,
    ORDER,
    ORDER_2,
    ORDERS,
    OWN,
    STRONG,
    WEAK,
    associated,
    decided,
    later,
    make,
    own,
    refusal,
    weak,
)
from tests.registry.world import avro, registered, settle

INVALID = ErrorCode.INVALID_ASSOCIATION


@pytest.fixture
def view() -> View:
    """A subject with a version."""
    view = View()
    registered(view, "orders", ORDER)
    return view


def test_own_subject_is_made_with_its_first_schema(view: View) -> None:
    [made] = make(view, ORDERS, own())
    assert made.registered is not None
    assert (made.registered.subject, made.registered.version) == (OWN, 1)
    association = made.association
    assert (association.subject, association.lifecycle, association.frozen) == (OWN, STRONG, True)


def test_creation_may_be_repeated(view: View) -> None:
    make(view, ORDERS, own(), weak_key := replace(own(), association_type="key"))
    make(view, COPIES, weak())
    for resource, wanted in ((ORDERS, own()), (ORDERS, weak_key), (COPIES, weak())):
        repeated = decided(view, resource, wanted)
        assert (repeated.answer, repeated.records) == ([], [])


def test_creation_of_something_else_is_refused_where_there_is_one(view: View) -> None:
    registered(view, "other", avro('"string"'))
    make(view, ORDERS, weak())
    assert refusal(view, ORDERS, weak("other")) is ErrorCode.ASSOCIATION_FOR_RESOURCE_EXISTS
    assert refusal(view, ORDERS, own()) is ErrorCode.ASSOCIATION_FOR_RESOURCE_EXISTS
    make(view, COPIES, own())
    assert refusal(view, COPIES, own(ORDER_2)) is ErrorCode.ASSOCIATION_FOR_RESOURCE_EXISTS


def test_own_subject_begins_with_the_given_schema(view: View) -> None:
    without_schema = Wanted("g", lifecycle=STRONG)
    assert refusal(view, ORDERS, without_schema) is INVALID
    registered(view, OWN, ORDER)
    assert refusal(view, ORDERS, own(ORDER_2)) is INVALID
    assert refusal(view, ORDERS, without_schema) is INVALID
    make(view, ORDERS, own())
    assert [each.version for each in view.index.versions(OWN)] == [1]


def test_subject_with_a_history_becomes_nobodys_own(view: View) -> None:
    registered(view, OWN, ORDER)
    registered(view, OWN, ORDER_2)
    assert refusal(view, ORDERS, own(ORDER_2)) is INVALID


def test_upsert_adds_only_weak_associations(view: View) -> None:
    assert refusal(view, ORDERS, later("orders", ORDER)) is INVALID
    assert refusal(view, ORDERS, later(lifecycle=STRONG)) is INVALID
    assert refusal(view, ORDERS, later()) is INVALID, "no subject"
    [made] = make(view, ORDERS, later("orders"))
    assert (made.association.lifecycle, made.association.frozen) == (WEAK, False)


@pytest.mark.parametrize(
    "changed",
    [
        later("other"),
        later(lifecycle=STRONG),
        later(lifecycle=STRONG, frozen=True),
        later(frozen=True),
        later(content=ORDER_2),
        later(lifecycle=WEAK, frozen=True),
    ],
)
def test_weak_association_does_not_change(view: View, changed: Wanted) -> None:
    registered(view, "other", ORDER)
    make(view, ORDERS, weak())
    assert refusal(view, ORDERS, changed) is INVALID


@pytest.mark.parametrize(
    "changed",
    [
        later("orders"),
        later(lifecycle=WEAK),
        later(lifecycle=WEAK, frozen=False),
        later(frozen=False),
    ],
)
def test_own_subject_does_not_change(view: View, changed: Wanted) -> None:
    make(view, ORDERS, own())
    assert refusal(view, ORDERS, changed) is INVALID


@pytest.mark.parametrize(
    "same", [later(), later("orders"), later(lifecycle=WEAK), later(frozen=False)]
)
def test_upsert_of_what_there_is_changes_nothing(view: View, same: Wanted) -> None:
    make(view, ORDERS, weak())
    assert decided(view, ORDERS, same).records == []


def test_upsert_brings_a_new_schema_of_an_own_subject(view: View) -> None:
    make(view, ORDERS, own())
    assert make(view, ORDERS, later(content=ORDER_2)) == []
    assert [each.version for each in view.index.versions(OWN)] == [1, 2]
    incompatible = later(content=avro('"string"'))
    assert refusal(view, ORDERS, incompatible) is ErrorCode.INCOMPATIBLE_SCHEMA


def test_one_type_is_associated_once_in_a_request(view: View) -> None:
    assert refusal(view, ORDERS, weak(), weak()) is INVALID


def test_alias_stands_for_its_subject(view: View) -> None:
    settle(view, set_config(view, "old", {"alias": "orders"}))
    make(view, ORDERS, weak("old"))
    assert associated(view) == [("orders", "value", "orders")]


def test_import_brings_own_subjects_without_their_first_schema(view: View) -> None:
    registered(view, OWN, ORDER)
    registered(view, OWN, ORDER_2)
    settle(view, set_mode(view, OWN, "IMPORT", force=True))
    assert refusal(view, ORDERS, own()) is INVALID, "schemas are imported by themselves"
    make(view, ORDERS, later(lifecycle=STRONG))
    assert associated(view) == [("orders", "value", OWN)]
    assert refusal(view, ORDERS, later(content=ORDER)) is INVALID


def test_import_associates_no_subject_whose_versions_are_yet_to_come(view: View) -> None:
    settle(view, set_mode(view, OWN, "IMPORT", force=True))
    imported = Wanted("g", lifecycle=STRONG)
    assert refusal(view, ORDERS, imported) is ErrorCode.NO_ACTIVE_VERSION


def test_topic_without_an_id_is_known_by_its_name_in_a_dry_run(view: View) -> None:
    nameless = replace(ORDERS, id=None)
    make(view, ORDERS, weak())
    make(view, replace(ORDERS, namespace="lkc-2", id="id-9"), own())
    assert decided(view, nameless, weak(), dry_run=True).answer == []
    assert refusal(view, nameless, own(), dry_run=True) is ErrorCode.ASSOCIATION_FOR_RESOURCE_EXISTS
