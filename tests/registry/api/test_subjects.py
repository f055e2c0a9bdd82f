"""Registering, reading and deleting, as a client sees it."""

import json
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from odradek.testing import EphemeralRegistry
from tests.registry.world import record

V1 = "application/vnd.schemaregistry.v1+json"
ORDER = record("Order", "id")
ORDER_2 = record("Order", "id", optional=["note"])


def register(http: httpx.Client, subject: str, schema: str, **body: Any) -> Any:
    path = f"/subjects/{quote(subject, safe='')}/versions"
    answer = http.post(path, json={"schema": schema, **body})
    assert answer.status_code == 200, answer.text
    return answer.json()


def refused(answer: httpx.Response, status: int, error_code: int) -> None:
    assert (answer.status_code, answer.json()["error_code"]) == (status, error_code), answer.text
    assert set(answer.json()) == {"error_code", "message"}


def test_registered_schema_is_read_in_every_way(http: httpx.Client) -> None:
    text = ' {"type" : "string"} '
    done = register(http, "orders", text)
    assert (done["id"], done["version"]) == (1, 1)
    whole = {"subject": "orders", "version": 1, "id": 1, "guid": done["guid"], "schema": text}
    found = http.get("/subjects/orders/versions/latest").json()
    assert {name: found[name] for name in whole} == whole
    assert http.get("/schemas/ids/1").json()["schema"] == text
    assert http.get("/schemas/ids/1/schema").text == text
    assert http.get("/subjects/orders/versions/1/schema").text == text
    assert http.get("/subjects/orders/versions/-1/schema").text == text
    assert http.get(f"/schemas/guids/{done['guid']}").json()["schema"] == text
    ids = http.get(f"/schemas/guids/{done['guid']}/ids").json()
    assert ids == [{"context": ".", "id": 1}]
    assert http.post("/subjects/orders", json={"schema": text}).json()["version"] == 1
    assert http.get("/schemas").json()[0]["schema"] == text


def test_older_clients_are_told_what_they_know(registry: EphemeralRegistry) -> None:
    with httpx.Client(base_url=registry.url) as http:
        assert register(http, "orders", ORDER, schemaType="AVRO") == {"id": 1}
        assert http.get("/schemas/ids/1").json() == {"schema": ORDER}
        expected = {"subject": "orders", "version": 1, "id": 1, "schema": ORDER}
        assert http.get("/subjects/orders/versions/1").json() == expected
        assert register(http, "orders", ORDER, new=1) == {"id": 1}


def test_lists_have_pages_and_prefixes(http: httpx.Client) -> None:
    for subject in ("b", "a", ":.c:a"):
        register(http, subject, ORDER)
    assert http.get("/subjects").json() == [":.c:a", "a", "b"]
    assert http.get("/subjects", params={"subjectPrefix": ""}).json() == ["a", "b"]
    assert http.get("/subjects", params={"subjectPrefix": ":.c:"}).json() == [":.c:a"]
    assert http.get("/subjects", params={"subjectPrefix": ":*:a"}).json() == [":.c:a", "a"]
    assert http.get("/subjects", params={"offset": 1, "limit": 1}).json() == ["a"]
    assert len(http.get("/schemas", params={"latestOnly": True}).json()) == 2
    everywhere = {"latestOnly": True, "subjectPrefix": ":*:"}
    assert len(http.get("/schemas", params=everywhere).json()) == 3


def test_versions_of_an_id_are_listed(http: httpx.Client) -> None:
    register(http, "a", ORDER)
    register(http, "b", ORDER)
    assert http.get("/schemas/ids/1/subjects").json() == ["a", "b"]
    assert http.get("/schemas/ids/1/versions").json()[0] == {"subject": "a", "version": 1}
    http.delete("/subjects/a")
    assert http.get("/schemas/ids/1/subjects").json() == ["b"]
    assert http.get("/schemas/ids/1/subjects", params={"deleted": True}).json() == ["a", "b"]
    assert "subjects" not in http.get("/schemas/ids/1").json()
    found = http.get("/schemas/ids/1", params={"includeSubjects": True}).json()
    assert found["subjects"] == ["b"]


