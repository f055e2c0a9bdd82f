"""JSON Schema and Protobuf through the REST API."""

import json

import httpx
import pytest

from tests.registry.api.test_subjects import refused, register
from tests.registry.world import record

PROTO = 'syntax = "proto3";\npackage flights;\nmessage Flight {\n  string tail = 1;\n}\n'
PROTO_MORE = PROTO.replace("string tail = 1;", "string tail = 1;\n  string gate = 2;")
PROTO_OTHER = PROTO.replace("string tail = 1;", "double tail = 1;")
JSON_SCHEMA = json.dumps({"type": "object", "properties": {"tail": {"type": "string"}}})


def test_descriptor_and_text_of_a_protobuf_schema_are_one(http: httpx.Client) -> None:
    register(http, "flights", PROTO, schemaType="PROTOBUF")
    serialized = http.get("/schemas/ids/1?format=serialized").json()["schema"]
    assert "{" not in serialized
    again = register(http, "flights", serialized, schemaType="PROTOBUF")
    assert (again["id"], again["version"]) == (1, 1)
    assert http.get("/schemas/ids/1/schema").text == PROTO
    assert http.get("/schemas/ids/1").json()["schemaType"] == "PROTOBUF"
    body = {"schema": serialized, "schemaType": "PROTOBUF"}
    assert http.post("/subjects/flights", json=body).json()["version"] == 1


def test_descriptor_is_kept_as_a_text_that_everybody_reads(http: httpx.Client) -> None:
    register(http, "a", PROTO, schemaType="PROTOBUF")
    serialized = http.get("/schemas/ids/1?format=serialized").json()["schema"]
    register(http, "b", serialized, schemaType="PROTOBUF")
    assert "message Flight" in http.get("/subjects/b/versions/1/schema").text


def test_protobuf_schema_evolves_or_is_refused(http: httpx.Client) -> None:
    register(http, "flights", PROTO, schemaType="PROTOBUF")
    assert register(http, "flights", PROTO_MORE, schemaType="PROTOBUF")["version"] == 2
    body = {"schema": PROTO_OTHER, "schemaType": "PROTOBUF"}
    refused(http.post("/subjects/flights/versions", json=body), 409, 409)


def test_json_schema_evolves_or_is_refused(http: httpx.Client) -> None:
    register(http, "flights", JSON_SCHEMA, schemaType="JSON")
    assert http.get("/schemas/ids/1").json()["schema"] == JSON_SCHEMA
    changed = json.dumps({"type": "object", "properties": {"tail": {"type": "integer"}}})
    body = {"schema": changed, "schemaType": "JSON"}
    refused(http.post("/subjects/flights/versions", json=body), 409, 409)


def test_another_format_cannot_follow(http: httpx.Client) -> None:
    register(http, "flights", PROTO, schemaType="PROTOBUF")
    body = {"schema": JSON_SCHEMA, "schemaType": "JSON"}
    refused(http.post("/subjects/flights/versions", json=body), 409, 409)


INNER = record("Inner", "x")
OUTER = json.dumps(
    {"type": "record", "name": "Outer", "fields": [{"name": "inner", "type": "Inner"}]}
)
REFERENCES = [{"name": "Inner", "subject": "inner", "version": 1}]


def test_avro_is_resolved_on_every_route(http: httpx.Client) -> None:
    register(http, "inner", INNER)
    body = {"schema": OUTER, "references": REFERENCES, "metadata": {"properties": {"a": "b"}}}
    resolved = {"params": {"format": "Resolved"}}
    done = http.post("/subjects/outer/versions", json=body, **resolved).json()
    text = done["schema"]
    assert json.loads(text)["fields"][0]["type"] == json.loads(INNER)
    for path in (
        "/schemas/ids/2",
        f"/schemas/guids/{done['guid']}",
        "/subjects/outer/versions/1",
        "/subjects/outer/metadata?key=a&value=b",
    ):
        assert http.get(path).json()["schema"] == OUTER
        answer = http.get(f"{path}{'&' if '?' in path else '?'}format=resolved").json()
        assert answer["schema"] == text
        assert answer["references"] == REFERENCES
        assert answer.get("guid", done["guid"]) == done["guid"]
    assert http.get("/schemas/ids/2/schema", **resolved).text == text
    assert http.get("/subjects/outer/versions/1/schema", **resolved).text == text
    assert http.post("/subjects/outer", json=body, **resolved).json()["schema"] == text


def test_protobuf_is_given_without_extensions(http: httpx.Client) -> None:
    text = PROTO.replace("string tail = 1;", 'string tail = 1 [(mine) = "x", deprecated = true];')
    register(http, "flights", text, schemaType="PROTOBUF")
    plain = http.get("/schemas/ids/1/schema?format=ignore_extensions").text
    assert "mine" not in plain
    assert "deprecated" in plain


@pytest.mark.parametrize("name", ["default", "serialized", "ignore_extensions", "newer", " "])
def test_other_forms_are_the_text_itself(http: httpx.Client, name: str) -> None:
    register(http, "order", INNER)
    register(http, "flights", JSON_SCHEMA, schemaType="JSON")
    assert http.get("/schemas/ids/1/schema", params={"format": name}).text == INNER
    assert http.get("/schemas/ids/2/schema", params={"format": name}).text == JSON_SCHEMA


def test_form_of_flink_is_not_served(http: httpx.Client) -> None:
    body = {"schema": INNER}
    answer = http.post("/subjects/inner/versions?format=logical", json=body)
    refused(answer, 422, 42201)
    assert http.get("/subjects").json() == []
    register(http, "inner", INNER)
    refused(http.get("/subjects/inner/versions/1?format=logical"), 422, 42201)


def test_references_are_qualified_where_the_subject_has_a_context(http: httpx.Client) -> None:
    register(http, ":.c:inner", INNER)
    register(http, ":.c:outer", OUTER, references=REFERENCES)
    for path in ("/subjects/:.c:outer/versions/1", "/schemas/ids/2?subject=:.c:"):
        assert http.get(path).json()["references"] == REFERENCES
        parameter = f"{'&' if '?' in path else '?'}referenceFormat=qualified"
        qualified = [{**REFERENCES[0], "subject": ":.c:inner"}]
        assert http.get(path + parameter).json()["references"] == qualified
