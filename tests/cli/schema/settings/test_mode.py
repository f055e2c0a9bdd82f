"""`odradek schema mode`."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cli.conftest import Outcome
from tests.cli.schema.conftest import V1, Registry, Run


@pytest.fixture(autouse=True)
def orders(registry: Registry) -> None:
    registry.register("orders", V1)
    registry.register(":.staging:orders", V1)


def mode(document: Run, *arguments: str) -> tuple[Any, ...]:
    [row] = document("mode", *arguments)
    return row["mode"], row["set_for"]


def test_the_mode_that_applies_is_told_with_where_it_is_set(document: Run) -> None:
    assert mode(document) == mode(document, "orders") == ("READWRITE", "(all)")
    document("mode", "--set", "READONLY")
    assert mode(document, "orders") == ("READONLY", "(all)")
    document("mode", ":.staging:", "--set", "READONLY")
    assert mode(document, ":.staging:orders") == ("READONLY", ":.staging:")
    document("mode", "orders", "--set", "READWRITE")
    assert mode(document, "orders") == ("READWRITE", "orders")


def test_a_mode_is_set_and_taken_away(registry: Registry, document: Run) -> None:
    done = document("mode", "orders", "--set", "READONLY")
    assert done["changes"] == [{"what": "mode", "old": "READWRITE", "new": "READONLY"}]
    assert document("mode", "orders", "--set", "READONLY")["changes"] == []
    assert document("mode", "orders", "--unset")["changes"][0]["new"] == "(default)"
    assert document("mode", "orders", "--unset")["changes"] == []
    assert registry.http.get("/mode/orders").status_code == 404
    document("mode", "--set", "READONLY")
    document("mode", "--unset")
    assert registry.get("/mode") == {"mode": "READWRITE"}


def test_what_an_import_left_behind_is_mended(registry: Registry, document: Run) -> None:
    for scope in ("", "/orders", "/:.staging:"):
        registry.put(f"/mode{scope}?force=true", mode="IMPORT")
    document("mode", "--set", "READWRITE")
    document("mode", "orders", "--unset")
    document("mode", ":.staging:", "--unset")
    registry.register("orders", V1)
    registry.register(":.staging:orders", V1)


def test_a_dry_run_changes_nothing(registry: Registry, schema: Callable[..., Outcome]) -> None:
    said = schema("mode", "orders", "--set", "READONLY", "--dry-run").stdout
    assert said.startswith("would alter subject orders\n")
    assert registry.http.get("/mode/orders").status_code == 404


def test_a_mode_for_a_subject_to_come_is_noted(schema: Callable[..., Outcome]) -> None:
    assert "subject order has no versions" in schema("mode", "order", "--set", "READONLY").stderr


def test_two_wishes_at_once_are_refused(refused: Callable[..., str]) -> None:
    assert "contradict each other" in refused("mode", "orders", "--set", "READONLY", "--unset")
