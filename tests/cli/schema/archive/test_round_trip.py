"""`odradek schema export` and `import`: what one registry has, another has afterwards."""

import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.cli.conftest import Odradek, Outcome
from tests.cli.schema.conftest import BROKEN, V1, V2, Registry, Run

USER = '{"type": "record", "name": "User", "fields": [{"name": "last", "type": "Order"}]}'
ODD = '{"type": "object",\r\n  "title": "é" }  \n'
PROTO = 'syntax = "proto3";\nmessage Q { int32 a = 1; }\n'
IMPORTING = 'syntax = "proto3";\nimport "q.proto";\nmessage Z { Q a = 1; }\n'
SAME: dict[str, object] = {"guid": "", "createTs": 0, "updateTs": 0}
TOPIC = {"resourceName": "t", "resourceNamespace": "-", "resourceId": "id-1"}
SUBJECTS = [":.staging:q", ":.staging:z", "broken/é x", "gone", "odd", "orders", "users"]


@pytest.fixture
def filled(registry: Registry) -> Registry:
    """All formats, references, contexts, deletions, settings, and names that files do not have."""
    registry.register("orders", V1)
    registry.register("orders", V2, metadata={"properties": {"owner": "shop"}})
    reference = {"name": "Order", "subject": "orders", "version": 1}
    registry.register("users", USER, references=[reference])
    registry.register("odd", ODD, schemaType="JSON")
    registry.register(":.staging:q", PROTO, schemaType="PROTOBUF")
    reference = {"name": "q.proto", "subject": "q", "version": 1}
    registry.register(":.staging:z", IMPORTING, schemaType="PROTOBUF", references=[reference])
    registry.register("broken/é x", V1)
    registry.put("/config/broken%2Fé x", compatibility="NONE")
    registry.register("broken/é x", BROKEN)
    registry.delete("/subjects/broken%2Fé x/versions/1")
    registry.register("gone", '"int"')
    registry.register("gone", '"long"')
    registry.delete("/subjects/gone")
    for subject, part in (("odd", "value"), ("users", "key")):
        association = {"subject": subject, "associationType": part}
        registry.post("/associations", **TOPIC, associations=[association])
    registry.put("/config", compatibility="FULL")
    registry.put("/config/:.staging:", compatibility="FORWARD", normalize=True)
    registry.put("/mode/odd", mode="READONLY")
    registry.put("/mode/:.staging:", mode="READONLY")
    return registry


def contents(registry: Registry) -> list[object]:
    """Everything that the registry says, but for when."""
    every = registry.get("/schemas?subjectPrefix=:*:&deleted=true")
    associated = registry.get("/schemas?subjectPrefix=:*:&lifecycle=WEAK&lifecycle=STRONG")
    associations = [each | SAME for found in associated for each in found["associations"]]
    scopes = ["", "/:.staging:", *(f"/{quoted(each)}" for each in SUBJECTS)]
    settings = [
        registry.http.get(f"/{what}{scope}").text for what in ("config", "mode") for scope in scopes
    ]
    return [{**each, "ts": 0} for each in every] + associations + settings


def quoted(subject: str) -> str:
    return subject.replace("/", "%2F")


def test_a_round_trip_loses_nothing(
    filled: Registry, other_registry: Registry, schema: Callable[..., Outcome], tmp_path: Path
) -> None:
    schema("export", "dump")
    done = schema("import", "dump", "--registry", other_registry.url)
    assert done.stdout.startswith("imported dump\n")
    assert contents(other_registry) == contents(filled)

    schema("export", "again", "--registry", other_registry.url)
    assert files(tmp_path / "again") == files(tmp_path / "dump")


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_texts_are_files_byte_for_byte(
    filled: Registry, schema: Callable[..., Outcome], tmp_path: Path
) -> None:
    schema("export", "dump")
    assert (tmp_path / "dump/subjects/odd/v1.json").read_bytes() == ODD.encode()
    assert (tmp_path / "dump/subjects/broken%2F%C3%A9%20x/v2.avsc").read_text() == BROKEN
    described = json.loads((tmp_path / "dump/subjects/users/subject.json").read_text())
    assert described["versions"][0]["references"][0]["subject"] == "orders"


