"""Decisions that are written together: each on what those before it will have made."""

from collections.abc import Sequence

import pytest

from odradek.registry.decisions.deletion import delete_subject
from odradek.registry.decisions.group import Decide, Group
from odradek.registry.decisions.registration import NewSchema, Options, register
from odradek.registry.decisions.settings import set_config
from odradek.registry.decisions.view import View
from odradek.registry.errors import ErrorCode, RegistryError
from odradek.registry.state.content import Content, Reference
from tests.registry.world import avro, record, registered

ORDER = avro(record("Order", "id"))
ORDER_2 = avro(record("Order", "id", optional=["note"]))
ORDER_INCOMPATIBLE = avro(record("Order", "id", "customer"))


def registering(subject: str, content: Content) -> Decide:
    return lambda view: register(view, subject, NewSchema(content), Options())


def decide_together(view: View, decides: Sequence[Decide]) -> Group:
    group = Group(view)
    for decide in decides:
        group.decide(decide)
    return group


def settle(view: View, group: Group) -> None:
    for written in group.records:
        view.index.replay(written, 1_000)


def places(group: Group) -> list[tuple[int, int]]:
    return [(each.id, each.version) for each in group.outcomes]


def test_ids_and_versions_go_on_within_a_group() -> None:
    view = View()
    group = decide_together(
        view,
        [
            registering("orders", ORDER),
            registering("orders", ORDER_2),
            registering("customers", avro('"string"')),
        ],
    )
    assert places(group) == [(1, 1), (2, 2), (3, 1)]
    assert view.index.subjects == {}, "nothing is there before it is written"
    settle(view, group)
    assert [each.id for each in view.index.all_versions()] == [1, 2, 3]


def test_two_who_register_the_same_get_one_id_and_write_one_record() -> None:
    group = decide_together(View(), [registering("orders", ORDER)] * 2)
    assert places(group) == [(1, 1), (1, 1)]
    assert len(group.records) == 1


def test_schema_may_refer_to_one_of_the_same_group() -> None:
    view = View()
    referring = avro(
        '{"type":"record","name":"Shipment","fields":[{"name":"order","type":"Order"}]}',
        Reference("Order", "orders", 1),
    )
    group = decide_together(view, [registering("orders", ORDER), registering("shipped", referring)])
    assert places(group) == [(1, 1), (2, 1)]
    settle(view, group)
    assert [each.subject for each in view.index.referrers(("orders", 1))] == ["shipped"]


def test_one_that_is_refused_does_not_fail_the_others() -> None:
    view = View()
    registered(view, "orders", ORDER)
    group = decide_together(
        view,
        [
            registering("orders", ORDER_2),
            registering("orders", ORDER_INCOMPATIBLE),
            registering("orders", avro("nonsense")),
            registering("customers", ORDER_INCOMPATIBLE),
        ],
    )
    first, incompatible, invalid, last = group.outcomes
    assert (first.id, first.version) == (2, 2)
    assert incompatible.code is ErrorCode.INCOMPATIBLE_SCHEMA
    assert invalid.code is ErrorCode.INVALID_SCHEMA
    assert (last.id, last.version) == (3, 1), "a refused one takes no id"
    assert len(group.records) == 2


def test_fault_of_one_decision_is_its_own() -> None:
    def faulty(view: View) -> object:
        raise ZeroDivisionError

    group = decide_together(View(), [faulty, registering("orders", ORDER)])  # type: ignore[list-item]
    assert isinstance(group.outcomes[0], ZeroDivisionError)
    assert group.outcomes[1].id == 1


def test_later_decisions_see_settings_and_deletions_of_earlier_ones() -> None:
    view = View()
    registered(view, "orders", ORDER)
    group = decide_together(
        view,
        [
            registering("orders", ORDER_INCOMPATIBLE),
            lambda view: set_config(view, "orders", {"compatibilityLevel": "NONE"}),
            registering("orders", ORDER_INCOMPATIBLE),
            lambda view: delete_subject(view, "orders", permanent=False),
            lambda view: delete_subject(view, "orders", permanent=True),
            registering("orders", ORDER),
        ],
    )
    refused, _, accepted, softly, for_good, again = group.outcomes
    assert isinstance(refused, RegistryError)
    assert (accepted.id, accepted.version) == (2, 2)
    assert (softly, for_good) == ([1, 2], [1, 2])
    assert (again.id, again.version) == (3, 1)
    settle(view, group)
    assert [each.place for each in view.index.all_versions()] == [("orders", 1)]
    assert view.config("orders").compatibilityLevel == "BACKWARD"


def test_group_writes_what_its_decisions_would_write_one_by_one() -> None:
    decides = [registering(f"s-{number % 3}", avro(f'"{kind}"')) for number, kind in KINDS]
    together = View()
    settle(together, decide_together(together, decides))
    apart = View()
    for decide in decides:
        settle(apart, decide_together(apart, [decide]))
    assert list(together.index.all_versions()) == list(apart.index.all_versions())


KINDS = list(enumerate(["string", "int", "string", "long", "float", "double", "int", "bytes"]))


@pytest.mark.parametrize("permanent", [False, True])
def test_deletion_of_what_the_group_registers(permanent: bool) -> None:
    view = View()
    decides: list[Decide] = [
        registering("orders", ORDER),
        lambda view: delete_subject(view, "orders", permanent=False),
    ]
    if permanent:
        decides.append(lambda view: delete_subject(view, "orders", permanent=True))
    settle(view, decide_together(view, decides))
    assert view.index.versions("orders") == []
    assert view.has_subject("orders", deleted=True) is not permanent
    assert view.index.next_id(".") == 2
