"""`odradek schema list`."""

from collections.abc import Callable

import pytest

from odradek.cli.schema import listing
from tests.cli.conftest import Odradek, Outcome
from tests.cli.schema.conftest import V1, V2, Registry, Run

PROTO = 'syntax = "proto3"; message P {}'


def test_subjects_come_with_latest_version_id_type_and_level(
    registry: Registry, document: Run, schema: Callable[..., Outcome]
) -> None:
    registry.register("orders-value", V1)
    registry.register("orders-value", V2)
    registry.register(":.staging:p", PROTO, schemaType="PROTOBUF")
    registry.put("/config/orders-value", compatibility="FULL")
    registry.put("/config/:.staging:", compatibility="NONE")

    keys = ("subject", "version", "id", "type", "compatibility")
    assert [tuple(row[key] for key in keys) for row in document("list")] == [
        (":.staging:p", 1, 1, "PROTOBUF", "NONE"),
        ("orders-value", 2, 2, "AVRO", "FULL"),
    ]
    assert "orders-value        2   2  AVRO      FULL" in schema("list").stdout


def test_a_prefix_chooses_subjects_of_one_context(registry: Registry, document: Run) -> None:
    for subject in ("orders", "orders-value", "people", ":.staging:orders"):
        registry.register(subject, V1)
    found = [row["subject"] for row in document("list", "--prefix", "orders")]
    assert found == ["orders", "orders-value"]
    found = [row["subject"] for row in document("list", "--prefix", ":.staging:")]
    assert found == [":.staging:orders"]


def test_softly_deleted_subjects_are_shown_when_asked_for(
    registry: Registry, document: Run
) -> None:
    registry.register("gone", V1)
    registry.register("here", V1)
    registry.delete("/subjects/gone")
    assert [row["subject"] for row in document("list")] == ["here"]
    rows = document("list", "--deleted")
    assert [(row["subject"], row["deleted"]) for row in rows] == [("gone", True), ("here", False)]


def test_levels_of_very_many_subjects_are_asked_for_only_on_demand(
    registry: Registry,
    document: Run,
    odradek: Odradek,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(listing, "LEVELS_MAX", 1)
    for subject in ("a", "b"):
        registry.register(subject, V1)
    outcome = odradek("schema", "list")
    assert (outcome.code, "BACKWARD" in outcome.stdout) == (0, False)
    assert "--levels asks for them" in outcome.stderr
    assert {row["compatibility"] for row in document("list", "--levels")} == {"BACKWARD"}


def test_an_empty_registry_says_how_to_fill_it(schema: Callable[..., Outcome]) -> None:
    outcome = schema("list")
    assert outcome.stdout == ""
    assert "odradek schema register" in outcome.stderr
