"""`odradek schema register`."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Odradek, Outcome
from tests.cli.schema.conftest import BROKEN, V1, V2, Registry, Run

USER = '{"type": "record", "name": "User", "fields": [{"name": "last", "type": "Order"}]}'
PROTO = 'syntax = "proto3";\r\nmessage P { int32 a = 1; }\n'


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> None:
    """Schemas in the directory in which commands run."""
    texts = {
        "v1.avsc": V1,
        "v2.avsc": V2,
        "broken.avsc": BROKEN,
        "no.avsc": '{"type":',
        "user.avsc": USER,
        "p.proto": PROTO,
        "o.json": '{"type": "object"}',
        "order.txt": V1,
    }
    for name, text in texts.items():
        (tmp_path / name).write_bytes(text.encode())


def test_a_file_becomes_the_next_version_byte_for_byte(registry: Registry, document: Run) -> None:
    made = document("register", "orders", "v1.avsc")
    assert (made["version"], made["id"], len(made["changes"])) == (1, 1, 1)
    assert document("register", "orders", "v2.avsc")["version"] == 2
    assert registry.get("/subjects/orders/versions/2")["schema"] == V2


def test_the_ending_says_the_type_or_the_option_does(registry: Registry, document: Run) -> None:
    document("register", "p", "p.proto")
    document("register", "o", "o.json")
    document("register", "orders", "order.txt", "--type", "AVRO")
    assert registry.get("/subjects/p/versions/1")["schemaType"] == "PROTOBUF"
    assert registry.get("/subjects/p/versions/1")["schema"] == PROTO
    assert registry.get("/subjects/o/versions/1")["schemaType"] == "JSON"
    assert registry.get("/subjects/orders/versions/1")["schema"] == V1


def test_what_the_subject_has_already_is_left_as_it_is(
    document: Run, schema: Callable[..., Outcome]
) -> None:
    document("register", "orders", "v1.avsc")
    again = document("register", "orders", "v1.avsc")
    assert (again["version"], again["id"], again["changes"]) == (1, 1, [])
    said = schema("register", "orders", "v1.avsc").stdout
    assert said == "subject orders: no changes, this is its version 1 (id 1)\n"


def test_a_text_can_be_stored_in_its_normal_form(registry: Registry, document: Run) -> None:
    document("register", "orders", "v2.avsc", "--normalize")
    stored = registry.get("/subjects/orders/versions/1")["schema"]
    assert stored != V2
    assert json.loads(stored) == json.loads(V2)


def test_references_are_named_subjects_and_versions(registry: Registry, document: Run) -> None:
    document("register", ":.staging:orders", "v1.avsc")
    reference = "Order=:.staging:orders:1"
    document("register", "users", "user.avsc", "--reference", reference)
    assert registry.get("/subjects/users/versions/1")["references"] == [
        {"name": "Order", "subject": ":.staging:orders", "version": 1}
    ]


def test_a_dry_run_registers_nothing_and_says_the_verdict(
    registry: Registry, odradek: Odradek, schema: Callable[..., Outcome]
) -> None:
    fine = schema("register", "orders", "v1.avsc", "--dry-run")
    assert fine.stdout.startswith("would register a version of subject orders\n")
    assert registry.get("/subjects") == []

    schema("register", "orders", "v1.avsc")
    bad = odradek("schema", "register", "orders", "broken.avsc", "--dry-run")
    assert bad.code == 2
    assert "fails    BACKWARD" in bad.stdout
    assert registry.get("/subjects/orders/versions") == [1]
    invalid = odradek("schema", "register", "orders", "no.avsc", "--dry-run")
    assert (invalid.code, "no valid schema" in invalid.stdout) == (2, True)
    registry.put("/mode/orders", mode="READONLY")
    locked = odradek("schema", "register", "orders", "v2.avsc", "--dry-run")
    assert (locked.code, "is in mode READONLY" in locked.stderr) == (2, True)


def test_a_dry_run_is_a_document_for_programs(odradek: Odradek, document: Run) -> None:
    document("register", "orders", "v1.avsc")
    bad = odradek("schema", "register", "orders", "broken.avsc", "--dry-run", "-o", "json")
    said = json.loads(bad.stdout)
    assert said["report"]["passes"]["FORWARD"] is True
    assert "READER_FIELD_MISSING_DEFAULT_VALUE" in said["messages"][0]


def test_a_refusal_is_explained_with_path_remedy_and_witness(
    registry: Registry, odradek: Odradek, schema: Callable[..., Outcome]
) -> None:
    schema("register", "orders", "v1.avsc")
    outcome = odradek("schema", "register", "orders", "broken.avsc")
    assert (outcome.code, outcome.stdout) == (1, "")
    for line in (
        "READER_FIELD_MISSING_DEFAULT_VALUE at /fields/2",
        "breaks   new consumers",
        "mend it  give seats a default",
        'witness  {"id":1}',
        "error: broken.avsc was not registered under orders: the registry refused it (409)",
    ):
        assert line in outcome.stderr
    assert registry.get("/subjects/orders/versions") == [1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["orders", "no.avsc"], "error    the text is no JSON"),
        (["users", "user.avsc"], "no type is called Order"),
        (["users", "user.avsc", "--reference", "Order=orders:1"], "version 1 of orders, which the"),
        (["users", "user.avsc", "--reference", "Order"], "is not of the form NAME=SUBJECT:VERSION"),
        (["orders", "order.txt"], "say so with --type"),
        (["orders", "nowhere.avsc"], "nowhere.avsc cannot be read: No such file"),
        (["", "v1.avsc"], "it is empty"),
    ],
)
def test_what_cannot_be_registered_is_said_with_a_remedy(
    refused: Callable[..., str], arguments: list[str], said: str
) -> None:
    assert said in refused("register", *arguments)


def test_a_mode_that_takes_no_schemas_is_told(
    registry: Registry, refused: Callable[..., str]
) -> None:
    registry.put("/mode/orders", mode="READONLY")
    assert "is in read-only mode (42205)" in refused("register", "orders", "v1.avsc")
