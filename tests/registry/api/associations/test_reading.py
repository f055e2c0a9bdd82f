"""GET /associations and :batchGet: what is told of associations, and to whom."""

from typing import Any

import httpx
import pytest

from tests.registry.api.test_subjects import refused, register

ORDER = '{"type":"record","name":"Order","fields":[]}'
OWN = ":.lkc-1:copies-value"


def topic(name: str, id: str, *associations: dict[str, Any]) -> dict[str, Any]:
    return {
        "resourceName": name,
        "resourceNamespace": "lkc-1",
        "resourceId": id,
        "associations": list(associations),
    }


@pytest.fixture
def topics(http: httpx.Client) -> httpx.Client:
    """A topic with a subject that others may use, and one with a subject of its own."""
    register(http, "orders", ORDER)
    for body in (
        topic("orders", "id-1", {"subject": "orders"}),
        topic("copies", "id-2", {"schema": {"schema": ORDER}}),
    ):
        assert http.post("/associations", json=body).status_code == 200
    return http


def test_lists_tell_everything_but_what_follows(topics: httpx.Client) -> None:
    [found] = topics.get("/associations/resources/id-2").json()
    assert len(found.pop("guid")) == 36
    assert found.pop("createTs") == found.pop("updateTs") > 0
    assert found == {
        "subject": OWN,
        "resourceName": "copies",
        "resourceNamespace": "lkc-1",
        "resourceId": "id-2",
        "resourceType": "topic",
        "associationType": "value",
        "lifecycle": "STRONG",
    }
    assert topics.get(f"/associations/subjects/{OWN}").json()[0]["resourceId"] == "id-2"
    in_context = topics.get("/contexts/.lkc-1/associations/subjects/copies-value").json()
    assert in_context[0]["resourceId"] == "id-2"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("lkc-1/orders", ["orders"]),
        ("-/orders", ["orders"]),
        ("lkc-1/-", ["copies", "orders"]),
        ("-/-?limit=1", ["copies"]),
        ("-/-?offset=1", ["orders"]),
        ("-/-?lifecycle=WEAK", ["orders"]),
        ("-/-?associationType=key&associationType=value", ["copies", "orders"]),
        ("-/-?associationType=key", []),
        ("-/-?resourceType=table", []),
        ("other/orders", []),
    ],
)
def test_lists_are_filtered(topics: httpx.Client, query: str, names: list[str]) -> None:
    found = topics.get(f"/associations/resources/{query}").json()
    assert [each["resourceName"] for each in found] == names


def test_unknown_lifecycle_is_not_found(topics: httpx.Client) -> None:
    refused(topics.get("/associations/resources/-/-?lifecycle=LONG"), 404, 404)
    refused(topics.get("/schemas?lifecycle=LONG"), 404, 404)


def test_schemas_are_listed_with_their_associations(topics: httpx.Client) -> None:
    register(topics, "lonely", ORDER)
    listed = topics.get("/schemas?subjectPrefix=:*:&lifecycle=STRONG&lifecycle=NONE").json()
    assert [each["subject"] for each in listed] == [OWN, "lonely"]
    [association] = listed[0]["associations"]
    assert (association["resourceId"], "frozen" in association) == ("id-2", False)
    assert "associations" not in listed[1]


def test_several_topics_are_told_at_once(topics: httpx.Client) -> None:
    questions = [
        {"resourceId": "id-1"},
        {"resourceName": "copies", "resourceNamespace": "lkc-1", "lifecycle": "STRONG"},
        {"resourceId": "id-1", "associationTypes": ["key"]},
        {"resourceId": "nobody"},
    ]
    answer = topics.post("/associations:batchGet", json={"requests": questions})
    assert answer.status_code == 207
    first, second, third, fourth = (each["result"] for each in answer.json()["results"])
    assert first == {
        "resourceName": "orders",
        "resourceNamespace": "lkc-1",
        "resourceId": "id-1",
        "resourceType": "topic",
        "associations": [
            {"subject": "orders", "associationType": "value", "lifecycle": "WEAK"},
        ],
    }
    assert (second["resourceId"], len(second["associations"])) == ("id-2", 1)
    assert third == {"resourceId": "id-1", "resourceType": "topic"}
    assert fourth == {"resourceId": "nobody", "resourceType": "topic"}


def test_schemas_are_told_if_asked_for(topics: httpx.Client) -> None:
    body = {"requests": [{"resourceId": "id-2"}]}
    answer = topics.post("/associations:batchGet?includeSchemas=true", json=body).json()
    schema = answer["results"][0]["result"]["associations"][0]["schema"]
    assert (schema["subject"], schema["version"], schema["schema"]) == (OWN, 1, ORDER)


def test_question_that_names_no_topic_fails_alone(topics: httpx.Client) -> None:
    other = {**topic("orders", "id-9", {"subject": "orders"}), "resourceNamespace": "lkc-2"}
    topics.post("/associations", json=other).raise_for_status()
    questions = [
        {},
        {"resourceName": "orders"},
        {"resourceName": "orders", "resourceNamespace": "-"},
        {"resourceId": "id-1"},
    ]
    answer = topics.post("/associations:batchGet", json={"requests": questions}).json()
    codes = [each.get("error", {}).get("error_code") for each in answer["results"]]
    assert codes == [42212, 42212, 42212, None]
    assert "id-1, id-9" in answer["results"][2]["error"]["message"]


def test_batch_of_nothing_is_refused(http: httpx.Client) -> None:
    for path in ("/associations:batchGet", "/associations:batchMutate"):
        refused(http.post(path, json={"requests": []}), 422, 42212)
        refused(http.post(path, json={}), 422, 42212)


def test_openapi_document_tells_the_status_of_a_batch(http: httpx.Client) -> None:
    paths = http.get("/openapi.json").json()["paths"]
    for path in ("/associations:batchGet", "/associations:batchMutate"):
        responses = paths[path]["post"]["responses"]
        assert ("207" in responses, "200" in responses) == (True, False)
