"""JSON Schema and Protobuf through the REST API."""

import json

import httpx

from tests.registry.api.test_subjects import refused, register

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
