"""POST, PUT and DELETE of associations, one topic or several."""

from typing import Any

import httpx
import pytest

from tests.registry.api.test_subjects import refused, register

ORDER = '{"type":"record","name":"Order","fields":[]}'
ORDER_2 = '{"type":"record","name":"Order","fields":[{"name":"n","type":"int","default":0}]}'
OWN = ":.lkc-1:orders-value"


def topic(*associations: dict[str, Any], name: str = "orders", id: str = "id-1") -> dict[str, Any]:
    return {
        "resourceName": name,
        "resourceNamespace": "lkc-1",
        "resourceId": id,
        "associations": list(associations),
    }


def own(text: str = ORDER, **given: Any) -> dict[str, Any]:
    return {"schema": {"schema": text}, **given}


@pytest.fixture
def orders(http: httpx.Client) -> httpx.Client:
    """A registry with the subject orders."""
    register(http, "orders", ORDER)
    return http


def test_creation_tells_what_was_made_and_registered(orders: httpx.Client) -> None:
    answer = orders.post("/associations", json=topic(own()))
    [made] = answer.json().pop("associations")
    schema = made.pop("schema")
    assert made == {"subject": OWN, "associationType": "value", "lifecycle": "STRONG"}
    assert (schema["subject"], schema["version"], schema["id"]) == (OWN, 1, 1)
    assert schema["schema"] == ORDER
    assert len(schema["guid"]) == 36
    assert "ts" not in schema


def test_creation_that_is_repeated_tells_nothing_new(orders: httpx.Client) -> None:
    body = topic({"subject": "orders"})
    made = orders.post("/associations", json=body).json()
    assert len(made.pop("associations")) == 1
    again = orders.post("/associations", json=body)
    assert (again.status_code, again.json()) == (200, made)


def test_dry_run_needs_no_id_and_writes_nothing(orders: httpx.Client) -> None:
    body = {**topic(own()), "resourceId": None}
    answer = orders.post("/associations?dryRun=true", json=body)
    assert answer.json() == {
        "resourceName": "orders",
        "resourceNamespace": "lkc-1",
        "resourceType": "topic",
    }
    assert orders.get("/subjects").json() == ["orders"]
    refused(orders.post("/associations", json=body), 422, 42212)
    nobody = topic({"subject": "nobody"})
    refused(orders.post("/associations?dryRun=true", json=nobody), 409, 40907)


def test_path_of_an_upsert_names_the_topic(orders: httpx.Client) -> None:
    body = {**topic({"subject": "orders"}), "resourceId": None}
    made = orders.put("/associations/resources/id-7", json=body).json()
    assert (made["resourceId"], len(made["associations"])) == ("id-7", 1)
    other = topic({"subject": "orders"}, id="id-8")
    refused(orders.put("/associations/resources/id-7", json=other), 422, 42212)


def test_upsert_brings_new_schemas_of_an_own_subject(orders: httpx.Client) -> None:
    orders.post("/associations", json=topic(own())).raise_for_status()
    changed = orders.put("/associations/resources/id-1", json=topic(own(ORDER_2)))
    assert (changed.status_code, "associations" in changed.json()) == (200, False)
    assert orders.get(f"/subjects/{OWN}/versions").json() == [1, 2]


def test_tags_of_an_inline_schema_are_written_into_it(orders: httpx.Client) -> None:
    entity = {"entityPath": "Order", "entityType": "sr_record"}
    schema = {"schema": ORDER, "schemaTagsToAdd": [{"schemaEntity": entity, "tags": ["PII"]}]}
    body = topic({"schema": schema})
    orders.post("/associations", json=body).raise_for_status()
    assert '"confluent:tags":["PII"]' in orders.get(f"/subjects/{OWN}/versions/1").json()["schema"]
    assert orders.post("/associations", json=body).status_code == 200
    assert orders.get(f"/subjects/{OWN}/versions").json() == [1], "repeated, it is no version more"


@pytest.mark.parametrize("path", ["/contexts/.c/associations", "/associations?context=:.c:"])
def test_subjects_are_of_the_context_of_the_request(http: httpx.Client, path: str) -> None:
    register(http, ":.c:orders", ORDER)
    made = http.post(path, json=topic({"subject": "orders"})).json()
    assert made["associations"][0]["subject"] == ":.c:orders"


