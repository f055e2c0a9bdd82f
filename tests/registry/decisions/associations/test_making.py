"""Topics and the subjects of their schemas."""

from typing import Any

import pytest

from odradek.registry.decisions.associations.finding import (
    Filter,
    Lifecycle,
    dissociate,
    of_named_resource,
    of_resource,
    of_subject,
)
from odradek.registry.decisions.associations.making import (
    Circumstances,
    Deletion,
    Making,
    associate,
    carry_out,
)
from odradek.registry.decisions.associations.rules import Resource, Wanted
from odradek.registry.decisions.deletion import delete_subject
from odradek.registry.decisions.registration import NewSchema
from odradek.registry.decisions.view import View
from odradek.registry.errors import ErrorCode, RegistryError
from odradek.registry.state.content import Reference
from tests.registry.world import avro, registered, settle

ORDERS = Resource("orders", "default", "id-1", "topic")
COPIES = Resource("copies", "default", "id-2", "topic")
OWN = ":.default:orders-value"
STRING = NewSchema(avro('"string"'))
NOW = Circumstances(guids=["g"], now_ms=1)


@pytest.fixture
def view() -> View:
    """A subject with a version."""
    view = View()
    registered(view, "orders-value", avro('"string"'))
    return view


def make(view: View, resource: Resource, *, creates: bool = True, **wanted: Any) -> None:
    decision = associate(view, resource, [Wanted(**wanted)], NOW, creates=creates)
    settle(view, decision)


def refusal(view: View, resource: Resource, *, creates: bool = True, **wanted: Any) -> ErrorCode:
    with pytest.raises(RegistryError) as error:
        make(view, resource, creates=creates, **wanted)
    return error.value.code


def test_association_is_found_by_subject_id_and_name(view: View) -> None:
    make(view, ORDERS, subject="orders-value")
    [found] = of_subject(view, "orders-value", Filter())
    assert (found.resourceName, found.lifecycle) == ("orders", "WEAK")
    assert (found.createTs, found.updateTs) == (1, 1_000)
    assert of_resource(view, "id-1", Filter()) == [found]
    assert of_named_resource(view, "-", "orders", Filter()) == [found]
    assert of_named_resource(view, "default", "-", Filter()) == [found]
    assert of_named_resource(view, "other", "orders", Filter()) == []
    assert of_resource(view, "id-1", Filter(association_types=["key"])) == []


def test_schema_of_an_association_is_registered_under_a_subject_of_its_own(view: View) -> None:
    make(view, ORDERS, schema=STRING)
    [found] = of_resource(view, "id-1", Filter())
    assert (found.subject, found.lifecycle, found.frozen) == (OWN, "STRONG", True)
    assert [each.version for each in view.index.versions(OWN)] == [1]
    assert refusal(view, COPIES, subject=OWN) is ErrorCode.STRONG_ASSOCIATION_EXISTS
    make(view, ORDERS, schema=STRING)
    other = NewSchema(avro('"int"'))
    assert refusal(view, ORDERS, schema=other) is ErrorCode.ASSOCIATION_FOR_RESOURCE_EXISTS


def test_schema_that_is_refused_leaves_nothing_behind(view: View) -> None:
    wanted = [Wanted(subject="orders-value", kind="key"), Wanted(schema=NewSchema(avro("none")))]
    circumstances = Circumstances(guids=["g", "h"], now_ms=1)
    with pytest.raises(RegistryError):
        associate(view, ORDERS, wanted, circumstances, creates=True)
    assert view.index.associations == {}


def test_dry_run_decides_nothing(view: View) -> None:
    dry = Circumstances(guids=["g"], now_ms=1, is_dry_run=True)
    decision = associate(view, ORDERS, [Wanted(subject="orders-value")], dry, creates=True)
    assert decision.records == ()


def test_frozen_association_does_not_change(view: View) -> None:
    make(view, ORDERS, schema=STRING)
    make(view, ORDERS, creates=False, lifecycle=Lifecycle.STRONG)
    for wanted in ({"lifecycle": Lifecycle.WEAK}, {"frozen": False}):
        code = refusal(view, ORDERS, creates=False, **wanted)
        assert code is ErrorCode.INVALID_ASSOCIATION


def test_association_with_an_existing_topic_is_weak(view: View) -> None:
    make(view, ORDERS, creates=False, subject="orders-value")
    code = refusal(view, ORDERS, creates=False, kind="key", schema=STRING)
    assert code is ErrorCode.INVALID_ASSOCIATION
    code = refusal(view, ORDERS, creates=False, kind="key", lifecycle=Lifecycle.STRONG)
    assert code is ErrorCode.INVALID_ASSOCIATION


def test_associated_subject_is_deleted_with_its_resource_only(view: View) -> None:
    make(view, ORDERS, schema=STRING)
    with pytest.raises(RegistryError) as error:
        delete_subject(view, OWN, permanent=False)
    assert error.value.code is ErrorCode.ASSOCIATION_FOR_SUBJECT_EXISTS
    with pytest.raises(RegistryError) as error:
        dissociate(view, "id-1", Filter(), cascade=False)
    assert error.value.code is ErrorCode.ASSOCIATION_FROZEN
    settle(view, dissociate(view, "id-1", Filter(), cascade=True))
    assert view.index.associations == {}
    assert not view.has_subject(OWN, deleted=True)


def test_subject_of_a_topic_alone_is_not_referred_to(view: View) -> None:
    make(view, ORDERS, schema=STRING)
    with pytest.raises(RegistryError) as error:
        registered(view, "other", avro('"int"', Reference("n", OWN, 1)))
    assert error.value.code is ErrorCode.OPERATION_NOT_PERMITTED


def test_several_changes_are_carried_out_together_or_not_at_all(view: View) -> None:
    registered(view, "orders-key", avro('"string"'))
    circumstances = Circumstances(guids=["g", "h"], now_ms=1)
    making = Making(Wanted(subject="orders-value"), creates=True)
    more = Making(Wanted(subject="orders-key", kind="key"), creates=False)
    settle(view, carry_out(view, ORDERS, [making, more], circumstances))
    assert len(of_resource(view, "id-1", Filter())) == 2
    wrong = Making(Wanted(subject="nobody", kind="key"), creates=True)
    with pytest.raises(RegistryError):
        carry_out(view, ORDERS, [Deletion("value", cascade=False), wrong], circumstances)
    gone = [Deletion("value", cascade=False), Deletion("key", cascade=False)]
    settle(view, carry_out(view, ORDERS, gone, circumstances))
    assert view.index.associations == {}


def test_incomplete_associations_are_refused(view: View) -> None:
    nameless = Resource(None, "default", "id-1")
    assert refusal(view, nameless, subject="orders-value") is ErrorCode.INVALID_ASSOCIATION
    assert refusal(view, ORDERS) is ErrorCode.INVALID_ASSOCIATION
    assert refusal(view, ORDERS, subject="orders-value", kind="x") is ErrorCode.INVALID_ASSOCIATION
    assert refusal(view, ORDERS, subject="nobody") is ErrorCode.NO_ACTIVE_VERSION
    with pytest.raises(RegistryError) as error:
        dissociate(view, "id-9", Filter(), cascade=False)
    assert error.value.code is ErrorCode.ASSOCIATION_NOT_FOUND