def test_a_repeated_import_changes_nothing(
    filled: Registry, other_registry: Registry, document: Run
) -> None:
    document("export", "dump")
    document("import", "dump", "--registry", other_registry.url)
    before = contents(other_registry)
    again = document("import", "dump", "--registry", other_registry.url)
    assert (again["registered"], again["softly_deleted"], again["settings"]) == (0, 0, 0)
    assert contents(other_registry) == before
    here = document("import", "dump")
    assert (here["registered"], here["softly_deleted"], here["settings"]) == (0, 0, 0)


def test_an_association_that_is_another_one_there_is_an_error(
    filled: Registry, other_registry: Registry, refused: Callable[..., str], document: Run
) -> None:
    document("export", "dump")
    other_registry.put("/mode", mode="IMPORT")
    other_registry.register("other", '"bytes"', id=77)
    association = {"subject": "other", "associationType": "key", "lifecycle": "WEAK"}
    other_registry.post("/associations", **TOPIC, associations=[association])
    said = refused("import", "dump", "--registry", other_registry.url)
    assert "the association of users with the key of t was refused" in said
    assert "(40903)" in said


@pytest.mark.parametrize("options", [(), ("--new-ids",)])
def test_a_subject_that_a_topic_has_alone_is_imported(
    registry: Registry, other_registry: Registry, document: Run, options: tuple[str, ...]
) -> None:
    association = {"associationType": "value", "schema": {"schema": '"int"'}}
    registry.post("/associations", **TOPIC, associations=[association])
    registry.register(":.-:t-value", '"long"')
    document("export", "dump")
    for associations in (1, 0):
        done = document("import", "dump", "--registry", other_registry.url, *options)
        assert done["associations"] == associations
    [found] = other_registry.get("/associations/resources/id-1")
    assert (found["subject"], found["lifecycle"]) == (":.-:t-value", "STRONG")
    assert other_registry.get("/mode/:.-:t-value?defaultToGlobal=true") == {"mode": "READWRITE"}


def test_settings_of_a_subject_without_versions_are_imported(
    filled: Registry, other_registry: Registry, document: Run, tmp_path: Path
) -> None:
    document("export", "dump")
    manifest = tmp_path / "dump/registry.json"
    described = json.loads(manifest.read_text())
    described["scopes"]["lonely"] = {"config": {"compatibilityLevel": "FULL"}}
    manifest.write_text(json.dumps(described))
    for settings in (5, 0):
        done = document("import", "dump", "--registry", other_registry.url)
        assert done["settings"] == settings
    assert other_registry.get("/config/lonely") == {"compatibilityLevel": "FULL"}


def test_a_dry_run_imports_nothing(
    filled: Registry, other_registry: Registry, document: Run
) -> None:
    document("export", "dump")
    would = document("import", "dump", "--registry", other_registry.url, "--dry-run")
    assert (would["registered"], would["softly_deleted"], would["settings"]) == (10, 3, 4)
    assert other_registry.get("/schemas?subjectPrefix=:*:&deleted=true") == []


@pytest.mark.parametrize("is_occupied", [False, True])
def test_an_interrupted_import_leaves_no_mode_behind_and_goes_on(
    filled: Registry,
    other_registry: Registry,
    odradek: Odradek,
    document: Run,
    tmp_path: Path,
    is_occupied: bool,
) -> None:
    if is_occupied:
        other_registry.http.put("/mode", json={"mode": "IMPORT"})
        other_registry.register("neighbour", '"bytes"', id=77)
        other_registry.put("/mode", mode="READWRITE")
    document("export", "dump")
    text = tmp_path / "dump/subjects/gone/v2.avsc"
    text.write_text('{"type":')
    outcome = odradek("schema", "import", "dump", "--registry", other_registry.url)
    assert outcome.code == 1
    assert "version 2 of gone was refused" in outcome.stderr
    assert modes(other_registry, ["", "orders", "gone", "odd"]) in (
        ["READWRITE", None, None, None],
        ["READWRITE", None, None, "READONLY"],
    )

    text.write_text('"long"')
    document("import", "dump", "--registry", other_registry.url)
    if is_occupied:
        other_registry.delete("/subjects/neighbour")
        other_registry.delete("/subjects/neighbour?permanent=true")
    assert contents(other_registry) == contents(filled)


