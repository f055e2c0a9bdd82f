"""Schemas registered: new, known and wrong ones; with ids, versions, references and rules."""

from collections.abc import Generator, Iterator
from typing import Any

from tests.registry.parity.ask import Ask, Differs, delete, get, post, put
from tests.registry.parity.given import (
    INT,
    LONG,
    MESSAGE,
    OBJECT,
    STRING,
    avro,
    record,
    reference,
    using,
)

A = "/subjects/a/versions"
B = "/subjects/b/versions"
ONE, TWO = record("R", "a"), record("R", "a", optional=("b",))
INCOMPATIBLE = record("R", "a", "c")
ABSURD = {
    "a schema that is null": {"schema": None},
    "a schema that is an object": {"schema": {"type": "int"}},
    "a schema that is a list": {"schema": ["int"]},
    "an empty schema": {"schema": ""},
    "a schema of spaces": {"schema": "  "},
    "a schema that is no JSON": {"schema": "int"},
    "an unknown Avro type": {"schema": '"nothing"'},
    "half a schema": {"schema": '{"type":"record"'},
    "an unknown type": {"schema": INT, "schemaType": "XML"},
    "a type in small letters": {"schema": INT, "schemaType": "avro"},
    "an empty type": {"schema": INT, "schemaType": ""},
    "a type of null": {"schema": INT, "schemaType": None},
    "a type that is a list": {"schema": INT, "schemaType": ["AVRO"]},
    "an id that is a text": {"schema": INT, "id": "7"},
    "an id that is a word": {"schema": INT, "id": "x"},
    "an id of null": {"schema": INT, "id": None},
    "an id that is a whole fraction": {"schema": INT, "id": 1.0},
    "an id that is true": {"schema": INT, "id": True},
    "an id too large": {"schema": INT, "id": 2**31},
    "a version that is a text": {"schema": INT, "version": "1"},
    "a version too large": {"schema": INT, "version": 2**31},
    "a version of null": {"schema": INT, "version": None},
    "references of null": {"schema": INT, "references": None},
    "references that are an object": {"schema": INT, "references": {}},
    "references that are a text": {"schema": INT, "references": ""},
    "references with a text": {"schema": INT, "references": ["a"]},
    "an empty reference": {"schema": INT, "references": [{}]},
    "a reference with an unknown field": {
        "schema": INT,
        "references": [{"name": "n", "subject": "nobody", "version": 1, "more": 1}],
    },
    "metadata that are a text": {"schema": INT, "metadata": ""},
    "metadata that are a list": {"schema": INT, "metadata": []},
    "metadata of null": {"schema": INT, "metadata": None},
    "a property that is a list": {"schema": INT, "metadata": {"properties": {"a": ["b"]}}},
    "properties that are a list": {"schema": INT, "metadata": {"properties": []}},
    "tags that are a text": {"schema": INT, "metadata": {"tags": {"a": "b"}}},
    "an unknown metadata field": {"schema": INT, "metadata": {"more": 1}},
    "a rule set that is a list": {"schema": INT, "ruleSet": []},
    "propagated tags that are a text": {"schema": INT, "propagateSchemaTags": "true"},
}
CONVERTED = {
    "a schema that is a number": {"schema": 1},
    "a schema that is true": {"schema": True},
    "a type that is a number": {"schema": INT, "schemaType": 1},
    "an id that is empty": {"schema": INT, "id": ""},
    "an id with a fraction": {"schema": INT, "id": 1.5},
    "a version with a fraction": {"schema": INT, "version": 1.9},
    "a property that is a number": {"schema": INT, "metadata": {"properties": {"a": 1}}},
    "a rule's parameter that is a number": {
        "schema": INT,
        "ruleSet": {"domainRules": [{"name": "a", "type": "CEL", "params": {"a": 1}}]},
    },
    "a property that is null": {"schema": INT, "metadata": {"properties": {"b": None}}},
}


