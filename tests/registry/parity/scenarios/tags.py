"""Versions derived from others, with other metadata and rules."""

from collections.abc import Iterator

from tests.registry.parity.ask import Ask, get, post, put
from tests.registry.parity.given import MESSAGE, OBJECT, avro, record

A = "/subjects/a/versions"
ONE, TWO = record("R", "a"), record("R", "a", optional=("b",))


def _rule(name: str, expr: str = "true") -> dict[str, str]:
    return {"name": name, "kind": "CONDITION", "mode": "WRITE", "type": "CEL", "expr": expr}


def other_rules_and_metadata() -> Iterator[Ask]:
    yield post(A, avro(ONE, ruleSet={"domainRules": [_rule("a"), _rule("b")]}))
    yield post(A, avro(TWO))
    yield post(f"{A}/latest/tags", {})
    yield post(f"{A}/latest/tags", {"metadata": {"properties": {"owner": "x"}}})
    yield get(f"{A}/latest")
    yield post(
        f"{A}/latest/tags", {"rulesToMerge": {"domainRules": [_rule("a", "false"), _rule("c")]}}
    )
    yield get(f"{A}/latest")
    yield post(f"{A}/latest/tags", {"rulesToRemove": ["a"]})
    yield post(f"{A}/latest/tags", {"rulesToRemove": ["nothing"]})
    yield post(f"{A}/latest/tags", {"ruleSet": {"domainRules": [_rule("d")]}})
    yield post(
        f"{A}/latest/tags", {"ruleSet": {"domainRules": [_rule("e")]}, "rulesToRemove": ["d"]}
    )
    yield post(
        f"{A}/latest/tags",
        {"ruleSet": {"domainRules": [_rule("e")]}, "rulesToMerge": {"domainRules": [_rule("f")]}},
    )
    yield post(f"{A}/latest/tags", {"ruleSet": {"domainRules": [{"name": "x"}]}})
    yield post(f"{A}/latest/tags", {"rulesToMerge": {"domainRules": [{"name": "x"}]}})
    yield post(f"{A}/1/tags", {"metadata": {"properties": {"owner": "z"}}})
    yield get(A)
    yield get("/schemas")


def versions() -> Iterator[Ask]:
    owned = {"metadata": {"properties": {"owner": "x"}}}
    yield post(A, avro(ONE))
    for version in ("0", "abc", "9", "-2"):
        yield post(f"{A}/{version}/tags", owned)
    yield post("/subjects/nobody/versions/1/tags", owned)
    for number in (1, 3, 2, 2, 0, -1, "x", None):
        yield post(f"{A}/latest/tags", {**owned, "newVersion": number})
    yield get(A)
    yield get(f"{A}/latest")
    yield put("/mode/a", {"mode": "READONLY"})
    yield post(f"{A}/1/tags", {"metadata": {"properties": {"owner": "y"}}})


def other_types() -> Iterator[Ask]:
    owned = {"metadata": {"properties": {"owner": "x"}}}
    yield post("/subjects/j/versions", avro(OBJECT, schemaType="JSON"))
    yield post("/subjects/j/versions/1/tags", owned)
    packaged = MESSAGE.replace("\n\nmessage", "\npackage p;\n\nmessage")
    yield post("/subjects/p/versions", avro(packaged, schemaType="PROTOBUF"))
    yield post("/subjects/p/versions/1/tags", owned)
    yield post("/subjects/q/versions", avro(MESSAGE, schemaType="PROTOBUF"))
    asked = post("/subjects/q/versions/1/tags", owned)
    yield asked.differs("status", "A Protobuf schema without a package can be derived from")
