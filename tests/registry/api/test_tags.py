"""Tags inside of schemas, set and found through the REST API."""

import json
from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient

from odradek.testing import EphemeralRegistry
from tests.registry.api.test_subjects import refused, register

AVRO = json.dumps(
    {
        "type": "record",
        "name": "Order",
        "namespace": "shop",
        "fields": [{"name": "mail", "type": "string"}, {"name": "note", "type": "string"}],
    }
)
JSON_SCHEMA = json.dumps({"type": "object", "properties": {"mail": {"type": "string"}}})
PROTO = 'syntax = "proto3";\nmessage Order {\n  string mail = 1;\n}\n'


def on(path: str, *tags: str) -> dict[str, Any]:
    """Tags of a record; of a field where the path ends in small letters."""
    kind = "sr_field" if path.rpartition(".")[2].islower() else "sr_record"
    return {"schemaEntity": {"entityPath": path, "entityType": kind}, "tags": list(tags)}


def tag(http: httpx.Client, subject: str, version: int | str, **body: Any) -> Any:
    answer = http.post(f"/subjects/{subject}/versions/{version}/tags", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def found(http: httpx.Client, subject: str, wanted: Sequence[str] = ("*",)) -> list[Any]:
    answer = http.get(f"/subjects/{subject}/versions/latest", params={"findTags": list(wanted)})
    return answer.json().get("schemaTags", [])  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("schema_type", "schema", "path"),
    [
        ("AVRO", AVRO, "shop.Order.mail"),
        ("JSON", JSON_SCHEMA, "object.mail"),
        ("PROTOBUF", PROTO, "Order.mail"),
    ],
)
def test_tagging_makes_a_version(
    http: httpx.Client, schema_type: str, schema: str, path: str
) -> None:
    register(http, "orders", schema, schemaType=schema_type)
    done = tag(http, "orders", 1, tagsToAdd=[on(path, "PII"), on(f".{path}", "MAIL")])
    assert (done["version"], done["metadata"]) == (2, {"properties": {"confluent:version": "2"}})
    assert found(http, "orders") == [on(path, "PII", "MAIL")]
    tag(http, "orders", "latest", tagsToRemove=[on(path, "PII")])
    assert found(http, "orders") == [on(path, "MAIL")]
    assert http.get("/subjects/orders/versions").json() == [1, 2, 3]
    assert http.get("/subjects/orders/versions/1/schema").text == schema


def test_tags_are_found_by_name(http: httpx.Client) -> None:
    tags = [on("shop.Order", "BUSINESS"), on("shop.Order.mail", "PII", "MAIL")]
    register(http, "orders", AVRO, schemaTagsToAdd=tags)
    assert found(http, "orders") == tags
    assert found(http, "orders", ["MAIL"]) == [on("shop.Order.mail", "PII", "MAIL")]
    assert found(http, "orders", ["MAIL", "BUSINESS"]) == tags
    assert found(http, "orders", ["NONE"]) == []
    by_id = http.get("/schemas/ids/1", params={"findTags": "BUSINESS"}).json()
    assert by_id["schemaTags"] == [on("shop.Order", "BUSINESS")]
    assert "schemaTags" not in http.get("/schemas/ids/1").json()


def test_version_is_derived_though_nothing_is_otherwise(http: httpx.Client) -> None:
    register(http, "orders", AVRO)
    assert tag(http, "orders", 1)["version"] == 2
    assert tag(http, "orders", 1, newVersion=3)["version"] == 3
    answer = http.post("/subjects/orders/versions/1/tags", json={"newVersion": 7})
    refused(answer, 422, 42201)


def test_registration_with_tags_makes_a_version_each_time(http: httpx.Client) -> None:
    tags = [on("shop.Order.mail", "PII")]
    first = register(http, "orders", AVRO, schemaTagsToAdd=tags)
    assert first["metadata"] == {"properties": {"confluent:version": "1"}}
    assert register(http, "orders", AVRO, schemaTagsToAdd=tags)["version"] == 2
    bare = register(http, "orders", AVRO, schemaTagsToRemove=tags)
    assert (bare["version"], found(http, "orders")) == (3, [])


def test_tags_go_on_to_the_next_version_where_that_is_asked(http: httpx.Client) -> None:
    tags = [on("shop.Order.mail", "PII")]
    register(http, "orders", AVRO, schemaTagsToAdd=tags)
    more = AVRO.replace("]}", ', {"name": "more", "type": "int", "default": 0}]}')
    assert register(http, "orders", more, propagateSchemaTags=True)["version"] == 2
    assert found(http, "orders") == tags
    assert register(http, "orders", more, propagateSchemaTags=True)["version"] == 2
    assert register(http, "orders", more)["version"] == 3
    assert found(http, "orders") == []


def test_tag_is_not_lost_with_its_field(http: httpx.Client) -> None:
    register(http, "orders", AVRO, schemaTagsToAdd=[on("shop.Order.mail", "PII")])
    without = AVRO.replace('"mail"', '"post"')
    body = {"schema": without, "propagateSchemaTags": True}
    refused(http.post("/subjects/orders/versions", json=body), 422, 42201)


