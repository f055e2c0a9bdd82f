"""Schemas that are made to keep a server busy, or to break it: each is answered, and soon."""

import json
from typing import Any

import httpx
import pytest

from tests.registry.api.test_subjects import ORDER, refused, register

DEPTH = 10_000
PROTO = 'syntax = "proto3";\n'


def nested(opening: str, inner: str, closing: str, depth: int = DEPTH) -> str:
    return opening * depth + inner + closing * depth


def doubled(levels: int) -> str:
    """Each definition says the one before twice: 2 to the power of `levels` ways to the last."""
    definitions: dict[str, Any] = {"d0": {"type": "string"}}
    for level in range(1, levels + 1):
        reference = {"$ref": f"#/definitions/d{level - 1}"}
        definitions[f"d{level}"] = {"anyOf": [reference, {"allOf": [reference]}]}
    return json.dumps({"$ref": f"#/definitions/d{levels}", "definitions": definitions})


def alternatives(count: int, extra: str = "") -> str:
    """Alternatives of which each may stand for each: whoever pairs them all has much to do."""
    return json.dumps(
        {
            "oneOf": [
                {"type": "object", "properties": {f"p{each}{extra}": {"oneOf": [{}, {}]}}}
                for each in range(count)
            ]
        }
    )


def record_doubled(levels: int) -> str:
    """Avro records of which each holds the one before twice."""
    whole = '"string"'
    for level in range(levels):
        first = f'{{"name":"a","type":{whole}}}'
        second = f'{{"name":"b","type":"{"string" if level == 0 else f"R{level - 1}"}"}}'
        whole = f'{{"type":"record","name":"R{level}","fields":[{first},{second}]}}'
    return whole


INVALID = {
    "AVRO: not JSON": ("AVRO", "{"),
    "AVRO: a type that is none": ("AVRO", '"strin"'),
    "AVRO: a record without a name": ("AVRO", '{"type":"record","fields":[]}'),
    "AVRO: a name with a space": ("AVRO", '{"type":"record","name":"a b","fields":[]}'),
    "AVRO: a field twice": (
        "AVRO",
        '{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"a","type":"int"}]}',
    ),
    "AVRO: a symbol twice": ("AVRO", '{"type":"enum","name":"E","symbols":["A","A"]}'),
    "AVRO: a union in a union": ("AVRO", '[["int"],"string"]'),
    "AVRO: an array of nothing": ("AVRO", '{"type":"array"}'),
    "AVRO: a default that does not fit": (
        "AVRO",
        '{"type":"record","name":"R","fields":[{"name":"a","type":"int","default":"x"}]}',
    ),
    "AVRO: a name that nobody has": ("AVRO", '{"type":"array","items":"Nobody"}'),
    "AVRO: nested deeply": ("AVRO", nested('{"type":"array","items":', '"int"', "}")),
    "AVRO: brackets": ("AVRO", "[" * DEPTH),
    "AVRO: half a surrogate": ("AVRO", '"\\ud800"'),
    "JSON: not JSON": ("JSON", "{"),
    "JSON: a number": ("JSON", "7"),
    "JSON: half a character": ("JSON", '{"properties":{"\\ud800":{"type":"string"}}}'),
    "JSON: a type that is none": ("JSON", '{"type":"strin"}'),
    "JSON: a reference to nothing": ("JSON", '{"$ref":"#/definitions/nobody"}'),
    "JSON: a reference to another server": ("JSON", '{"$ref":"http://127.0.0.1:1/schema"}'),
    "JSON: a reference to a file": ("JSON", '{"$ref":"file:///etc/passwd"}'),
    "JSON: nested deeply": ("JSON", nested('{"not":', "{}", "}")),
    "JSON: arrays nested deeply": ("JSON", '{"enum":' + nested("[", "", "]") + "}"),
    "JSON: brackets": ("JSON", "[" * DEPTH),
    "PROTOBUF: no .proto text": ("PROTOBUF", "{"),
    "PROTOBUF: a message without its end": ("PROTOBUF", PROTO + "message M {"),
    "PROTOBUF: a number twice": ("PROTOBUF", PROTO + "message M { int32 a = 1; int32 b = 1; }"),
    "PROTOBUF: a field of number 0": ("PROTOBUF", PROTO + "message M { int32 a = 0; }"),
    "PROTOBUF: a huge number": ("PROTOBUF", PROTO + f"message M {{ int32 a = {'9' * 5_000}; }}"),
    "PROTOBUF: a type that is none": ("PROTOBUF", PROTO + "message M { Nobody a = 1; }"),
    "PROTOBUF: an import that is not there": (
        "PROTOBUF",
        PROTO + 'import "nobody.proto"; message M { Nobody a = 1; }',
    ),
    "PROTOBUF: a file of the server": (
        "PROTOBUF",
        PROTO + 'import "/etc/passwd"; message M { Nobody a = 1; }',
    ),
    "PROTOBUF: nested deeply": (
        "PROTOBUF",
        PROTO + nested("message M {", "", "}"),
    ),
    "PROTOBUF: options nested deeply": (
        "PROTOBUF",
        PROTO + "option (o) = " + nested("{a:", "1", "}") + ";",
    ),
    "PROTOBUF: base64 of nothing": ("PROTOBUF", "AAAA"),
    "unknown format": ("XML", "<schema/>"),
    "empty format": ("", "{"),
}
ROUTES = {
    "register": "/subjects/a/versions",
    "look up": "/subjects/a",
    "compare": "/compatibility/subjects/a/versions/latest",
    "explain": "/odradek/v1/compatibility/subjects/a/versions",
}


