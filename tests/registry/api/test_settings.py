"""/config, /mode and /contexts."""

import httpx
import pytest

from tests.registry.api.test_subjects import ORDER, refused, register


def test_config_is_put_under_one_name_and_got_under_another(http: httpx.Client) -> None:
    assert http.get("/config").json() == {"compatibilityLevel": "BACKWARD"}
    put = http.put("/config", json={"compatibility": "FULL"})
    assert put.json() == {"compatibility": "FULL"}
    assert http.get("/config").json() == {"compatibilityLevel": "FULL"}
    put = http.put("/config/a", json={"compatibility": "NONE", "normalize": True})
    assert put.json() == {"compatibility": "NONE", "normalize": True}
    assert http.get("/config/a").json() == {"compatibilityLevel": "NONE", "normalize": True}
    assert http.delete("/config/a").json()["compatibilityLevel"] == "NONE"
    refused(http.get("/config/a"), 404, 40408)
    answer = http.get("/config/a", params={"defaultToGlobal": "true"})
    assert answer.json() == {"compatibilityLevel": "FULL"}
    assert http.delete("/config").json() == {"compatibilityLevel": "FULL"}


@pytest.mark.parametrize(
    ("body", "status", "error_code"),
    [
        ({"compatibility": "SOMETIMES"}, 422, 42203),
        ({"compatibility": 1}, 400, 400),
        ({"normalize": "yes"}, 400, 400),
        ({"defaultRuleSet": {"domainRules": [{"name": ""}]}}, 422, 42210),
    ],
)
def test_bad_configs_have_their_numbers(
    http: httpx.Client, body: dict[str, object], status: int, error_code: int
) -> None:
    refused(http.put("/config", json=body), status, error_code)


def test_mode_is_put_and_taken_away(http: httpx.Client) -> None:
    assert http.get("/mode").json() == {"mode": "READWRITE"}
    assert http.put("/mode/a", json={"mode": "READONLY"}).json() == {"mode": "READONLY"}
    assert http.get("/mode/a").json() == {"mode": "READONLY"}
    refused(http.post("/subjects/a/versions", json={"schema": ORDER}), 422, 42205)
    assert http.delete("/mode/a").json() == {"mode": "READONLY"}
    refused(http.get("/mode/a"), 404, 40409)
    assert http.get("/mode/a?defaultToGlobal=true").json() == {"mode": "READWRITE"}
    refused(http.put("/mode", json={"mode": "SLOW"}), 422, 42204)


def test_import_keeps_ids(http: httpx.Client) -> None:
    http.put("/mode/a", json={"mode": "IMPORT"})
    done = register(http, "a", ORDER, id=40, version=4)
    assert (done["id"], done["version"]) == (40, 4)
    assert register(http, "b", '"string"')["id"] == 41


def test_contexts_are_listed_and_deleted(http: httpx.Client) -> None:
    assert http.get("/contexts").json() == ["."]
    register(http, ":.c:a", ORDER)
    assert http.get("/contexts").json() == [".", ".c"]
    refused(http.delete("/contexts/.c"), 422, 42211)
    http.delete("/subjects/:.c:a")
    http.delete("/subjects/:.c:a?permanent=true")
    assert http.delete("/contexts/.c").status_code == 204
    assert http.get("/contexts").json() == ["."]


def test_paths_may_begin_with_a_context(http: httpx.Client) -> None:
    done = http.post("/contexts/.c/subjects/a/versions", json={"schema": ORDER}).json()
    assert done["id"] == 1
    register(http, "a", '"string"')
    assert http.get("/contexts/.c/subjects").json() == [":.c:a"]
    assert http.get("/contexts/.c/schemas/ids/1").json()["schema"] == ORDER
    assert http.get("/schemas/ids/1").json()["schema"] == '"string"'
    http.put("/contexts/.c/config", json={"compatibility": "NONE"})
    assert http.get("/config/:.c:").json() == {"compatibilityLevel": "NONE"}
    http.put("/contexts/.c/config/a", json={"compatibility": "FULL"})
    assert http.get("/config/:.c:a").json() == {"compatibilityLevel": "FULL"}
    answer = http.post("/contexts/c/compatibility/subjects/a/versions", json={"schema": '"int"'})
    assert answer.json() == {"is_compatible": False}
    assert http.get("/contexts/:.c:/mode").status_code == 404
    assert http.get("/contexts/:.:/subjects").json() == ["a"]


def test_subject_of_another_context_is_found_without_naming_it(http: httpx.Client) -> None:
    register(http, ":.c:a", ORDER)
    assert http.get("/subjects/a/versions/latest").json()["subject"] == ":.c:a"
    assert http.post("/subjects/a", json={"schema": ORDER}).json()["subject"] == ":.c:a"
    assert http.get("/schemas/ids/1?subject=a").json()["schema"] == ORDER
    refused(http.get("/schemas/ids/1"), 404, 40403)
