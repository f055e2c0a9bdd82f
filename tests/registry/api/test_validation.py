"""validateFields, validateNewSchemas and names that are reserved."""

import json
from typing import Any

import httpx
import pytest

from odradek.testing import EphemeralRegistry
from tests.registry.api.test_subjects import refused, register

TEXT = {"type": "string"}
DOLLARS = json.dumps({"type": "object", "properties": {"$$id": TEXT}})
INNER_DOLLARS = json.dumps({"type": "object", "properties": {"a": json.loads(DOLLARS)}})
PART_DOLLARS = json.dumps({"oneOf": [json.loads(DOLLARS)]})
PROTO = """
syntax = "proto3";
message Order { string id = 1; oneof kind { string gift = 2; } }
message Line { string price = 1; }
"""
BAD_DEFAULT = json.dumps(
    {"type": "record", "name": "R", "fields": [{"name": "a", "type": "int", "default": "x"}]}
)
STRANGE_NAME = json.dumps({"type": "record", "name": "R", "namespace": "my-app", "fields": []})


def avro(*fields: str) -> str:
    described = [{"name": name, "type": "int", "default": 0} for name in fields]
    return json.dumps({"type": "record", "name": "Order", "fields": described})


def reserving(names: str) -> dict[str, Any]:
    return {"properties": {"confluent:reserved": names}}


def validate_fields(http: httpx.Client, subject: str = "orders", **config: Any) -> None:
    body = {"validateFields": True, **config}
    assert http.put(f"/config/{subject}", json=body).status_code == 200


def try_to_register(http: httpx.Client, schema: str, **body: Any) -> httpx.Response:
    return http.post("/subjects/orders/versions", json={"schema": schema, **body})


def test_dollars_are_forbidden_where_fields_are_validated(http: httpx.Client) -> None:
    body = {"schema": DOLLARS, "schemaType": "JSON"}
    register(http, "others", DOLLARS, schemaType="JSON")
    validate_fields(http)
    for path in (
        "/subjects/orders/versions",
        "/subjects/orders/versions?force=true",
        "/compatibility/subjects/orders/versions",
        "/compatibility/subjects/orders/versions/latest",
    ):
        refused(http.post(path, json=body), 422, 42201)
    answer = http.post("/compatibility/subjects/orders/versions?verbose=true", json=body).json()
    assert answer["is_compatible"] is False
    register(http, "orders", INNER_DOLLARS, schemaType="JSON")
    refused(http.post("/subjects/orders", json=body), 422, 42201)
    http.put("/config/orders", json={"compatibility": "NONE"})
    register(http, "orders", PART_DOLLARS, schemaType="JSON")


def test_dollars_come_in_with_an_import(http: httpx.Client) -> None:
    validate_fields(http)
    http.put("/mode/orders", json={"mode": "IMPORT"})
    register(http, "orders", DOLLARS, schemaType="JSON", id=7, version=1)


def test_reserved_name_is_not_given_to_a_field(http: httpx.Client) -> None:
    both = {"metadata": reserving(" note , old,")}
    register(http, "others", avro("note"), **both)
    validate_fields(http)
    refused(try_to_register(http, avro("id", "note"), **both), 409, 409)
    assert register(http, "orders", avro("id"), **both)["version"] == 1
    refused(try_to_register(http, avro("id", "old")), 409, 409)
    assert register(http, "orders", avro("id", "more"))["version"] == 2


def test_name_stays_reserved(http: httpx.Client) -> None:
    validate_fields(http)
    register(http, "orders", avro("id"), metadata=reserving("a,b"))
    body = {"schema": avro("id", "b"), "metadata": reserving("b")}
    answer = http.post("/compatibility/subjects/orders/versions?verbose=true", json=body).json()
    assert answer["is_compatible"] is False
    gone, taken, level = answer["messages"]
    assert (" a " in gone, " b " in taken) == (True, True)
    assert level == "{validateFields: 'true', compatibility: 'BACKWARD'}"
    assert register(http, "orders", avro("id"), metadata=reserving("b,c,a"))["version"] == 2


def test_reserved_names_hold_at_every_level(http: httpx.Client) -> None:
    validate_fields(http, compatibility="NONE")
    register(http, "orders", avro("id"), metadata=reserving("a"))
    refused(try_to_register(http, avro("a")), 409, 409)
    path = "/odradek/v1/compatibility/subjects/orders/versions"
    told = http.post(path, json={"schema": avro("a"), "metadata": reserving("a")}).json()
    assert (told["is_compatible"], len(told["fields"])) == (False, 1)
    assert [each["is_compatible"] for each in told["levels"]] == [True] * 7
    forced = "/subjects/orders/versions?force=true"
    assert http.post(forced, json={"schema": avro("a")}).json()["version"] == 2


@pytest.mark.parametrize(
    ("name", "is_taken"),
    [("id", True), ("price", True), ("gift", False), ("kind", False), ("Order", False)],
)
def test_names_in_protobuf_are_those_of_fields_outside_of_oneofs(
    http: httpx.Client, name: str, is_taken: bool
) -> None:
    validate_fields(http)
    answer = try_to_register(http, PROTO, schemaType="PROTOBUF", metadata=reserving(name))
    assert answer.status_code == (409 if is_taken else 200)


def test_names_in_json_schema_are_those_of_properties(http: httpx.Client) -> None:
    validate_fields(http)
    schema = json.dumps({"oneOf": [{"type": "object"}], "properties": {"a": TEXT}})
    refused(try_to_register(http, schema, schemaType="JSON", metadata=reserving("a")), 409, 409)
    assert register(http, "orders", schema, schemaType="JSON", metadata=reserving("b"))


@pytest.mark.parametrize("schema", [BAD_DEFAULT, STRANGE_NAME])
def test_less_is_asked_of_new_schemas_where_they_are_not_validated(
    http: httpx.Client, schema: str
) -> None:
    refused(try_to_register(http, schema), 422, 42201)
    check = "/compatibility/subjects/orders/versions/latest"
    refused(http.post(check, json={"schema": schema}), 422, 42201)
    http.put("/config/orders", json={"validateNewSchemas": False})
    assert http.post(check, json={"schema": schema}).json() == {"is_compatible": True}
    assert register(http, "orders", schema)["version"] == 1


def test_old_schema_comes_in_with_an_import(http: httpx.Client) -> None:
    http.put("/mode/orders", json={"mode": "IMPORT"})
    assert register(http, "orders", BAD_DEFAULT, id=7, version=1)["id"] == 7


def test_settings_of_the_server_hold_where_no_config_says_otherwise() -> None:
    settings = {"schema.validate.fields": "true", "schema.validate.new.schemas": "false"}
    with (
        EphemeralRegistry(settings=settings) as registry,
        httpx.Client(base_url=registry.url, timeout=60.0) as http,
    ):
        refused(try_to_register(http, DOLLARS, schemaType="JSON"), 422, 42201)
        register(http, "orders", BAD_DEFAULT)
        http.put("/config", json={"validateFields": False, "validateNewSchemas": True})
        register(http, "others", DOLLARS, schemaType="JSON")
        body = {"schema": STRANGE_NAME}
        refused(http.post("/subjects/news/versions", json=body), 422, 42201)
