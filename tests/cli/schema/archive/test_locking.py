"""`odradek schema export --lock`: files are checked as the registry would."""

import json
from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Odradek, Outcome
from tests.cli.schema.conftest import BROKEN, V1, V2, Registry

USER = '{"type": "record", "name": "User", "fields": [{"name": "last", "type": "Order"}]}'


def test_files_are_checked_against_what_the_registry_has(
    registry: Registry, odradek: Odradek, schema: Callable[..., Outcome], tmp_path: Path
) -> None:
    registry.register("orders", V1)
    registry.register("orders", V2)
    registry.register("gone", V1)
    registry.delete("/subjects/gone")
    reference = {"name": "Order", "subject": "orders", "version": 2}
    registry.register("users", USER, references=[reference])
    registry.put("/config/users", compatibility="NONE")
    (tmp_path / "schemas").mkdir()
    schema("export", "backup", "--lock", "schemas/registry.lock")
    lock = json.loads((tmp_path / "schemas/registry.lock").read_text())
    assert sorted(lock["subjects"]) == ["orders", "users"]
    assert lock["subjects"]["users"]["compatibilityLevel"] == "NONE"

    (tmp_path / "schemas/users.avsc").write_text(USER)
    (tmp_path / "schemas/orders.avsc").write_text(V2)
    assert schema("check", "schemas").stdout == "2 subjects: 2 unchanged\n"
    (tmp_path / "schemas/orders.avsc").write_text(BROKEN)
    assert odradek("schema", "check", "schemas").code == 2


def test_a_lock_that_cannot_be_written_is_one_sentence(
    registry: Registry, refused: Callable[..., str]
) -> None:
    said = refused("export", "backup", "--lock", "nowhere/registry.lock")
    assert "nowhere/registry.lock cannot be written: No such file or directory" in said