def new_and_known() -> Iterator[Ask]:
    yield post(A, avro(ONE))
    yield post(A, avro(ONE))
    yield post(A, avro(ONE, schemaType="AVRO"))
    yield post(A, avro(TWO))
    yield post(A, avro(ONE))
    yield post(B, avro(TWO))
    yield post(B, avro(ONE))
    yield post(A, avro(INCOMPATIBLE))
    yield post(A, avro(INCOMPATIBLE), force=True)
    yield post(A, avro(INCOMPATIBLE), force="True")
    yield post(A, avro(INT), force="yes")
    yield get(A)
    yield get(B)
    yield get("/subjects")
    yield get("/schemas")
    for number in (1, 2, 3, 4):
        yield get(f"/schemas/ids/{number}")
        yield get(f"/schemas/ids/{number}/versions")


def new_and_known_for_older_clients() -> Iterator[Ask]:
    everything = Differs("body*", "Confluent answers every client with all fields")
    for asked in (
        post(A, avro(ONE)),
        post(A, avro(ONE)),
        post("/subjects/a", avro(ONE)),
        get("/subjects/a/versions/1"),
        get("/schemas/ids/1"),
        get("/schemas"),
        post("/subjects/j/versions", avro(OBJECT, schemaType="JSON")),
        get("/subjects/j/versions/1"),
        delete("/subjects/j"),
        get("/subjects/j/versions/1", deleted=True),
    ):
        old = asked.having(confluent_accept_unknown_properties=None)
        yield old if asked.method == "DELETE" else old.may(everything)


def other_types() -> Iterator[Ask]:
    for name, text, kind in (("j", OBJECT, "JSON"), ("p", MESSAGE, "PROTOBUF"), ("a", INT, "AVRO")):
        path = f"/subjects/{name}/versions"
        yield post(path, avro(text, schemaType=kind))
        yield post(path, avro(text, schemaType=kind))
        yield get(f"{path}/1")
        yield get(f"{path}/1/schema")
        yield post(path, avro(text))
        yield post(f"/subjects/{name}", avro(text, schemaType=kind))
    yield post("/subjects/j/versions", avro(STRING, schemaType="JSON"))
    yield post("/subjects/j/versions", avro(MESSAGE, schemaType="PROTOBUF"))
    yield post("/subjects/x/versions", avro('{"type":"string"}', schemaType="JSON"))
    yield post("/subjects/y/versions", avro("true", schemaType="JSON"))
    yield post("/subjects/y/versions", avro("1", schemaType="JSON"))
    yield post("/subjects/y/versions", avro("[]", schemaType="JSON"))
    yield post("/subjects/z/versions", avro("message A {", schemaType="PROTOBUF"))
    yield post("/subjects/z/versions", avro("", schemaType="PROTOBUF"))
    yield post("/subjects/z/versions", avro("", schemaType="JSON"))


def absurd_fields() -> Iterator[Ask]:
    for words, body in ABSURD.items():
        yield post(f"/subjects/{words.replace(' ', '-')}/versions", body).called(words)
        yield post("/subjects/nobody", body).called(words)
    yield get("/schemas")


def fields_that_java_converts() -> Iterator[Ask]:
    for words, body in CONVERTED.items():
        for path in (f"/subjects/{words.replace(' ', '-')}/versions", "/subjects/nobody"):
            yield (
                post(path, body).called(words).differs("status", "A number is not taken for a text")
            )


def absurd_parameters() -> Iterator[Ask]:
    for value in ("", "1", "TRUE", "t", "null"):
        yield post(A, avro(ONE), normalize=value)
        yield post(A, avro(ONE), force=value)
        yield post(A, avro(ONE), nothing=value)
    yield post(A, avro(ONE), normalize=["false", "true"])


def subjects_that_cannot() -> Iterator[Ask]:
    names = (
        "__GLOBAL", "__EMPTY", ":.:__GLOBAL", ":.c:__EMPTY",
        ":.__GLOBAL:a", ":.:a", ":.c:a", "::", ":a", ":.c:a:b", ":.a.b:c",
        ":.__EMPTY:a", ".", "..a", ":.c:%20", "latest", "-1",
    )  # fmt: skip
    yield post("/subjects/first/versions", avro(INT))
    for name in names:
        yield post(f"/subjects/{name}/versions", avro(INT))
        yield get(f"/subjects/{name}/versions")
        yield post(f"/subjects/{name}", avro(INT))
        yield delete(f"/subjects/{name}")
    yield get("/subjects", deleted=True)
    yield get("/contexts")


