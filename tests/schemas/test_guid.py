"""A schema's GUID depends on all that the schema is, and on nothing else."""

from hashlib import md5
from typing import Any

import pytest

from odradek.schemas.guid import VersionReference, guid_of

TEXT = '"string"'
REFERENCES = [VersionReference("a", "b", 1)]
METADATA: dict[str, Any] = {
    "tags": {"field": ["PII", "GDPR"]},
    "properties": {"owner": "me"},
    "sensitive": ["owner"],
}
RULE = {"name": "r", "kind": "CONDITION", "mode": "WRITE", "type": "CEL", "expr": "true"}


def as_guid(data: bytes) -> str:
    digits = md5(data, usedforsecurity=False).hexdigest()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def test_the_guid_of_a_text_is_its_md5() -> None:
    assert guid_of(TEXT) == as_guid(TEXT.encode())
    assert guid_of("é") == as_guid("é".encode())


def test_references_stand_behind_the_text() -> None:
    assert guid_of(TEXT, REFERENCES) == as_guid(TEXT.encode() + b"ab\x00\x00\x00\x01")


def test_a_data_contract_stands_behind_a_one_in_sorted_order() -> None:
    data = TEXT.encode() + b"\x01fieldGDPRPIIownermeowner"
    assert guid_of(TEXT, metadata=METADATA) == as_guid(data)
    rules = {"domainRules": [RULE | {"disabled": True}]}
    assert guid_of(TEXT, rule_set=rules) == as_guid(
        TEXT.encode() + b"\x01rCONDITIONWRITECELtrue\x01"
    )


@pytest.mark.parametrize(
    "other",
    [
        {"references": REFERENCES},
        {"metadata": {}},
        {"metadata": METADATA},
        {"rule_set": {"migrationRules": [RULE]}},
        {"metadata": {}, "rule_set": {}},
    ],
)
def test_everything_that_a_schema_is_counts(other: dict[str, Any]) -> None:
    assert guid_of(TEXT, **other) != guid_of(TEXT)


def test_order_and_absence_of_empty_parts_do_not_count() -> None:
    shuffled = {
        "sensitive": ["owner"],
        "properties": {"owner": "me"},
        "tags": {"field": ["GDPR", "PII"]},
    }
    assert guid_of(TEXT, metadata=METADATA) == guid_of(TEXT, metadata=shuffled)
    assert guid_of(TEXT, rule_set={"domainRules": [RULE]}) == guid_of(
        TEXT, rule_set={"migrationRules": None, "domainRules": [RULE | {"tags": None}]}
    )