def test_propagation_needs_no_version_before(http: httpx.Client) -> None:
    assert register(http, "orders", AVRO, propagateSchemaTags=True)["version"] == 1


@pytest.mark.parametrize(
    ("tags", "error_code"),
    [
        ([on("shop.Order.nothing", "X")], 42201),
        ([on("", "X")], 42201),
        ([{"schemaEntity": {"entityPath": "a", "entityType": "table"}, "tags": []}], 400),
        ([{"schemaEntity": {"entityPath": "a"}, "tags": []}], 400),
        ([{"tags": []}], 400),
        ([{"schemaEntity": {"entityPath": "a", "entityType": "sr_field"}}], 400),
        ("X", 400),
    ],
)
def test_bad_tags_are_refused(http: httpx.Client, tags: Any, error_code: int) -> None:
    register(http, "orders", AVRO)
    body = {"schema": AVRO, "schemaTagsToAdd": tags}
    status = int(str(error_code)[:3])
    refused(http.post("/subjects/orders/versions", json=body), status, error_code)
    answer = http.post("/subjects/orders/versions/1/tags", json={"tagsToRemove": tags})
    refused(answer, status, error_code)
    assert http.get("/subjects/orders/versions").json() == [1]


def test_nothing_can_be_tagged_in_an_empty_schema(http: httpx.Client) -> None:
    register(http, "orders", AVRO)
    body = {"schemaTagsToAdd": [on("shop.Order", "X")]}
    refused(http.post("/subjects/orders/versions", json=body), 422, 42201)


def test_only_what_exists_is_tagged(http: httpx.Client) -> None:
    refused(http.post("/subjects/orders/versions/1/tags", json={}), 404, 40401)
    register(http, "orders", AVRO)
    refused(http.post("/subjects/orders/versions/2/tags", json={}), 404, 40402)
    refused(http.post("/subjects/orders/versions/0/tags", json={}), 422, 42202)


def test_version_minus_one_is_the_next_and_tells_it(http: httpx.Client) -> None:
    first = register(http, "orders", AVRO, version=-1)
    assert first["metadata"] == {"properties": {"confluent:version": "1"}}
    assert register(http, "orders", AVRO, version=-1)["version"] == 1
    assert register(http, "orders", AVRO)["version"] == 1
    other = AVRO.replace('"note"', '"text"')
    http.put("/config/orders", json={"compatibility": "NONE"})
    assert register(http, "orders", other)["version"] == 2
    assert register(http, "orders", AVRO)["version"] == 1
    assert register(http, "orders", AVRO, version=-1)["version"] == 3


def test_metadata_that_tells_a_version_is_that_versions(http: httpx.Client) -> None:
    register(http, "orders", AVRO)
    told = {"properties": {"confluent:version": "1"}}
    assert register(http, "orders", AVRO, metadata=told)["version"] == 1
    told = {"properties": {"confluent:version": "9"}}
    assert register(http, "orders", AVRO, metadata=told)["version"] == 2


def test_rules_are_merged_with_those_of_the_version_before(http: httpx.Client) -> None:
    def rule(name: str) -> dict[str, object]:
        told = {"name": name, "kind": "CONDITION", "type": "CEL", "mode": "WRITE", "expr": "true"}
        return {**told, "disabled": False}

    register(http, "orders", AVRO)
    register(http, "orders", AVRO, ruleSet={"domainRules": [rule("a")], "enableAt": "x"})
    done = tag(http, "orders", 1, rulesToMerge={"domainRules": [rule("b")]})
    assert done["ruleSet"] == {"domainRules": [rule("a"), rule("b")], "enableAt": "x"}
    done = tag(http, "orders", 1, rulesToRemove=["a"])
    assert done["ruleSet"] == {"domainRules": [rule("b")], "enableAt": "x"}
    done = tag(http, "orders", 1, newVersion=5, metadata={"properties": {"owner": "me"}})
    assert done["ruleSet"] == {"domainRules": [rule("b")], "enableAt": "x"}
    assert done["metadata"]["properties"] == {"owner": "me", "confluent:version": "5"}
    body = {"ruleSet": {"domainRules": [rule("c")]}, "rulesToRemove": ["a"]}
    refused(http.post("/subjects/orders/versions/1/tags", json=body), 422, 42210)


def test_serializers_of_confluent_see_tags_in_the_text(registry: EphemeralRegistry) -> None:
    with (
        SchemaRegistryClient({"url": registry.url}) as client,
        httpx.Client(base_url=registry.url) as http,
    ):
        schema_id = client.register_schema("orders", Schema(AVRO, "AVRO"))
        tag(http, "orders", 1, tagsToAdd=[on("shop.Order.mail", "PII")])
        latest = client.get_latest_version("orders")
    assert latest.schema_id != schema_id
    assert json.loads(latest.schema.schema_str or "")["fields"][0]["confluent:tags"] == ["PII"]
