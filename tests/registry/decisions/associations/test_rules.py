"""Who may be associated with a subject, and which subjects a topic may have together."""

from dataclasses import replace

import pytest

from odradek.registry.decisions.deletion import delete_subject
from odradek.registry.decisions.settings import set_mode
from odradek.registry.decisions.view import View
from odradek.registry.errors import ErrorCode
from odradek.registry.state.content import Content, Reference
from tests.registry.topics import (
    COPIES,
    ORDER,
    ORDER_2,
    ORDERS,
    OWN,
    OWN_KEY,
    later,
    make,
    own,
    refusal,
    weak,
)
from tests.registry.world import avro, registered, settle


def shipment(subject: str, version: int = 1) -> Content:
    """A schema that refers to an order."""
    return avro(
        '{"type":"record","name":"Shipment","fields":[{"name":"order","type":"Order"}]}',
        Reference("Order", subject, version),
    )


@pytest.fixture
def view() -> View:
    """A subject with a version."""
    view = View()
    registered(view, "orders", ORDER)
    return view


def test_weak_subject_is_that_of_several_topics(view: View) -> None:
    make(view, ORDERS, weak(), weak(association_type="key"))
    make(view, COPIES, weak())


def test_own_subject_is_nobody_elses(view: View) -> None:
    make(view, ORDERS, own())
    assert refusal(view, COPIES, weak(OWN)) is ErrorCode.STRONG_ASSOCIATION_EXISTS


def test_subject_that_others_use_becomes_nobodys_own(view: View) -> None:
    registered(view, OWN, ORDER)
    make(view, COPIES, weak(OWN))
    assert refusal(view, ORDERS, own()) is ErrorCode.ASSOCIATION_FOR_SUBJECT_EXISTS


def test_topic_that_was_made_anew_does_not_get_the_own_subject_of_the_old_one(view: View) -> None:
    make(view, ORDERS, own())
    anew = replace(ORDERS, id="id-3")
    assert refusal(view, anew, own()) is ErrorCode.ASSOCIATION_FOR_SUBJECT_EXISTS


def test_topic_has_only_own_subjects_or_none(view: View) -> None:
    key = {"association_type": "key"}
    assert refusal(view, ORDERS, weak(), own(**key)) is ErrorCode.INVALID_ASSOCIATION
    make(view, ORDERS, own())
    assert refusal(view, ORDERS, weak(**key)) is ErrorCode.INVALID_ASSOCIATION
    assert refusal(view, ORDERS, later("orders", **key)) is ErrorCode.INVALID_ASSOCIATION
    nameless = replace(ORDERS, id=None)
    mixed = refusal(view, nameless, weak(**key), dry_run=True)
    assert mixed is ErrorCode.INVALID_ASSOCIATION
    make(view, ORDERS, own(**key))


def test_associated_subject_has_a_version(view: View) -> None:
    assert refusal(view, ORDERS, weak("nobody")) is ErrorCode.NO_ACTIVE_VERSION
    settle(view, delete_subject(view, "orders", permanent=False))
    assert refusal(view, ORDERS, weak()) is ErrorCode.NO_ACTIVE_VERSION


def test_read_only_subject_is_not_associated(view: View) -> None:
    settle(view, set_mode(view, "orders", "READONLY", force=False))
    assert refusal(view, ORDERS, weak()) is ErrorCode.OPERATION_NOT_PERMITTED
    settle(view, set_mode(view, OWN, "READONLY", force=False))
    assert refusal(view, ORDERS, own()) is ErrorCode.OPERATION_NOT_PERMITTED


def test_what_is_referred_to_becomes_nobodys_own(view: View) -> None:
    registered(view, OWN, ORDER)
    registered(view, "shipments", shipment(OWN))
    assert refusal(view, ORDERS, own()) is ErrorCode.REFERENCE_EXISTS
    settle(view, delete_subject(view, "shipments", permanent=False))
    assert refusal(view, ORDERS, own()) is ErrorCode.REFERENCE_EXISTS, "it can come back"
    settle(view, delete_subject(view, "shipments", permanent=True))
    make(view, ORDERS, own())


def test_deleted_version_that_is_referred_to_counts(view: View) -> None:
    registered(view, OWN, ORDER)
    registered(view, OWN, ORDER_2)
    registered(view, "shipments", shipment(OWN, 2))
    settle(view, delete_subject(view, "shipments", permanent=False))
    settle(view, delete_subject(view, OWN, permanent=False))
    assert refusal(view, ORDERS, own()) is ErrorCode.REFERENCE_EXISTS


def test_schemas_of_one_request_do_not_refer_to_its_own_subjects(view: View) -> None:
    referring = own(shipment(OWN_KEY))
    key = own(association_type="key")
    assert refusal(view, ORDERS, key, referring) is ErrorCode.REFERENCE_EXISTS
    assert refusal(view, ORDERS, referring, key) is ErrorCode.REFERENCE_EXISTS


def test_own_subject_may_refer_to_others(view: View) -> None:
    make(view, ORDERS, own(shipment(":.:orders")))
    make(view, COPIES, weak())
    assert [each.subject for each in view.index.referrers(("orders", 1))] == [OWN]
