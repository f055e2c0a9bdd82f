"""A subject that stands for another one, in every request."""

from typing import Any

import httpx
import pytest

from tests.registry.api.test_subjects import ORDER, ORDER_2, refused, register


def alias(http: httpx.Client, subject: str, meant: str) -> None:
    assert http.put(f"/config/{subject}", json={"alias": meant}).status_code == 200


@pytest.fixture
def orders(http: httpx.Client) -> httpx.Client:
    """`o` stands for `orders`, which has a version."""
    register(http, "orders", ORDER)
    alias(http, "o", "orders")
    return http


@pytest.mark.parametrize(
    "path",
    [
        "/subjects/o/versions",
        "/subjects/o/versions/latest",
        "/subjects/o/versions/1/schema",
        "/subjects/o/versions/1/referencedby",
        "/associations/subjects/o",
    ],
)
def test_alias_is_followed_in_what_is_read(orders: httpx.Client, path: str) -> None:
    answer = orders.get(path)
    assert answer.status_code == 200
    assert answer.content == orders.get(path.replace("s/o", "s/orders", 1)).content


def test_alias_is_followed_in_what_is_asked_with_a_schema(orders: httpx.Client) -> None:
    body = {"schema": ORDER}
    assert orders.post("/subjects/o", json=body).json()["subject"] == "orders"
    for path in ("", "/latest"):
        answer = orders.post(f"/compatibility/subjects/o/versions{path}", json=body)
        assert answer.json() == {"is_compatible": True}
    explained = orders.post("/odradek/v1/compatibility/subjects/o/versions", json=body)
    assert explained.json()["is_compatible"] is True


def test_alias_is_followed_in_what_is_written(orders: httpx.Client) -> None:
    assert register(orders, "o", ORDER_2)["version"] == 2
    assert orders.post("/subjects/o/versions/1/tags", json={}).json()["version"] == 3
    assert orders.get("/subjects").json() == ["orders"]
    assert orders.delete("/subjects/o/versions/1").json() == 1
    assert orders.delete("/subjects/o").json() == [2, 3]
    assert orders.get("/subjects").json() == []


def test_config_and_mode_of_an_alias_are_its_own(orders: httpx.Client) -> None:
    assert orders.get("/config/o").json()["alias"] == "orders"
    orders.put("/mode/o", json={"mode": "READONLY"})
    refused(orders.get("/mode/orders"), 404, 40409)
    assert register(orders, "o", ORDER_2)["version"] == 2
    orders.put("/mode/o", json={"mode": "READWRITE"})
    assert orders.delete("/config/o").status_code == 200
    refused(orders.get("/subjects/o/versions"), 404, 40401)


def test_alias_tells_the_context_of_an_id(orders: httpx.Client) -> None:
    register(orders, ":.c:orders", ORDER_2)
    alias(orders, "elsewhere", ":.c:orders")
    assert orders.get("/schemas/ids/1?subject=o").json()["schema"] == ORDER
    assert orders.get("/schemas/ids/1?subject=elsewhere").json()["schema"] == ORDER_2
    assert orders.get("/schemas/ids/1/schema?subject=elsewhere").text == ORDER_2
    subjects = orders.get("/schemas/ids/1/subjects?subject=elsewhere").json()
    assert subjects == [":.c:orders"]


def test_alias_is_of_its_own_context_unless_it_names_one(orders: httpx.Client) -> None:
    register(orders, ":.c:orders", ORDER_2)
    alias(orders, ":.c:o", "orders")
    assert orders.get("/subjects/:.c:o/versions/1/schema").text == ORDER_2
    assert orders.get("/contexts/.c/subjects/o/versions/1/schema").text == ORDER_2
    assert orders.get("/subjects/:.:o/versions/1/schema").text == ORDER
    alias(orders, ":.c:back", ":.:orders")
    assert orders.get("/subjects/:.c:back/versions/1/schema").text == ORDER


def test_alias_is_followed_once(orders: httpx.Client) -> None:
    alias(orders, "oo", "o")
    refused(orders.get("/subjects/oo/versions"), 404, 40401)
    alias(orders, "orders", "orders")
    assert orders.get("/subjects/orders/versions").json() == [1]
    alias(orders, "orders", "")
    assert orders.get("/subjects/orders/versions").json() == [1]


def test_alias_of_all_is_nobodys(orders: httpx.Client) -> None:
    orders.put("/config", json={"alias": "orders"})
    refused(orders.get("/subjects/others/versions"), 404, 40401)


def test_subject_may_be_called_subjects(http: httpx.Client) -> None:
    register(http, "subjects", ORDER)
    alias(http, "versions", "subjects")
    assert http.get("/subjects/subjects/versions").json() == [1]
    assert http.get("/subjects/versions/versions").json() == [1]


def test_association_is_with_what_an_alias_stands_for(orders: httpx.Client) -> None:
    body: dict[str, Any] = {
        "resourceName": "orders",
        "resourceNamespace": "lkc",
        "resourceId": "id",
        "associations": [{"subject": "o", "associationType": "value"}],
    }
    done = orders.post("/associations", json=body).json()
    assert done["associations"][0]["subject"] == "orders"


def listed(http: httpx.Client, prefix: str) -> list[tuple[str, list[str]]]:
    parameters = {"subjectPrefix": prefix, "aliases": "true"}
    found = http.get("/schemas", params=parameters).json()
    return [(each["subject"], each.get("aliases", [])) for each in found]


def test_lists_tell_aliases_and_what_they_stand_for(orders: httpx.Client) -> None:
    register(orders, ":.c:orders", ORDER_2)
    alias(orders, ":.c:o", "orders")
    alias(orders, "far", ":.c:orders")
    alias(orders, "older", "orders")
    assert listed(orders, "") == [(":.c:orders", ["far"]), ("orders", ["o", "older"])]
    assert listed(orders, "o") == [("orders", ["o", "older"])]
    assert listed(orders, "ol") == [("orders", ["older"])]
    assert listed(orders, "orders") == [("orders", [])]
    assert listed(orders, ":.c:") == [(":.c:orders", [":.c:o"])]
    assert listed(orders, ":*:f") == [(":.c:orders", ["far"])]
    assert "aliases" not in orders.get("/schemas").json()[0]
