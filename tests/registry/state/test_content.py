"""What a schema is, and its GUID."""

import hashlib
from uuid import UUID

from odradek.registry.state.content import (
    Content,
    Metadata,
    Reference,
    Rule,
    RuleKind,
    RuleMode,
    RuleSet,
    guid_bytes,
    in_order,
)
from odradek.schemas.wire_format import guid_text

TEXT = '{"type":"string"}'


def test_guid_of_a_text_is_its_md5() -> None:
    expected = hashlib.md5(TEXT.encode(), usedforsecurity=False).digest()
    assert Content("AVRO", TEXT).guid() == expected


def test_references_metadata_and_rules_follow_the_text_in_sorted_order() -> None:
    content = Content(
        "AVRO",
        TEXT,
        (Reference("User", "users", 2),),
        Metadata({"team": ["b", "a"]}, {"y": "2", "x": "1"}, ["s"]),
        RuleSet(
            domainRules=[
                Rule(
                    name="n",
                    kind=RuleKind.CONDITION,
                    mode=RuleMode.WRITE,
                    type="CEL",
                    params={"q": "2", "p": "1"},
                    expr="true",
                    disabled=True,
                )
            ]
        ),
    )
    parts = [
        *(TEXT, "User", "users", b"\x00\x00\x00\x02"),
        *(b"\x01", "team", "a", "b", "x", "1", "y", "2", "s"),
        *(b"\x01", "n", "CONDITION", "WRITE", "CEL", "p", "1", "q", "2", "true", b"\x01"),
    ]
    joined = b"".join(part if isinstance(part, bytes) else part.encode() for part in parts)
    assert content.guid() == hashlib.md5(joined, usedforsecurity=False).digest()


def test_a_rule_without_kind_and_mode_has_the_guid_of_one_with_their_defaults() -> None:
    told = Rule(name="n", kind=RuleKind.TRANSFORM, mode=RuleMode.WRITEREAD, type="CEL")
    one, other = (
        Content("AVRO", TEXT, rule_set=RuleSet(domainRules=[rule]))
        for rule in (told, Rule(name="n", type="CEL"))
    )
    assert one.guid() == other.guid()
    assert one == in_order(other)


def test_guid_is_written_in_groups_and_read_back() -> None:
    guid = Content("AVRO", TEXT).guid()
    assert guid_text(guid) == str(UUID(bytes=guid))
    assert guid_bytes(guid_text(guid)) == guid
    assert guid_bytes("nonsense") is None
    assert guid_bytes("00") is None
