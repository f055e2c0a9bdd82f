"""`odradek schema check`: files in, a report and an exit code out."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Odradek

FIELD = {"name": "a", "type": "int"}
V1 = {"type": "record", "name": "R", "fields": [FIELD]}
V2 = {**V1, "fields": [FIELD, {"name": "b", "type": "string", "default": ""}]}
BROKEN = {**V1, "fields": [FIELD, {"name": "b", "type": "string"}]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one schema; nothing in it is known to a registry."""
    directory = tmp_path / "schemas"
    directory.mkdir()
    write(directory, V1)
    return directory


def write(folder: Path, schema: object) -> None:
    (folder / "orders-value.avsc").write_text(json.dumps(schema))


def test_a_lock_grows_with_what_is_found_right(odradek: Odradek, folder: Path) -> None:
    first = odradek("schema", "check", "schemas", "--update")
    assert (first.code, "1 new" in first.stdout) == (0, True)
    assert "registry.lock has 1 new version" in first.stderr

    write(folder, V2)
    assert odradek("schema", "check", "schemas", "--update").code == 0
    lock = json.loads((folder / "registry.lock").read_text())
    versions = lock["subjects"]["orders-value"]["versions"]
    assert [json.loads(each["schema"]) for each in versions] == [V1, V2]

    again = odradek("schema", "check", "schemas", "--update")
    assert (again.code, again.stdout, again.stderr) == (0, "1 subject: 1 unchanged\n", "")


def test_an_incompatible_change_is_a_finding_and_changes_nothing(
    odradek: Odradek, folder: Path
) -> None:
    odradek("schema", "check", "schemas", "--update")
    before = (folder / "registry.lock").read_bytes()
    write(folder, BROKEN)

    outcome = odradek("schema", "check", "schemas", "--update")
    assert outcome.code == 2
    assert "fails    BACKWARD" in outcome.stdout
    assert (folder / "registry.lock").read_bytes() == before


def test_levels_and_locks_can_be_named(odradek: Odradek, folder: Path) -> None:
    (folder / "other.lock").write_text("{}")
    odradek("schema", "check", "schemas", "--lock", "schemas/other.lock", "--update")
    write(folder, BROKEN)
    arguments = ("schema", "check", "schemas", "--lock", "schemas/other.lock")
    assert odradek(*arguments, "--level", "FORWARD_TRANSITIVE").code == 0
    assert odradek(*arguments, "--level", "FULL").code == 2


def test_reports_are_json_and_sarif_too(odradek: Odradek, folder: Path) -> None:
    odradek("schema", "check", "schemas", "--update")
    write(folder, BROKEN)
    [document] = json.loads(odradek("schema", "check", "schemas", "-o", "json").stdout)
    assert document["subject"] == "orders-value"
    sarif = json.loads(odradek("schema", "check", "schemas", "-o", "sarif").stdout)
    assert sarif["version"] == "2.1.0"
    assert len(sarif["runs"][0]["results"]) == 1


def test_hidden_files_and_others_are_passed_over(odradek: Odradek, folder: Path) -> None:
    (folder / ".cache").mkdir()
    (folder / ".cache" / "broken.avsc").write_text("{")
    (folder / "README.md").write_text("# Schemas")
    assert odradek("schema", "check", "schemas").code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "nowhere is no folder"),
        (["schemas", "--lock", "nowhere.lock"], "nowhere.lock cannot be read"),
        (["schemas", "--lock", "schemas/orders-value.avsc"], "is no lock"),
        (["empty"], "has no .avsc, .json or .proto file"),
        (["twins"], "both the subject a"),
        (["binary"], "cannot be read"),
    ],
)
def test_what_cannot_be_checked_is_one_sentence(
    odradek: Odradek, folder: Path, arguments: list[str], said: str
) -> None:
    for name in ("empty", "twins/x", "twins/y", "binary"):
        (folder.parent / name).mkdir(parents=True)
    for name in ("twins/x/a.avsc", "twins/y/a.avsc"):
        (folder.parent / name).write_text('"int"')
    (folder.parent / "binary" / "a.avsc").write_bytes(b"\xff\xfe")

    outcome = odradek("schema", "check", *arguments)
    assert outcome.code == 1
    assert said in outcome.stderr