def test_deleting_answers_with_numbers(http: httpx.Client) -> None:
    register(http, "a", ORDER)
    register(http, "a", ORDER_2)
    assert http.delete("/subjects/a/versions/2").text == "2"
    assert http.get("/subjects/a/versions").text == "[1]"
    assert http.get("/subjects/a/versions", params={"deleted": "True"}).text == "[1,2]"
    assert http.get("/subjects/a/versions", params={"deletedOnly": "true"}).text == "[2]"
    assert http.get("/subjects/a/versions", params={"deletedAsNegative": "true"}).text == "[1,-2]"
    assert http.delete("/subjects/a").text == "[1]"
    refused(http.get("/subjects/a/versions"), 404, 40401)
    assert http.get("/schemas/ids/1").status_code == 200
    assert http.delete("/subjects/a", params={"permanent": True}).text == "[1,2]"
    refused(http.get("/schemas/ids/1"), 404, 40403)


@pytest.mark.parametrize(
    ("method", "path", "status", "error_code"),
    [
        ("GET", "/subjects/nobody/versions", 404, 40401),
        ("GET", "/subjects/nobody/versions/1", 404, 40401),
        ("GET", "/subjects/orders/versions/9", 404, 40402),
        ("GET", "/subjects/orders/versions/0", 422, 42202),
        ("GET", "/subjects/orders/versions/-2", 422, 42202),
        ("GET", "/subjects/orders/versions/first", 422, 42202),
        ("GET", "/subjects/orders/versions/99999999999", 422, 42202),
        ("GET", f"/subjects/orders/versions/{'0' * 19}1{'9' * 5_000}", 422, 42202),
        ("GET", f"/schemas/ids/{'0' * 19}1{'9' * 5_000}", 404, 404),
        ("GET", "/schemas/ids/99", 404, 40403),
        ("GET", "/schemas/ids/99999999999999999999999", 404, 404),
        ("GET", "/schemas/ids/x", 404, 404),
        ("GET", "/schemas/guids/x", 404, 40403),
        ("GET", "/config/orders", 404, 40408),
        ("GET", "/mode/orders", 404, 40409),
        ("DELETE", "/subjects/nobody", 404, 40401),
        ("DELETE", "/config/orders", 404, 40401),
        ("DELETE", "/subjects/orders?permanent=true", 404, 40405),
        ("GET", "/nothing", 404, 404),
        ("PATCH", "/subjects", 405, 405),
        ("POST", "/subjects", 405, 405),
        ("GET", "/subjects?limit=x", 404, 404),
    ],
)
def test_what_is_not_there_has_its_number(
    http: httpx.Client, method: str, path: str, status: int, error_code: int
) -> None:
    register(http, "orders", ORDER)
    refused(http.request(method, path), status, error_code)


@pytest.mark.parametrize(
    ("content", "status", "error_code"),
    [
        (b"", 422, 422),
        (b"null", 422, 422),
        (b"{}", 422, 42201),
        (b"{", 400, 400),
        (b"\xff", 400, 400),
        (b"[" * 100_000, 400, 400),
        (b"[]", 400, 400),
        (b"1", 400, 400),
        (b'{"schema":1}', 400, 400),
        (b'{"schema":"\\"string\\"","id":2147483648}', 400, 400),
        (b'{"schema":"\\"string\\"","version":9223372036854775808}', 400, 400),
        (b'{"schema":"\\ud800"}', 400, 400),
        (b'{"schema":""}', 422, 42201),
        (b'{"schema":"nonsense"}', 422, 42201),
        (b'{"schema":"\\"string\\"","schemaType":"XML"}', 422, 42201),
        (b'{"schema":"\\"string\\"","references":[{}]}', 422, 42201),
        (b'{"schema":"\\"string\\"","id":5}', 422, 42205),
        (b'{"schema":"\\"string\\"","version":5}', 422, 42201),
        (b'{"schema":"\\"string\\"","ruleSet":{"domainRules":[{"name":"r"}]}}', 422, 42210),
    ],
)
def test_bad_bodies_have_their_numbers(
    http: httpx.Client, content: bytes, status: int, error_code: int
) -> None:
    answer = http.post("/subjects/a/versions", content=content, headers={"content-type": V1})
    refused(answer, status, error_code)
    assert http.get("/subjects").json() == []