def subjects_without_a_name() -> Iterator[Ask]:
    for name in (":.:", ":.c:", ":*:", ":*:a", ":.c"):
        asked = post(f"/subjects/{name}/versions", avro(INT))
        yield asked.differs("status", "A schema is registered only under a subject with a name")


def versions_and_ids_chosen() -> Iterator[Ask]:
    yield post(A, avro(ONE, version=2))
    yield post(A, avro(ONE, version=1))
    yield post(A, avro(ONE, version=1))
    yield post(A, avro(ONE, version=2))
    yield post(A, avro(TWO, version=1))
    yield post(A, avro(TWO, version=3))
    yield post(A, avro(TWO, version=0))
    yield post(B, avro(ONE, version=-1))
    yield post(B, avro(ONE, version=-2))
    yield post(B, avro(TWO, version=-1))
    yield post("/subjects/c/versions", avro(ONE, id=7))
    yield post("/subjects/c/versions", avro(ONE, id=1))
    yield post("/subjects/c/versions", avro(ONE, id=0))
    yield post("/subjects/c/versions", avro(ONE, id=-1))
    yield post("/subjects/c/versions", avro(ONE, id=-2))
    yield post("/subjects/c/versions", avro(ONE, id=1, version=1))
    yield get("/schemas")


def versions_of_incompatible_schemas() -> Iterator[Ask]:
    yield post(A, avro(ONE))
    yield post(A, avro(INCOMPATIBLE, version=1))
    yield post(A, avro(INCOMPATIBLE, version=1), force=True)
    yield post(A, avro(TWO, version=1))


def references() -> Iterator[Ask]:
    inner, outer = record("Inner", "a"), using("Outer", "Inner")
    yield post("/subjects/inner/versions", avro(inner))
    yield post(A, avro(outer))
    yield post(A, avro(outer, reference("Inner", "nobody")))
    yield post(A, avro(outer, reference("Inner", "inner", 2)))
    yield post(A, avro(outer, reference("Inner", "inner", 0)))
    yield post(A, avro(outer, reference("Inner", "inner", -2)))
    yield post(A, avro(outer, reference("Inner", "inner", 1)))
    yield post(A, avro(outer, reference("Inner", "inner", 1)))
    yield post(A, avro(outer, reference("Inner", "inner", -1)))
    yield post(A, avro(outer, reference("Other", "inner", 1)))
    yield post(A, avro(outer, reference("Inner", "inner"), reference("Inner", "inner")))
    yield get("/subjects/a/versions/1")
    yield get("/subjects/inner/versions/1/referencedby")
    yield post("/subjects/a", avro(outer, reference("Inner", "inner")))
    yield post("/subjects/a", avro(outer))
    yield post("/subjects/a", avro(outer, reference("Inner", "nobody")))
    for missing in ("name", "subject", "version"):
        part = {key: value for key, value in reference("Inner", "inner").items() if key != missing}
        yield post(B, avro(outer, part))
    yield post(B, avro(outer, reference("Inner", "")))
    yield post(B, avro(outer, {"name": "Inner", "subject": "inner", "version": "1"}))
    yield post(B, avro(INT, reference("Inner", "inner")))
    yield post("/subjects/inner/versions", avro(outer, reference("Inner", "inner")), force=True)
    yield delete("/subjects/inner/versions/1")
    yield delete("/subjects/a")
    yield delete("/subjects/b")
    yield delete("/subjects/inner/versions/2")
    yield delete("/subjects/inner/versions/1")
    yield post("/subjects/n/versions", avro(outer, reference("Inner", "inner")))
    yield get("/subjects/inner/versions/1/referencedby")
    yield get("/subjects/inner/versions/1/referencedby", deleted=True)