def test_deletion_with_cascade_takes_the_own_subject_along(orders: httpx.Client) -> None:
    orders.post("/associations", json=topic(own())).raise_for_status()
    path = "/associations/resources/id-1"
    refused(orders.delete(path), 409, 40908)
    refused(orders.delete(f"/subjects/{OWN}"), 409, 40904)
    assert orders.delete(f"{path}?cascadeLifecycle=true&dryRun=true").status_code == 204
    refused(orders.delete(f"{path}?cascadeLifecycle=true&associationType=key"), 404, 40410)
    assert orders.delete(f"{path}?cascadeLifecycle=true").status_code == 204
    assert orders.get("/subjects?deleted=true").json() == ["orders"]
    refused(orders.delete(path), 404, 40410)


def test_deletion_of_a_type_leaves_the_other(orders: httpx.Client) -> None:
    both = topic({"subject": "orders"}, {"subject": "orders", "associationType": "key"})
    orders.post("/associations", json=both).raise_for_status()
    assert orders.delete("/associations/resources/id-1?associationType=key").status_code == 204
    [left] = orders.get("/associations/resources/id-1").json()
    assert left["associationType"] == "value"


def test_requests_of_a_batch_succeed_or_fail_by_themselves_and_in_order(
    orders: httpx.Client,
) -> None:
    requests = [
        topic({"opType": "CREATE", **own()}),
        topic({"opType": "UPSERT", **own(ORDER_2)}),
        topic({"opType": "CREATE", **own("nonsense")}, name="broken", id="id-2"),
        topic({"opType": "CREATE", "subject": OWN}, name="copies", id="id-3"),
        topic({"opType": "UPSERT", "subject": "orders"}, name="others", id="id-4"),
        topic({"opType": "DELETE", "cascadeLifecycle": True}),
    ]
    answer = orders.post("/associations:batchMutate", json={"requests": requests})
    assert answer.status_code == 207
    results = answer.json()["results"]
    codes = [each.get("error", {}).get("error_code") for each in results]
    assert codes == [None, None, 42201, 40905, None, None]
    assert results[0]["result"]["associations"][0]["schema"]["version"] == 1
    assert results[1]["result"]["associations"] == [
        {"subject": OWN, "associationType": "value", "lifecycle": "STRONG"}
    ]
    assert "associations" not in results[5]["result"]
    assert orders.get("/subjects?deleted=true").json() == ["orders"]
    assert len(orders.get("/associations/subjects/orders").json()) == 1


def test_error_of_a_batch_leaves_what_was_changed_before_it(orders: httpx.Client) -> None:
    key = {"opType": "CREATE", "subject": "orders", "associationType": "key"}
    request = topic(key, {"opType": "UPSERT", "subject": "nobody"})
    answer = orders.post("/associations:batchMutate", json={"requests": [request]}).json()
    assert answer["results"][0]["error"]["error_code"] == 40907
    [left] = orders.get("/associations/resources/id-1").json()
    assert left["associationType"] == "key"


def test_dry_run_of_a_batch_writes_nothing(orders: httpx.Client) -> None:
    requests = [topic({"opType": "CREATE", **own()}), topic({"opType": "DELETE"}, id="id-2")]
    path = "/associations:batchMutate?dryRun=true"
    results = orders.post(path, json={"requests": requests}).json()["results"]
    assert ["associations" in each["result"] for each in results] == [False, False]
    assert orders.get("/subjects").json() == ["orders"]


@pytest.mark.parametrize(
    "body",
    [
        topic({"subject": "orders", "lifecycle": "LONG"}),
        topic({"subject": 1}),
        {**topic(), "associations": {}},
        [],
    ],
)
def test_body_of_another_shape_is_refused(http: httpx.Client, body: object) -> None:
    answer = http.post("/associations", json=body)
    assert answer.status_code in (400, 422)
    batch = http.post("/associations:batchMutate", json={"requests": [body]})
    assert batch.status_code in (400, 422)