def modes(registry: Registry, scopes: list[str]) -> list[str | None]:
    answers: list[httpx.Response] = [registry.http.get(f"/mode/{each}") for each in scopes if each]
    first = registry.get("/mode")["mode"]
    return [first, *(each.json().get("mode") for each in answers)]


def test_a_mode_that_a_killed_import_left_is_mended_by_the_next(
    filled: Registry, other_registry: Registry, schema: Callable[..., Outcome]
) -> None:
    schema("export", "dump")
    into = ("import", "dump", "--registry", other_registry.url)
    assert "IMPORT" not in schema(*into).stderr
    other_registry.register("neighbour", '"bytes"')
    for scope in ("", "/orders", "/:.staging:", "/neighbour"):
        other_registry.put(f"/mode{scope}?force=true", mode="IMPORT")
    said = schema(*into).stderr
    for scope in ("the registry", "orders", ":.staging:"):
        assert f"{scope} is in mode IMPORT already" in said
    assert "odradek schema mode neighbour --unset takes the mode away" in said
    schema("mode", "neighbour", "--unset", "--registry", other_registry.url)
    other_registry.delete("/subjects/neighbour")
    other_registry.delete("/subjects/neighbour?permanent=true")
    assert contents(other_registry) == contents(filled)


def test_ids_and_versions_of_other_schemas_are_in_the_way(
    filled: Registry, other_registry: Registry, odradek: Odradek, document: Run
) -> None:
    document("export", "dump")
    other_registry.register("odd", '"bytes"')
    outcome = odradek("schema", "import", "dump", "--registry", other_registry.url)
    assert outcome.code == 1
    assert "nothing was imported" in outcome.stderr
    assert "version 1 of odd is another schema there" in outcome.stderr
    assert "the id 1 of orders version 1 is there that of odd version 1" in outcome.stderr
    assert "--new-ids" in outcome.stderr
    assert other_registry.get("/subjects") == ["odd"]


def test_the_registry_can_choose_the_ids(
    filled: Registry, other_registry: Registry, document: Run
) -> None:
    document("export", "dump")
    other_registry.register("neighbour", '"bytes"')
    done = document("import", "dump", "--new-ids", "--registry", other_registry.url)
    assert (done["registered"], done["softly_deleted"]) == (10, 3)
    orders = next(each for each in done["new_ids"] if each["subject"] == "orders")
    assert orders == {"subject": "orders", "version": 1, "id": 1, "new_version": 1, "new_id": 2}

    def without_ids(registry: Registry) -> list[object]:
        found = registry.get("/schemas?subjectPrefix=:*:&deleted=true")
        kept = [each for each in found if each["subject"] in SUBJECTS]
        return [{**each, "ts": 0, "id": 0} for each in kept] + contents(registry)[-20:]

    assert without_ids(other_registry) == without_ids(filled)
    again = document("import", "dump", "--new-ids", "--registry", other_registry.url)
    assert (again["registered"], again["softly_deleted"], again["settings"]) == (0, 0, 0)


def test_new_versions_close_the_gap_of_one_deleted_for_good(
    registry: Registry, other_registry: Registry, document: Run
) -> None:
    registry.register("orders", V1)
    registry.register("orders", V2)
    reference = {"name": "Order", "subject": "orders", "version": 2}
    registry.register("users", USER, references=[reference])
    registry.delete("/subjects/orders/versions/1")
    registry.delete("/subjects/orders/versions/1?permanent=true")
    document("export", "dump")
    document("import", "dump", "--new-ids", "--registry", other_registry.url)
    assert other_registry.get("/subjects/orders/versions") == [1]
    references = other_registry.get("/subjects/users/versions/1")["references"]
    assert references == [{"name": "Order", "subject": "orders", "version": 1}]
    assert "compatibilityLevel" not in other_registry.http.get("/config/orders").json()


def test_a_registry_that_lets_no_mode_change_can_still_choose_ids(
    registry: Registry, refused: Callable[..., str], document: Run
) -> None:
    from odradek.testing import EphemeralRegistry

    registry.register("orders", V1)
    document("export", "dump")
    with EphemeralRegistry(settings={"mode.mutability": False}) as stubborn:
        said = refused("import", "dump", "--registry", stubborn.url)
        assert "--new-ids lets it choose others" in said
        done = document("import", "dump", "--new-ids", "--registry", stubborn.url)
        assert done["registered"] == 1
