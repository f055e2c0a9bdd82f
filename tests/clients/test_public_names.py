"""What `from odradek import ...` offers, and what type checkers are told of it."""

import re
from pathlib import Path

import odradek

OFFERED = odradek._OFFERED
STUB = Path(odradek.__file__).with_suffix(".pyi").read_text(encoding="utf-8")


def test_every_public_name_can_be_imported_and_type_checkers_know_it() -> None:
    assert all(getattr(odradek, name).__name__ == name for name in OFFERED)
    assert sorted(re.findall(r" as (\w+)$", STUB, re.MULTILINE)) == sorted(OFFERED)
