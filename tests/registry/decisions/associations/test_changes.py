"""Associations come with their schemas and go with them, all or nothing."""

from dataclasses import replace

import pytest

from odradek.registry.decisions.associations.changes import associate, dissociate
from odradek.registry.decisions.associations.queries import Filter, of_subject
from odradek.registry.decisions.deletion import delete_subject, delete_version
from odradek.registry.decisions.registration import NewSchema, Options, register
from odradek.registry.decisions.settings import set_mode
from odradek.registry.decisions.view import View
from odradek.registry.errors import ErrorCode, RegistryError, not_permitted
from odradek.registry.permissions import Action
from odradek.registry.state.codec import encode
from odradek.registry.state.content import Reference
from odradek.registry.state.records import AssociationRecord, ContextRecord, SchemaRecord
from tests.registry.topics import (
    COPIES,
    ORDER,
    ORDER_2,
    ORDERS,
    OWN,
    OWN_KEY,
    associated,
    decided,
    delete,
    later,
    make,
    own,
    refusal,
    weak,
)
from tests.registry.world import avro, registered, settle


@pytest.fixture
def view() -> View:
    """A subject with a version."""
    view = View()
    registered(view, "orders", ORDER)
    return view


def test_schemas_and_associations_are_written_together(view: View) -> None:
    key = own(avro('"string"'), association_type="key")
    decision = decided(view, ORDERS, key, own())
    kinds = [type(each) for each in decision.records]
    assert kinds == [ContextRecord, SchemaRecord, SchemaRecord, *[AssociationRecord] * 2]
    assert associated(view) == [], "nothing is there before it is written"
    settle(view, decision)
    assert associated(view) == [("orders", "key", OWN_KEY), ("orders", "value", OWN)]
    assert [each.id for each in view.index.versions(OWN)] == [2]


def test_association_is_written_with_confluents_bytes(view: View) -> None:
    record = decided(view, ORDERS, own()).records[-1]
    written = encode(record)
    assert written.key == (
        b'{"keytype":"ASSOC","tenant":"default","resourceName":"orders",'
        b'"resourceNamespace":"lkc-1","resourceType":"topic","associationType":"value",'
        b'"subject":":.lkc-1:orders-value","magic":0}'
    )
    assert written.value == (
        b'{"guid":"guid-1","tenant":"default","resourceName":"orders",'
        b'"resourceNamespace":"lkc-1","resourceId":"id-1","resourceType":"topic",'
        b'"associationType":"value","subject":":.lkc-1:orders-value","lifecycle":"STRONG",'
        b'"frozen":true}'
    )


def test_one_schema_that_is_refused_refuses_the_whole_request(view: View) -> None:
    key = own(avro("nonsense"), association_type="key")
    assert refusal(view, ORDERS, own(), key) is ErrorCode.INVALID_SCHEMA
    assert not view.has_subject(OWN, deleted=True)


def test_schema_is_registered_in_its_normal_form_if_asked(view: View) -> None:
    [made] = make(view, ORDERS, own(avro('{"type": "string"}'), normalize=True))
    assert made.registered is not None
    assert made.registered.content.text == '"string"'


def test_topic_that_was_made_anew_takes_over_a_weak_association(view: View) -> None:
    make(view, ORDERS, weak())
    make(view, replace(ORDERS, id="id-3"), weak())
    [found] = of_subject(view, "orders", Filter())
    assert found.resourceId == "id-3"


def test_rights_are_asked_for_before_anything_is_told(view: View) -> None:
    asked: list[tuple[Action, str | None]] = []

    def require(action: Action, subject: str | None) -> None:
        asked.append((action, subject))
        if action is Action.READ:
            raise not_permitted("never")

    referring = own(avro('"Order"', Reference("Order", "secret", 1)))
    with pytest.raises(RegistryError, match="never"):
        associate(view, ORDERS, [referring], require)
    assert asked == [(Action.WRITE, OWN), (Action.READ, ":.lkc-1:secret")]


def test_own_subject_is_protected_from_deletion(view: View) -> None:
    make(view, ORDERS, own())
    with pytest.raises(RegistryError) as error:
        delete_subject(view, OWN, permanent=False)
    assert error.value.code is ErrorCode.ASSOCIATION_FOR_SUBJECT_EXISTS


def test_last_version_of_an_associated_subject_is_protected(view: View) -> None:
    make(view, ORDERS, weak())
    registered(view, "orders", ORDER_2)
    settle(view, delete_version(view, "orders", 1, permanent=False))
    settle(view, delete_version(view, "orders", 1, permanent=True))
    with pytest.raises(RegistryError) as error:
        delete_version(view, "orders", 2, permanent=False)
    assert error.value.code is ErrorCode.NO_ACTIVE_VERSION


def test_nobody_refers_to_an_own_subject(view: View) -> None:
    make(view, ORDERS, own())
    reference = Reference("Order", OWN, 1)
    referring = NewSchema(avro('{"type":"array","items":"Order"}', reference))
    for mode in ("READWRITE", "IMPORT"):
        settle(view, set_mode(view, "lists", mode, force=True))
        new = replace(referring, id=7 if mode == "IMPORT" else -1)
        with pytest.raises(RegistryError) as error:
            register(view, "lists", new, Options())
        assert error.value.code is ErrorCode.OPERATION_NOT_PERMITTED


def test_weak_association_is_deleted_alone(view: View) -> None:
    make(view, ORDERS, weak(), weak(association_type="key"))
    delete(view, ORDERS, "key")
    assert associated(view) == [("orders", "value", "orders")]
    delete(view, ORDERS, cascade=True)
    assert associated(view) == []
    assert view.has_subject("orders", deleted=False)


def test_own_subject_is_deleted_for_good_with_its_topic(view: View) -> None:
    make(view, ORDERS, own())
    make(view, ORDERS, later(content=ORDER_2))
    with pytest.raises(RegistryError) as error:
        delete(view, ORDERS)
    assert error.value.code is ErrorCode.ASSOCIATION_FROZEN
    delete(view, ORDERS, cascade=True)
    assert associated(view) == []
    assert not view.has_subject(OWN, deleted=True)
    make(view, ORDERS, own(avro('"string"')))


def test_own_subject_stays_where_it_is_imported(view: View) -> None:
    make(view, ORDERS, own())
    settle(view, set_mode(view, OWN, "IMPORT", force=True))
    delete(view, ORDERS, cascade=True)
    assert associated(view) == []
    assert view.has_subject(OWN, deleted=False)


def test_nothing_is_deleted_if_one_is_read_only(view: View) -> None:
    registered(view, "keys", avro('"string"'))
    make(view, COPIES, weak("keys", association_type="key"), weak())
    settle(view, set_mode(view, "orders", "READONLY", force=False))
    doomed = list(view.index.associations)
    with pytest.raises(RegistryError) as error:
        dissociate(view, doomed, cascade=True, require=lambda *_: None)
    assert error.value.code is ErrorCode.OPERATION_NOT_PERMITTED