def references_of_other_types() -> Iterator[Ask]:
    string = '{"type":"string"}'
    yield post("/subjects/s/versions", avro(string, schemaType="JSON"))
    pointing = '{"type":"object","properties":{"a":{"$ref":"s.json"}}}'
    for references in ([reference("s.json", "s")], []):
        yield post("/subjects/j/versions", avro(pointing, *references, schemaType="JSON"))
    yield post("/subjects/p/versions", avro(MESSAGE, schemaType="PROTOBUF"))
    importing = 'syntax = "proto3";\n\nimport "a.proto";\n\nmessage B {\n  .A a = 1;\n}\n'
    for references in ([reference("a.proto", "p")], []):
        yield post("/subjects/q/versions", avro(importing, *references, schemaType="PROTOBUF"))
    yield post("/subjects/i/versions", avro(INT))
    yield post("/subjects/x/versions", avro(pointing, reference("s.json", "i"), schemaType="JSON"))
    yield post("/subjects/y/versions", avro(INT, reference("s.json", "s")))


def normalized() -> Iterator[Ask]:
    loose = '{"type":"record","name":"R","fields":[{"type":"string","name":"a"}]}'
    yield post(A, avro(ONE))
    yield post(A, avro(loose), normalize=True)
    yield post("/subjects/a", avro(loose), normalize=True)
    yield post("/subjects/a", avro(loose))
    yield put("/config", {"normalize": True})
    yield post(A, avro(loose))
    yield post("/subjects/a", avro(loose))
    yield get(A)


def registered_again_after_deletion() -> Generator[Ask, Any, None]:
    yield post(A, avro(ONE))
    yield post(A, avro(TWO))
    yield delete("/subjects/a/versions/1")
    yield post(A, avro(ONE))
    yield get(A, deleted=True)
    yield delete("/subjects/a")
    yield post(A, avro(ONE))
    yield get(A, deleted=True)
    yield get("/schemas/ids/1/versions", deleted=True)
    yield get("/schemas/ids/2/versions", deleted=True)
    yield delete("/subjects/a")
    yield delete("/subjects/a", permanent=True)
    yield post(A, avro(ONE))
    yield post(A, avro(LONG))
    yield get(A)
    yield get("/schemas")


def metadata() -> Iterator[Ask]:
    owned = {"properties": {"owner": "x"}}
    yield post(A, avro(ONE, metadata=owned))
    yield post(A, avro(ONE, metadata=owned))
    yield post(A, avro(ONE))
    yield post(A, avro(ONE, metadata={"properties": {"owner": "y"}}))
    yield post(A, avro(ONE, metadata={}))
    yield post(A, avro(ONE, metadata={"properties": {}}))
    yield post(A, avro(ONE, metadata={"properties": {}, "tags": {}, "sensitive": []}))
    yield post(
        A, avro(ONE, metadata={"tags": {"a.b": ["PII", "A", "PII"]}, "sensitive": ["z", "a"]})
    )
    yield get("/subjects/a/versions/latest")
    yield post(A, avro(TWO))
    yield get("/subjects/a/versions/latest")
    yield post("/subjects/a", avro(ONE))
    yield post("/subjects/a", avro(ONE, metadata=owned))
    yield post("/subjects/a", avro(ONE, metadata={"properties": {"owner": "z"}}))
    for query in (
        {"key": "owner", "value": "x"},
        {"key": "owner", "value": "y"},
        {"key": "owner", "value": "z"},
        {"key": ["owner", "b"], "value": ["x", "c"]},
        {"key": "owner"},
        {"value": "x"},
        {"key": ["owner", "b"], "value": "x"},
        {},
    ):
        yield get("/subjects/a/metadata", **query)
    yield get("/subjects/nobody/metadata", key="owner", value="x")
    yield delete("/subjects/a/versions/1")
    yield get("/subjects/a/metadata", key="owner", value="x")
    yield get("/subjects/a/metadata", key="owner", value="x", deleted=True)
    yield delete("/subjects/a")
    yield get("/subjects/a/metadata", key="owner", value="x")
    yield get("/subjects/a/metadata", key="owner", value="x", deleted=True)


def metadata_that_name_the_version() -> Iterator[Ask]:
    named = {"properties": {"confluent:version": "1"}}
    yield post(A, avro(ONE, metadata=named))
    yield post(A, avro(ONE, metadata=named))
    yield post(A, avro(ONE))
    yield post(A, avro(TWO, metadata={"properties": {"confluent:version": "7"}}))
    yield post(A, avro(TWO, metadata={"properties": {"confluent:version": "x"}}))
    yield post(A, avro(TWO, version=2))
    yield post(A, avro(record("R", "a", optional=("b", "c")), version=3))
    yield post(A, avro(record("R", "a", optional=("b", "c", "d"))))
    yield post("/subjects/a", avro(ONE))
    yield get("/schemas")


