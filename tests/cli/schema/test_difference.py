"""`odradek schema diff`."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Odradek, Outcome
from tests.cli.schema.conftest import BROKEN, V1, V2, Registry

USER = '{"type": "record", "name": "User", "fields": [{"name": "last", "type": "Order"}]}'


@pytest.fixture(autouse=True)
def orders(registry: Registry) -> None:
    """A subject with two versions."""
    registry.register("orders", V1)
    registry.register("orders", V2)


def test_two_versions_are_compared_as_texts_and_at_all_levels(
    schema: Callable[..., Outcome],
) -> None:
    said = schema("diff", "orders", "--from", "1", "--to", "2").stdout
    assert said.startswith("--- orders version 1\n+++ orders version 2\n")
    assert '+      "name": "note",' in said
    assert "orders: compatible at BACKWARD, compared with v1" in said
    assert "passes   NONE, BACKWARD, BACKWARD_TRANSITIVE, FORWARD, FORWARD_TRANSITIVE, FULL" in said


def test_versions_left_out_are_the_latest_and_the_one_before(
    registry: Registry, schema: Callable[..., Outcome]
) -> None:
    assert schema("diff", "orders").stdout == schema("diff", "orders", "--from", "1").stdout
    assert schema("diff", "orders", "--to", "2").stdout == schema("diff", "orders").stdout


def test_a_file_is_compared_with_the_latest_version(odradek: Odradek, tmp_path: Path) -> None:
    (tmp_path / "new.avsc").write_text(BROKEN)
    outcome = odradek("schema", "diff", "orders", "new.avsc")
    assert outcome.code == 2
    assert outcome.stdout.startswith("--- orders version 2\n+++ new.avsc\n")
    assert "fails    BACKWARD" in outcome.stdout
    said = json.loads(odradek("schema", "diff", "orders", "new.avsc", "-o", "json").stdout)
    assert said["report"]["passes"]["FORWARD"] is True
    assert said["diff"][0] == "--- orders version 2"


def test_another_form_of_the_same_schema_is_no_difference(
    schema: Callable[..., Outcome], tmp_path: Path
) -> None:
    (tmp_path / "same.avsc").write_text(json.dumps(json.loads(V2)))
    said = schema("diff", "orders", "same.avsc").stdout
    assert said.startswith("the texts do not differ, but for their form\n\norders: unchanged")


def test_a_file_refers_to_what_the_version_before_refers_to(
    registry: Registry, schema: Callable[..., Outcome], tmp_path: Path
) -> None:
    reference = {"name": "Order", "subject": "orders", "version": 1}
    registry.register("users", USER, references=[reference])
    (tmp_path / "user.avsc").write_text(USER.replace("last", "first"))
    registry.put("/config/users", compatibility="NONE")
    assert "users: compatible at NONE" in schema("diff", "users", "user.avsc").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nope"], "subject nope does not exist"),
        (["orders", "--to", "1"], "orders has no version before 1 to compare with"),
        (["orders", "--from", "9"], "subject orders has no version 9; it has 1, 2"),
        (["orders", "new.avsc", "--to", "1"], "--to names a version and FILE a file"),
    ],
)
def test_what_cannot_be_compared_is_one_sentence(
    refused: Callable[..., str], arguments: list[str], said: str
) -> None:
    assert said in refused("diff", *arguments)
