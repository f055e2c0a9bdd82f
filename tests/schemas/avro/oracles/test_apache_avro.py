"""Our verdicts are those of Apache's own library for Python, which has the rules of the Java one.

Where it differs from Java's, and ours with it, is left out: it takes the first of several fields
that an alias names, and does not take an enum's default for a name.
"""

import json
from typing import Any

import pytest
from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType
from avro.schema import parse as parse_avro
from hypothesis import given, settings
from hypothesis import strategies as st

from odradek.schemas.avro import parse
from odradek.schemas.levels import Policy
from tests.schemas.avro.strategies import changed, schemas
from tests.schemas.evolution import Change, changes_of


def oracle_kinds(reader: Any, writer: Any) -> set[str]:
    checker = ReaderWriterCompatibilityChecker()
    result = checker.get_compatibility(
        parse_avro(json.dumps(reader)), parse_avro(json.dumps(writer))
    )
    is_compatible = result.compatibility is SchemaCompatibilityType.compatible
    kinds = {each.value.upper() for each in result.incompatibilities}
    assert is_compatible == (not kinds)
    return kinds


def our_kinds(reader: Any, writer: Any) -> set[str]:
    found = parse(json.dumps(reader)).incompatibilities(parse(json.dumps(writer)), Policy.STRICT)
    return {each.kind for each in found}


TOLD = [
    pytest.param(change, id=change.told["change"])
    for change in changes_of("avro")
    if "references" not in change.told and "READER_FIELD_AMBIGUOUS" not in str(change.told)
]


@pytest.mark.parametrize("change", TOLD)
def test_the_told_changes_have_the_same_verdict(change: Change) -> None:
    new = change.told["new"]
    for old in change.told.get("earlier") or [change.told["old"]]:
        assert our_kinds(new, old) == oracle_kinds(new, old)
        assert our_kinds(old, new) == oracle_kinds(old, new)


@settings(max_examples=100)
@given(st.data())
def test_random_changes_have_the_same_verdict(data: st.DataObject) -> None:
    old = data.draw(schemas())
    new = data.draw(changed(old))
    assert our_kinds(new, old) == oracle_kinds(new, old)
    assert our_kinds(old, new) == oracle_kinds(old, new)
