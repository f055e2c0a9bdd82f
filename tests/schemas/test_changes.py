"""Changes of schemas: each has its verdict at all seven levels, its reasons and its witnesses."""

import pytest

from odradek.schemas.comparison import witness_of
from odradek.schemas.levels import CompatibilityLevel
from odradek.schemas.schema import SchemaType
from tests.schemas.evolution import CHANGES, SIDES, TYPES, Change, changes_of

FORMATS = sorted(file.stem for file in CHANGES.glob("*.yaml"))
ALL = [
    pytest.param(change, id=f"{name}: {change.told['change']}")
    for name in FORMATS
    for change in changes_of(name)
]
CHANGES_MIN = 200
SHOWN_BY_NO_RECORD = {
    "READER_FIELD_AMBIGUOUS",  # the reader's decoder takes the first field
    "PATTERN_CHANGED",  # the two may mean the same
    "PACKAGE_CHANGED",  # names are not in the records
    "FIELD_NAMED_TYPE_CHANGED",  # the same fields under another name
    "ONEOF_FIELD_REMOVED",  # read as an unknown field, and nothing fails
}
"""Refused, as Confluent refuses it, though every record can be read."""


def test_hundreds_of_changes_of_every_format_are_told() -> None:
    assert {TYPES[name] for name in FORMATS} == set(SchemaType)
    assert sum(1 for name in FORMATS for _ in changes_of(name)) >= CHANGES_MIN


@pytest.mark.parametrize("name", FORMATS)
def test_what_breaks_has_a_witness_unless_no_record_can_show_it(name: str) -> None:
    for change in changes_of(name):
        broken = [side for side in SIDES if change.kinds(side)]
        is_shown = any(change.has_witness(side) for side in broken) or "unseen" in change.told
        if broken and not is_shown:
            kinds = {each.split()[0] for side in broken for each in change.kinds(side)}
            assert kinds <= SHOWN_BY_NO_RECORD, change.told["change"]


@pytest.mark.parametrize("change", ALL)
def test_a_change_has_its_verdict_at_every_level(change: Change) -> None:
    passed = {level for level in CompatibilityLevel if not change.findings(level)}
    assert passed == change.passes


@pytest.mark.parametrize("change", ALL)
def test_every_incompatibility_is_found_and_explained(change: Change) -> None:
    findings = change.findings(CompatibilityLevel.FULL_TRANSITIVE)
    for side, broken in SIDES.items():
        found = [each.incompatibility for each in findings if each.broken is broken]
        assert [f"{each.kind} {each.path}" for each in found] == change.kinds(side)
    for each in (finding.incompatibility for finding in findings):
        assert each.description
        assert each.remedy
        assert each.description != each.remedy


@pytest.mark.parametrize("change", ALL)
def test_every_verdict_has_a_witness_or_says_that_it_has_none(change: Change) -> None:
    findings = change.findings(CompatibilityLevel.FULL_TRANSITIVE)
    new, earlier = change.new, {each.version: each for each in change.earlier}
    for side, broken in SIDES.items():
        for version in {each.version for each in findings if each.broken is broken}:
            witness = witness_of(new, earlier[version], broken)
            assert (witness is not None) == change.has_witness(side), side


@pytest.mark.parametrize("name", FORMATS)
def test_no_change_is_told_twice(name: str) -> None:
    names = [change.told["change"] for change in changes_of(name)]
    assert len(names) == len(set(names))