def rules() -> Iterator[Ask]:
    yield post(A, avro(ONE, ruleSet={"domainRules": [_rule("check")]}))
    yield post(A, avro(ONE, ruleSet={"domainRules": [_rule("check")]}))
    yield post(A, avro(ONE, ruleSet={"domainRules": [_rule("check", expr="false")]}))
    yield get("/subjects/a/versions/latest")
    yield post(A, avro(TWO))
    yield post(B, avro(ONE, ruleSet={"domainRules": []}))
    yield post(B, avro(ONE, ruleSet={}))
    yield post(B, avro(ONE))
    full = _rule(
        "all",
        doc="why",
        tags=["PII", "A"],
        params={"b": "1", "a": "2"},
        onSuccess="NONE,NONE",
        onFailure="ERROR",
        disabled=True,
        mode="WRITEREAD",
    )
    yield post(B, avro(ONE, ruleSet={"encodingRules": [full]}))
    moved = _rule("move", kind="TRANSFORM", mode="UPGRADE", type="JSONATA", expr="$")
    yield post(B, avro(TWO, ruleSet={"migrationRules": [moved], "domainRules": [_rule("check")]}))
    yield get("/subjects/b/versions/latest")
    yield get("/schemas", ruleType="CEL")
    yield get("/schemas", ruleType="JSONATA", latestOnly=True)
    yield get("/schemas", ruleType="nothing")


def rules_that_cannot() -> Iterator[Ask]:
    wrong: dict[str, Any] = {
        "no name": _rule(None),
        "an empty name": _rule(""),
        "a name with a space": _rule("a b"),
        "a name with a number first": _rule("1a"),
        "a name with a dash": _rule("a-b"),
        "a long name": _rule("x" * 65),
        "a very long name": _rule("x" * 300),
        "no kind": _rule("a", kind=None),
        "an unknown kind": _rule("a", kind="OTHER"),
        "a kind in small letters": _rule("a", kind="condition"),
        "an unknown mode": _rule("a", mode="OTHER"),
        "a mode in small letters": _rule("a", mode="write"),
        "a mode of migrations": _rule("a", mode="UPGRADE"),
        "no type": _rule("a", type=None),
        "an unknown type": _rule("a", type="OTHER"),
        "no expression": _rule("a", expr=None),
        "tags that are a text": _rule("a", tags="PII"),
        "params that are a list": _rule("a", params=[]),
        "disabled as a text": _rule("a", disabled="true"),
        "disabled null": _rule("a", disabled=None),
        "an unknown field": _rule("a", more=1),
        "an unknown failure": _rule("a", onFailure="nothing"),
        "a document": _rule("a", doc="x" * 3000),
        "a text": "rule",
    }
    for words, rule in wrong.items():
        name = words.replace(" ", "-")
        path = f"/subjects/{name}/versions"
        yield post(path, avro(ONE, ruleSet={"domainRules": [rule]})).called(f"{words}, domain")
        path = f"/subjects/{name}-migration/versions"
        yield post(path, avro(TWO, ruleSet={"migrationRules": [rule]})).called(
            f"{words}, migration"
        )
        path = f"/subjects/{name}-encoding/versions"
        yield post(path, avro(INT, ruleSet={"encodingRules": [rule]})).called(f"{words}, encoding")
    twice = [_rule("a"), _rule("a", expr="false")]
    yield post(A, avro(ONE, ruleSet={"domainRules": twice}))
    yield post(A, avro(ONE, ruleSet={"domainRules": twice[:1], "encodingRules": twice[1:]}))
    up, down = (_rule("m", mode=mode, type="JSONATA") for mode in ("UPGRADE", "DOWNGRADE"))
    yield post(A, avro(ONE, ruleSet={"migrationRules": [up, down]}))
    yield get("/subjects")


def _rule(name: str | None, **more: Any) -> dict[str, Any]:
    told = {
        "name": name,
        "kind": "CONDITION",
        "mode": "WRITE",
        "type": "CEL",
        "expr": "true",
        **more,
    }
    return {key: value for key, value in told.items() if value is not None}
