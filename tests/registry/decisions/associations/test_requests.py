"""What is wrong with a request whatever the registry holds, and what follows from what is given."""

from dataclasses import replace

import pytest

from odradek.registry.decisions.associations.requests import (
    Resource,
    Wanted,
    check_resource,
    check_type,
    completed,
)
from odradek.registry.errors import ErrorCode, RegistryError
from tests.registry.topics import ORDER, ORDERS, OWN, STRONG, WEAK, later, own, weak


def check(resource: Resource, wanted: Wanted | None) -> None:
    check_resource(resource, dry_run=False)
    if wanted is not None:
        completed(resource, wanted, "")


def complaint(resource: Resource, wanted: Wanted | None = None) -> str:
    with pytest.raises(RegistryError) as error:
        check(resource, wanted)
    assert error.value.code is ErrorCode.INVALID_ASSOCIATION
    return error.value.message.removeprefix("Invalid association: ").partition(":")[0]


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"name": ""}, "resourceName"),
        ({"name": "a b"}, "resourceName"),
        ({"name": "a" * 257}, "resourceName"),
        ({"namespace": ""}, "resourceNamespace"),
        ({"namespace": "a.b"}, "resourceNamespace"),
        ({"id": None}, "resourceId"),
        ({"id": ""}, "resourceId"),
        ({"type": "table"}, "resourceType"),
    ],
)
def test_resource_that_names_no_topic_is_refused(changed: dict[str, str], named: str) -> None:
    assert complaint(replace(ORDERS, **changed)) == named


def test_topics_have_dots_and_a_dry_run_needs_no_id() -> None:
    check_resource(replace(ORDERS, name="shop.orders_v1-eu", id=None), dry_run=True)


@pytest.mark.parametrize(
    ("wanted", "named"),
    [
        (weak(""), "subject"),
        (weak("a\x00b"), "subject"),
        (weak(None), "subject"),
        (weak(OWN), "subject"),
        (weak(frozen=True), "frozen"),
        (Wanted("g", subject="orders", frozen=True), "frozen"),
        (own(lifecycle=WEAK), "lifecycle"),
        (own(frozen=False), "frozen"),
        (own(subject="orders"), "subject"),
        (own(association_type="header"), "associationType"),
        (Wanted("g", subject="orders", lifecycle=STRONG), "subject"),
        (later(lifecycle=WEAK, frozen=True), "frozen"),
        (later(lifecycle=WEAK, content=ORDER), "lifecycle"),
    ],
)
def test_request_that_contradicts_itself_is_refused(wanted: Wanted, named: str) -> None:
    assert complaint(ORDERS, wanted) == named


def test_lifecycle_follows_from_the_schema() -> None:
    with_schema = completed(ORDERS, own(), "")
    assert (with_schema.lifecycle, with_schema.frozen) == (STRONG, True)
    without = completed(ORDERS, Wanted("g", subject="orders"), "")
    assert (without.lifecycle, without.frozen) == (WEAK, False)


def test_subject_is_of_the_context_unless_it_names_one() -> None:
    assert completed(ORDERS, weak("orders"), ":.c:").subject == ":.c:orders"
    assert completed(ORDERS, weak(":.d:orders"), ":.c:").subject == ":.d:orders"
    assert completed(ORDERS, weak("orders"), "").subject == "orders"
    own_by_context = replace(own(), subject="orders-value")
    assert completed(ORDERS, own_by_context, ":.lkc-1:").subject == OWN


def test_nothing_follows_of_an_upsert_before_it_is_known_what_there_is() -> None:
    assert completed(ORDERS, later(), "") == later()


def test_types_of_associations_are_key_and_value() -> None:
    check_type("key")
    check_type("value")
    with pytest.raises(RegistryError, match="'header' is none of key, value"):
        check_type("header")
