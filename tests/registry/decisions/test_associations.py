"""Topics and the subjects of their schemas."""

import pytest

from odradek.registry.decisions.associations import (
    Filter,
    Resource,
    Wanted,
    associate,
    dissociate,
    of_resource,
    of_subject,
)
from odradek.registry.decisions.deletion import delete_subject
from odradek.registry.decisions.view import View
from odradek.registry.errors import ErrorCode, RegistryError
from tests.registry.world import avro, registered, settle

ORDERS = Resource("orders", "default", "id-1", "topic")
COPIES = Resource("copies", "default", "id-2", "topic")


@pytest.fixture
def view() -> View:
    """A subject with a version."""
    view = View()
    registered(view, "orders-value", avro('"string"'))
    return view


def make(view: View, resource: Resource, *, may_update: bool = False, **wanted: object) -> None:
    subject = {"subject": "orders-value", "associationType": "value", **wanted}
    decision = associate(
        view, resource, [Wanted(**subject)], may_update=may_update, guids=["g"], now_ms=1
    )
    settle(view, decision)


def test_association_is_found_by_subject_id_and_name(view: View) -> None:
    make(view, ORDERS)
    [found] = of_subject(view, "orders-value", Filter())
    assert (found.resourceName, found.lifecycle, found.createTs) == ("orders", "WEAK", 1)
    assert of_resource(view, Filter(), id="id-1") == [found]
    assert of_resource(view, Filter(), namespace="-", name="orders") == [found]
    assert of_resource(view, Filter(), namespace="other", name="orders") == []
    assert of_resource(view, Filter(association_types=["key"]), id="id-1") == []


def refusal(view: View, resource: Resource, **wanted: object) -> ErrorCode:
    with pytest.raises(RegistryError) as error:
        make(view, resource, **wanted)  # type: ignore[arg-type]  # every name is one of Wanted's
    return error.value.code


def test_subject_of_a_strong_association_is_nobody_elses(view: View) -> None:
    make(view, ORDERS, lifecycle="STRONG")
    assert refusal(view, COPIES) is ErrorCode.STRONG_ASSOCIATION_EXISTS


def test_frozen_association_does_not_change(view: View) -> None:
    make(view, ORDERS)
    assert refusal(view, ORDERS, frozen=True) is ErrorCode.ASSOCIATION_FOR_RESOURCE_EXISTS
    make(view, ORDERS, may_update=True, frozen=True)
    with pytest.raises(RegistryError) as error:
        make(view, ORDERS, may_update=True, frozen=False)
    assert error.value.code is ErrorCode.ASSOCIATION_FROZEN


def test_associated_subject_is_deleted_with_its_resource_only(view: View) -> None:
    make(view, ORDERS, lifecycle="STRONG")
    with pytest.raises(RegistryError) as error:
        delete_subject(view, "orders-value", permanent=False)
    assert error.value.code is ErrorCode.ASSOCIATION_FOR_SUBJECT_EXISTS
    settle(view, dissociate(view, "id-1", Filter(), cascade=True))
    assert view.index.associations == {}
    assert not view.has_subject("orders-value", deleted=False)


def test_incomplete_associations_are_refused(view: View) -> None:
    assert refusal(view, ORDERS, subject=None) is ErrorCode.INVALID_ASSOCIATION
    assert refusal(view, ORDERS, lifecycle="LONG") is ErrorCode.INVALID_ASSOCIATION
    assert refusal(view, ORDERS, subject="nobody") is ErrorCode.NO_ACTIVE_VERSION
    with pytest.raises(RegistryError) as error:
        dissociate(view, "id-9", Filter(), cascade=False)
    assert error.value.code is ErrorCode.ASSOCIATION_NOT_FOUND
