"""`odradek schema compat`."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cli.conftest import Outcome
from tests.cli.schema.conftest import V1, Registry, Run


@pytest.fixture(autouse=True)
def orders(registry: Registry) -> None:
    registry.register("orders", V1)
    registry.register(":.staging:orders", V1)


def level(document: Run, *arguments: str) -> tuple[Any, ...]:
    [row] = document("compat", *arguments)
    return row["compatibility"], row["set_for"]


def test_the_level_that_applies_is_told_with_where_it_is_set(document: Run) -> None:
    assert level(document) == ("BACKWARD", "(all)")
    assert level(document, "orders") == ("BACKWARD", "(all)")
    document("compat", "--set", "FULL")
    assert level(document, "orders") == ("FULL", "(all)")
    document("compat", ":.staging:", "--set", "FORWARD")
    assert level(document, ":.staging:orders") == ("FORWARD", ":.staging:")
    document("compat", "orders", "--set", "NONE")
    assert level(document, "orders") == ("NONE", "orders")


def test_a_level_is_set_and_taken_away(registry: Registry, document: Run) -> None:
    set_ = document("compat", "orders", "--set", "FULL_TRANSITIVE")
    assert set_["changes"] == [
        {"what": "compatibility", "old": "BACKWARD", "new": "FULL_TRANSITIVE"}
    ]
    assert document("compat", "orders", "--set", "FULL_TRANSITIVE")["changes"] == []
    unset = document("compat", "orders", "--unset")
    assert unset["changes"][0]["new"] == "BACKWARD"
    assert document("compat", "orders", "--unset")["changes"] == []
    assert registry.http.get("/config/orders").status_code == 404


def test_taking_a_level_away_keeps_what_else_is_configured(
    registry: Registry, document: Run
) -> None:
    registry.put("/config/orders", compatibility="FULL", compatibilityPolicy="LENIENT")
    document("compat", "orders", "--unset")
    assert registry.get("/config/orders")["compatibilityPolicy"] == "LENIENT"
    [row] = document("compat", "orders")
    assert (row["compatibility"], row["policy"]) == ("BACKWARD", "LENIENT")


def test_a_dry_run_changes_nothing(registry: Registry, schema: Callable[..., Outcome]) -> None:
    said = schema("compat", "orders", "--set", "FULL", "--dry-run").stdout
    assert said.startswith("would alter subject orders\n")
    schema("compat", "--set", "NONE", "--dry-run")
    assert registry.get("/config") == {"compatibilityLevel": "BACKWARD"}
    assert registry.http.get("/config/orders").status_code == 404


def test_a_level_for_a_subject_to_come_is_noted(schema: Callable[..., Outcome]) -> None:
    assert "subject order has no versions" in schema("compat", "order", "--set", "FULL").stderr


def test_two_wishes_at_once_are_refused(refused: Callable[..., str]) -> None:
    assert "contradict each other" in refused("compat", "orders", "--set", "FULL", "--unset")
