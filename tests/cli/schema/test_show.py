"""`odradek schema show`."""

from collections.abc import Callable

import pytest

from tests.cli.conftest import Outcome
from tests.cli.schema.conftest import V1, V2, Registry, Run

USER = '{"type": "record", "name": "User", "fields": [{"name": "last", "type": "Order"}]}'
ODD = '{"type": "object",\r\n  "title": "é" }  \n'


def test_raw_is_the_text_byte_for_byte(registry: Registry, schema: Callable[..., Outcome]) -> None:
    schema_id = registry.register("odd", ODD, schemaType="JSON")
    assert schema("show", "odd", "-o", "raw").stdout == ODD
    assert schema("show", "--id", str(schema_id), "-o", "raw").stdout == ODD


def test_a_version_tells_what_it_needs_and_who_needs_it(
    registry: Registry, document: Run, schema: Callable[..., Outcome]
) -> None:
    registry.register("orders", V1)
    reference = {"name": "Order", "subject": "orders", "version": 1}
    registry.register(
        "users", USER, references=[reference], metadata={"properties": {"owner": "shop"}}
    )
    registry.register("copies", V1)

    orders = document("show", "orders")
    assert orders["used_by"] == [
        {"subject": "copies", "version": 1},
        {"subject": "orders", "version": 1},
    ]
    assert orders["referred_to_by"] == [{"id": 2, "subject": "users", "version": 1}]
    users = document("show", "users", "--version", "latest")
    assert users["references"] == [reference]
    printed = schema("show", "users").stdout
    assert "refers to   Order: orders version 1" in printed
    assert 'metadata    {"properties":{"owner":"shop"}}' in printed


def test_people_see_json_on_lines_and_everything_else_as_it_is(
    registry: Registry, schema: Callable[..., Outcome]
) -> None:
    registry.register("orders", V1)
    registry.register("p", 'syntax = "proto3";\nmessage P {}\n', schemaType="PROTOBUF")
    assert '\n  "name": "Order",\n' in schema("show", "orders").stdout
    assert 'syntax = "proto3";\nmessage P {}\n' in schema("show", "p").stdout


def test_a_deleted_version_is_shown_to_who_asks_for_it(registry: Registry, document: Run) -> None:
    registry.register("orders", V1)
    registry.register("orders", V2)
    registry.delete("/subjects/orders/versions/1")
    assert document("show", "orders", "--version", "1")["deleted"] is True
    registry.delete("/subjects/orders")
    assert document("show", "orders", "--version", "2")["deleted"] is True


def test_an_id_is_that_of_the_named_context(registry: Registry, document: Run) -> None:
    registry.register("orders", V1)
    registry.register(":.staging:orders", V2)
    assert document("show", "--id", "1")["schema"] == V1
    assert document("show", ":.staging:", "--id", "1")["schema"] == V2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name a subject, or an id with --id"),
        (["order"], "subject order does not exist; did you mean orders?"),
        (["zzz"], "`odradek schema list` shows those that do"),
        (["orders", "--version", "7"], "subject orders has no version 7; it has 1"),
        (["orders", "--version", "x"], "--version x is no version: give a number, or latest"),
        (["--id", "99"], "no schema has the id 99"),
        (["gone"], "subject gone is deleted softly"),
    ],
)
def test_what_is_not_there_is_one_sentence_with_a_remedy(
    registry: Registry, refused: Callable[..., str], arguments: list[str], said: str
) -> None:
    registry.register("orders", V1)
    registry.register("gone", V1)
    registry.delete("/subjects/gone")
    assert said in refused("show", *arguments)
