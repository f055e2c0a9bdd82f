"""The page of the producer names the test that prevents each mistake, and every profile."""

import re
from pathlib import Path

from odradek.clients.profiles import PROFILES

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/producer.md").read_text(encoding="utf-8")
MISTAKES = 15


def test_every_mistake_has_a_test_that_exists() -> None:
    rows = re.findall(r"^\| (\d+) \|(.*)$", PAGE, re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(range(1, MISTAKES + 1))
    for number, row in rows:
        named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", row)
        assert named, number
        for file, test in named:
            assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), (number, test)


def test_every_profile_is_described() -> None:
    assert re.findall(r"^\| `(\w+)`(?: \(default\))? \|", PAGE, re.MULTILINE) == list(PROFILES)