@pytest.mark.parametrize("name", list(INVALID))
def test_invalid_schema_is_refused_with_a_sentence(http: httpx.Client, name: str) -> None:
    schema_type, text = INVALID[name]
    body = {"schema": text, "schemaType": schema_type}
    answer = http.post("/subjects/a/versions", json=body)
    refused(answer, 422, 42201)
    assert 20 < len(answer.json()["message"]) < 10_000
    assert http.get("/subjects").json() == []


@pytest.mark.drill
@pytest.mark.parametrize("name", list(INVALID))
def test_invalid_schema_is_refused_wherever_it_is_sent(http: httpx.Client, name: str) -> None:
    register(http, "a", ORDER)
    schema_type, text = INVALID[name]
    body = {"schema": text, "schemaType": schema_type}
    for path in ROUTES.values():
        answer = http.post(path, json=body)
        if path == ROUTES["look up"] and answer.status_code == 404:
            # It asks less of a text, which may have been registered under other rules.
            refused(answer, 404, 40403)
        else:
            refused(answer, 422, 42201)
    verdict = http.post(ROUTES["compare"] + "?verbose=true", json=body).json()
    assert verdict["is_compatible"] is False


BOMBS = {
    "AVRO: many symbols": (
        "AVRO",
        json.dumps({"type": "enum", "name": "E", "symbols": [f"S{n}" for n in range(50_000)]}),
    ),
    "AVRO: many fields": (
        "AVRO",
        json.dumps(
            {
                "type": "record",
                "name": "R",
                "fields": [{"name": f"f{n}", "type": "int"} for n in range(10_000)],
            }
        ),
    ),
    "AVRO: each record twice in the next": ("AVRO", record_doubled(60)),
    "AVRO: a union of many": (
        "AVRO",
        json.dumps([{"type": "fixed", "name": f"F{n}", "size": n + 1} for n in range(2_000)]),
    ),
    "JSON: each definition twice in the next": ("JSON", doubled(60)),
    "JSON: many alternatives": ("JSON", alternatives(60)),
    "JSON: a long enum": ("JSON", json.dumps({"enum": list(range(80_000))})),
    "JSON: a circle": ("JSON", '{"anyOf":[{"$ref":"#"},{"allOf":[{"$ref":"#"}]}]}'),
    "JSON: a pattern that takes for ever": (
        "JSON",
        json.dumps({"type": "string", "pattern": "^(a+)+$", "default": "a" * 40 + "!"}),
    ),
    "PROTOBUF: many fields": (
        "PROTOBUF",
        PROTO + "message M {" + "".join(f"int32 f{n} = {n};" for n in range(1, 10_001)) + "}",
    ),
    "PROTOBUF: a long enum": (
        "PROTOBUF",
        PROTO + "enum E { A0 = 0;" + "".join(f"A{n} = {n};" for n in range(1, 10_001)) + "}",
    ),
}
ANOTHER = {
    "JSON: many alternatives": alternatives(60, "x"),
    "JSON: each definition twice in the next": doubled(61),
    "AVRO: each record twice in the next": record_doubled(61),
}


@pytest.mark.drill
@pytest.mark.parametrize("name", list(BOMBS))
def test_schema_bomb_is_answered(http: httpx.Client, name: str) -> None:
    schema_type, text = BOMBS[name]
    body = {"schema": text, "schemaType": schema_type}
    first = http.post("/subjects/a/versions", json=body)
    assert first.status_code in (200, 422), first.text[:1_000]
    other = {**body, "schema": ANOTHER.get(name, text + " ")}
    for path in (*ROUTES.values(), "/subjects/a/versions?normalize=true"):
        answer = http.post(path, json=other)
        assert answer.status_code < 500, (path, answer.text[:1_000])
    assert http.get("/livez").status_code == 200


def test_references_that_cannot_be_followed_are_refused(http: httpx.Client) -> None:
    register(http, "users", ORDER)
    for reference in (
        {"name": "User", "subject": "nobody", "version": 1},
        {"name": "User", "subject": "users", "version": 2},
        {"name": "User", "subject": "users", "version": -2},
        {"name": "User", "subject": ":.c:users", "version": 1},
        {"name": "User", "subject": "", "version": 1},
        {"name": "User", "subject": "users"},
    ):
        for path in ("/subjects/a/versions", "/compatibility/subjects/a/versions"):
            body = {"schema": '"string"', "references": [reference]}
            refused(http.post(path, json=body), 422, 42201)


def test_circle_of_references_is_refused(http: httpx.Client) -> None:
    reference = {"name": "A", "subject": "a", "version": 1}
    body = {"schema": '"string"', "references": [reference]}
    refused(http.post("/subjects/a/versions", json=body), 422, 42201)
    for subject, other in (("a", "b"), ("b", "a")):
        http.put(f"/mode/{subject}", json={"mode": "IMPORT"})
        body = {
            "schema": f'{{"type":"record","name":"{subject}","fields":[]}}',
            "references": [{"name": other, "subject": other, "version": 1}],
            "id": ord(subject),
            "version": 1,
        }
        answer = http.post(f"/subjects/{subject}/versions", json=body)
        assert answer.status_code in (200, 422)
    assert http.get("/subjects/a/versions/1?format=resolved").status_code < 500


def test_references_that_double_at_each_step_are_refused(http: httpx.Client) -> None:
    register(http, "s0", '{"type":"record","name":"R0","fields":[]}')
    statuses = []
    for number in range(1, 20):
        before = f"R{number - 1}"
        reference = {"name": before, "subject": f"s{number - 1}", "version": 1}
        twice = [reference, {**reference, "name": before + "again"}]
        text = f'{{"type":"record","name":"R{number}","fields":[{{"name":"a","type":"{before}"}}]}}'
        body = {"schema": text, "references": twice}
        statuses.append(http.post(f"/subjects/s{number}/versions", json=body).status_code)
    assert set(statuses) == {200, 422}
