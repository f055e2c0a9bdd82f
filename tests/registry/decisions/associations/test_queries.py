"""Associations of subjects, of resources by id and by name."""

from dataclasses import replace

import pytest

from odradek.registry.decisions.associations.queries import (
    Filter,
    of_newest_resource,
    of_resource_id,
    of_resource_name,
    of_subject,
)
from odradek.registry.decisions.view import View
from odradek.registry.state.records import Association
from tests.registry.topics import COPIES, ORDER, ORDERS, STRONG, WEAK, make, own, weak
from tests.registry.world import registered


@pytest.fixture
def view() -> View:
    """Two topics of the same name, and one with a subject of its own."""
    view = View()
    registered(view, "orders", ORDER)
    make(view, ORDERS, weak(), weak(association_type="key"))
    make(view, replace(ORDERS, namespace="lkc-2", id="id-9"), weak())
    make(view, COPIES, own())
    return view


def told(found: list[Association]) -> list[tuple[str | None, str]]:
    return [(each.resourceId, each.associationType) for each in found]


def test_associations_are_found_by_subject_id_and_name(view: View) -> None:
    everything = Filter()
    mine = [("id-1", "key"), ("id-1", "value")]
    assert told(of_subject(view, "orders", everything)) == [*mine, ("id-9", "value")]
    assert told(of_resource_id(view, "id-1", everything)) == mine
    assert told(of_resource_name(view, "lkc-1", "orders", everything)) == mine
    assert told(of_resource_name(view, "-", "orders", everything)) == [*mine, ("id-9", "value")]
    assert told(of_resource_name(view, "lkc-1", "-", everything)) == [("id-2", "value"), *mine]
    assert len(of_resource_name(view, "-", "-", everything)) == 4
    assert of_resource_name(view, "other", "orders", everything) == []


def test_filters_leave_what_is_meant(view: View) -> None:
    assert told(of_resource_id(view, "id-1", Filter(association_types=["key"]))) == [
        ("id-1", "key")
    ]
    assert of_resource_id(view, "id-1", Filter("table")) == []
    assert told(of_resource_name(view, "-", "-", Filter(lifecycle=STRONG))) == [("id-2", "value")]
    assert len(of_resource_name(view, "-", "-", Filter("topic", ["value"], WEAK))) == 2


def test_newest_resource_of_a_name_is_the_one_changed_last(view: View) -> None:
    anew = replace(ORDERS, id="id-3")
    make(view, anew, weak())
    newest = of_newest_resource(view, "lkc-1", "orders", "topic")
    assert {each.resourceId for each in newest} == {"id-3"}
    assert of_newest_resource(view, "lkc-1", "nobody", "topic") == []
