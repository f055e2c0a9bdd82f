"""Associations, found by key, subject and resource; drafts of them; their times."""

from msgspec.structs import replace

from odradek.registry.state.associations import Associations
from odradek.registry.state.records import Association, Lifecycle, association_key

ORDERS = Association(
    guid="g",
    resourceName="orders",
    resourceNamespace="lkc",
    resourceId="id-1",
    resourceType="topic",
    associationType="value",
    subject="orders",
    lifecycle=Lifecycle.WEAK,
    frozen=False,
)
KEYS = replace(ORDERS, associationType="key")


def put(associations: Associations, association: Association, timestamp_ms: int = 1) -> None:
    associations.put(association_key(association), association, timestamp_ms)


def test_associations_are_listed_in_order_whatever_they_are_found_by() -> None:
    associations = Associations()
    for each in (ORDERS, KEYS, replace(ORDERS, resourceName="copies", resourceId="id-2")):
        put(associations, each)
    assert [each.resourceName for each in associations] == ["copies", "orders", "orders"]
    assert [each.associationType for each in associations.of_resource_id("id-1")] == [
        "key",
        "value",
    ]
    assert len(associations.of_subject("orders")) == 3
    assert len(associations.of_resource_name("copies")) == 1


def test_times_are_those_of_the_first_record_and_of_the_last() -> None:
    associations = Associations()
    put(associations, ORDERS, 10)
    put(associations, replace(ORDERS, guid="h", createTs=5), 20)
    [found] = associations
    assert (found.guid, found.createTs, found.updateTs) == ("h", 10, 20)
    associations.put(association_key(ORDERS), None, 30)
    put(associations, ORDERS, 40)
    assert next(iter(associations)).createTs == 40


def test_association_that_was_replaced_is_not_found_by_what_it_had() -> None:
    associations = Associations()
    put(associations, ORDERS)
    put(associations, replace(ORDERS, resourceId="id-2"))
    assert associations.of_resource_id("id-1") == []
    assert len(associations.of_resource_id("id-2")) == 1


def test_draft_leaves_the_original_as_it_is() -> None:
    associations = Associations()
    put(associations, ORDERS)
    draft = associations.draft()
    put(draft, KEYS)
    draft.put(association_key(ORDERS), None, 2)
    assert [each.associationType for each in draft.of_subject("orders")] == ["key"]
    assert [each.associationType for each in associations.of_subject("orders")] == ["value"]
    draft.put(association_key(KEYS), None, 3)
    assert draft.of_subject("orders") == draft.of_resource_id("id-1") == list(draft) == []


def test_deletion_of_an_unknown_key_changes_nothing() -> None:
    associations = Associations()
    associations.put(association_key(ORDERS), None, 1)
    assert list(associations) == []
