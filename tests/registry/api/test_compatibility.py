"""Comparing, and explaining."""

import httpx

from tests.registry.api.test_subjects import ORDER, ORDER_2, refused, register
from tests.registry.world import record

NEEDS_MORE = record("Order", "id", "customer")


def test_schema_is_compared_with_a_version(http: httpx.Client) -> None:
    register(http, "a", ORDER)
    path = "/compatibility/subjects/a/versions/latest"
    assert http.post(path, json={"schema": ORDER_2}).json() == {"is_compatible": True}
    assert http.post(path, json={"schema": NEEDS_MORE}).json() == {"is_compatible": False}


def test_verbose_says_why(http: httpx.Client) -> None:
    register(http, "a", ORDER)
    path = "/compatibility/subjects/a/versions?verbose=true"
    assert http.post(path, json={"schema": ORDER_2}).json()["messages"] == []
    messages = http.post(path, json={"schema": NEEDS_MORE}).json()["messages"]
    assert messages[0].startswith("{errorType:'READER_FIELD_MISSING_DEFAULT_VALUE'")
    assert messages[1:] == [
        "{oldSchemaVersion: 1}",
        "{oldSchema: '" + ORDER + "'}",
        "{validateFields: 'false', compatibility: 'BACKWARD'}",
    ]


def test_kinds_are_quoted_as_each_format_quotes_them(http: httpx.Client) -> None:
    first = {"schema": '{"type": "string"}', "schemaType": "JSON"}
    http.post("/subjects/j/versions", json=first)
    path = "/compatibility/subjects/j/versions?verbose=true"
    other = {"schema": '{"type": "integer"}', "schemaType": "JSON"}
    messages = http.post(path, json=other).json()["messages"]
    assert messages[0].startswith('{errorType:"TYPE_CHANGED", description:"')


def test_the_newest_version_that_does_not_fit_is_explained_first_for_its_consumers(
    http: httpx.Client,
) -> None:
    http.put("/config/a", json={"compatibility": "NONE"})
    for name in ("One", "Two"):
        register(http, "a", record(name, "id"))
    http.put("/config/a", json={"compatibility": "FULL_TRANSITIVE"})
    path = "/compatibility/subjects/a/versions?verbose=true"
    messages = http.post(path, json={"schema": record("Three", "id")}).json()["messages"]
    assert ["the old schema" in each for each in messages[:3]] == [True, False, False]
    assert messages[2:4] == [
        "{oldSchemaVersion: 2}",
        "{oldSchema: '" + record("Two", "id") + "'}",
    ]


def test_a_long_schema_is_shown_in_part(http: httpx.Client) -> None:
    long = record("Order", *(f"field_{number}" for number in range(500)))
    register(http, "a", long)
    path = "/compatibility/subjects/a/versions?verbose=true"
    messages = http.post(path, json={"schema": record("Other", "id")}).json()["messages"]
    assert messages[-2] == "{oldSchema: <truncated> '" + long[:10_240] + "...'}"


def test_missing_subject_is_compatible_with_anything(http: httpx.Client) -> None:
    body = {"schema": ORDER}
    for path in ("versions/latest", "versions"):
        answer = http.post(f"/compatibility/subjects/a/{path}", json=body)
        assert answer.json() == {"is_compatible": True}
    refused(http.post("/compatibility/subjects/a/versions/1", json=body), 404, 40402)


def test_invalid_schema_is_an_error_unless_verbose(http: httpx.Client) -> None:
    path, body = "/compatibility/subjects/a/versions/latest", {"schema": "nonsense"}
    refused(http.post(path, json=body), 422, 42201)
    verdict = http.post(path + "?verbose=true", json=body).json()
    assert verdict["is_compatible"] is False
    assert verdict["messages"][0].startswith("Invalid schema")


def test_all_levels_are_explained_with_a_record_that_proves_it(http: httpx.Client) -> None:
    register(http, "a", ORDER)
    told = http.post(
        "/odradek/v1/compatibility/subjects/a/versions", json={"schema": NEEDS_MORE}
    ).json()
    assert (told["level"], told["is_compatible"]) == ("BACKWARD", False)
    verdicts = {each["level"]: each["is_compatible"] for each in told["levels"]}
    assert [level for level, passes in verdicts.items() if passes] == [
        "NONE",
        "FORWARD",
        "FORWARD_TRANSITIVE",
    ]
    [finding] = next(each for each in told["levels"] if each["level"] == "FULL")["findings"]
    assert (finding["version"], finding["broken"]) == (1, "new consumers")
    assert finding["remedy"]
    assert "id" in finding["witness"]