def test_incompatible_schema_conflicts(http: httpx.Client) -> None:
    register(http, "orders", ORDER)
    answer = http.post(
        "/subjects/orders/versions", json={"schema": record("Order", "id", "customer")}
    )
    refused(answer, 409, 409)
    assert answer.json()["message"].startswith(
        "Schema being registered is incompatible with an earlier schema"
    )


@pytest.mark.parametrize("subject", ["a/b", "a b", "ü", "a%2Fb", ":.c:a/b", "versions", "latest"])
def test_subjects_may_have_any_name(http: httpx.Client, subject: str) -> None:
    register(http, subject, ORDER)
    assert http.get("/subjects").json() == [subject]
    quoted = quote(subject, safe="")
    assert http.get(f"/subjects/{quoted}/versions/latest").json()["subject"] == subject
    assert http.delete(f"/subjects/{quoted}").json() == [1]


def test_subjects_without_a_name_are_refused(http: httpx.Client) -> None:
    for path in ("/subjects//versions", "/subjects/:*:a/versions", "/subjects/:.c:/versions"):
        refused(http.post(path, json={"schema": ORDER}), 422, 42208)


def test_media_types_are_negotiated(http: httpx.Client) -> None:
    answer = http.get("/subjects")
    assert answer.headers["content-type"] == V1
    answer = http.get("/subjects", headers={"accept": "application/json"})
    assert answer.headers["content-type"] == "application/json"
    refused(http.get("/subjects", headers={"accept": "text/html"}), 406, 406)
    path, body = "/subjects/a/versions", json.dumps({"schema": ORDER})
    refused(http.post(path, content=body, headers={"content-type": "text/xml"}), 415, 415)
    for media_type in (V1, "application/octet-stream", "application/json; charset=utf-8"):
        answer = http.post(path, content=body, headers={"content-type": media_type})
        assert answer.json()["id"] == 1
    utf_16 = {"content-type": f"{V1}; charset=utf-16"}
    assert http.post(path, content=body.encode("utf-16"), headers=utf_16).json()["id"] == 1


def test_metadata_finds_the_latest_version_that_has_it(http: httpx.Client) -> None:
    register(http, "a", ORDER, metadata={"properties": {"major": "1"}})
    register(http, "a", ORDER_2, metadata={"properties": {"major": "2"}})
    found = http.get("/subjects/a/metadata", params={"key": "major", "value": "1"})
    assert found.json()["version"] == 1
    refused(http.get("/subjects/a/metadata?key=major&value=3"), 404, 40403)


def test_rules_make_a_derived_version(http: httpx.Client) -> None:
    register(http, "a", ORDER)
    rule = {"name": "r", "kind": "CONDITION", "mode": "WRITE", "type": "CEL", "disabled": False}
    rules = {"domainRules": [rule]}
    done = http.post("/subjects/a/versions/latest/tags", json={"rulesToMerge": rules}).json()
    assert (done["version"], done["ruleSet"]) == (2, rules)
    done = http.post("/subjects/a/versions/2/tags", json={"rulesToRemove": ["r"]}).json()
    assert done["version"] == 3


def test_references_are_listed_and_protect(http: httpx.Client) -> None:
    register(http, "users", record("User", "name"))
    text = '{"type":"record","name":"Order","fields":[{"name":"by","type":"User"}]}'
    reference = {"name": "User", "subject": "users", "version": 1}
    done = register(http, "orders", text, references=[reference])
    assert done["references"] == [reference]
    assert http.get("/subjects/users/versions/1/referencedby").json() == [2]
    refused(http.delete("/subjects/users"), 422, 42206)
