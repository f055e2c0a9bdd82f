"""Rules for subjects, as clients meet them."""

import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from odradek.registry.api.application import ROUTES
from odradek.registry.decisions.view import View
from odradek.testing import EphemeralRegistry
from odradek.web.routes import Route
from tests.registry.api.test_subjects import ORDER, refused, register
from tests.registry.world import record

EVERY_ACTION = '["read", "write", "delete", "configure"]'
RULES = f"""
[[allow]]
user = "ops"
may = {EVERY_ACTION}
subjects = [":*:*"]
global = true

[[allow]]
user = "anna"
may = ["write"]
subjects = ["orders-*", ":.c:*"]

[[allow]]
user = "clara"
may = {EVERY_ACTION}
subjects = ["orders-value"]

[[allow]]
anonymous = true
may = ["read"]
subjects = ["public"]
"""
USERS = ("ops", "anna", "boris", "clara")
TELLS_NOTHING = {"/schemas/types", "/v1/metadata/id", "/v1/metadata/version"}
TELLS_NOTHING |= {"/v1/metadata/deployment"}


class Office:
    """A registry with rules, and a client for each of its users; boris has no rule."""

    def __init__(self, registry: EphemeralRegistry, rules: Path) -> None:
        self.rules = rules
        self._registry = registry
        headers = {"Confluent-Accept-Unknown-Properties": "true"}
        self._clients = {
            user: httpx.Client(
                base_url=registry.url,
                headers=headers,
                timeout=60.0,
                auth=(user, "x") if user else None,
            )
            for user in (*USERS, "")
        }

    def __getitem__(self, user: str) -> httpx.Client:
        return self._clients[user]

    def start_over(self) -> None:
        """The rules above, and a schema for each of them."""
        core = self._registry.service.registry
        core.view = View(defaults=core.view.defaults)
        self.rules.write_text(RULES)
        for subject in ("orders-value", "public", "secret", ":.c:a", ":.d:a"):
            register(self["ops"], subject, record(f"R{subject[-1]}", "id"))

    def close(self) -> None:
        for client in self._clients.values():
            client.close()


@pytest.fixture(scope="module")
def shared_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One server for all tests."""
    directory = tmp_path_factory.mktemp("office")
    users, rules = directory / "users", directory / "permissions.toml"
    users.write_text("".join(f"{user}:x\n" for user in USERS))
    rules.write_text(RULES)
    settings = {"authentication.users.file": users, "authorization.permissions.file": rules}
    with EphemeralRegistry(settings=settings) as registry:
        office = Office(registry, rules)
        yield office
        office.close()


@pytest.fixture
def office(shared_office: Office) -> Office:
    """The office as it is at first."""
    shared_office.start_over()
    return shared_office


def denied(answer: httpx.Response) -> None:
    refused(answer, 403, 40301)
    assert answer.json()["message"].startswith("User is denied operation")


def filled(route: Route) -> str:
    names = {"subject": "secret", "version": "1", "id": "3", "context": ".d", "resource": "id-1"}
    return route.path.format(**names, guid="x", namespace="-", name="secret")


SECRET = {"resourceName": "secret", "resourceNamespace": "default", "resourceId": "id-1"}
ASSOCIATED = {**SECRET, "associations": [{"subject": "secret"}]}
DELETED = {**SECRET, "associations": [{"opType": "DELETE", "associationType": "value"}]}
BODIES = {
    "/associations": ASSOCIATED,
    "/associations/resources/{resource}": ASSOCIATED,
    "/associations:batchMutate": {"requests": [DELETED]},
    "/associations:batchGet": {"requests": [{"resourceId": "id-1"}]},
    "/mode": {"mode": "READONLY"},
    "/mode/{subject}": {"mode": "READONLY"},
}


def test_no_route_serves_whoever_has_no_rule(office: Office) -> None:
    office["ops"].post("/associations", json=ASSOCIATED).raise_for_status()
    guid = office["ops"].get("/subjects/secret/versions/1").json()["guid"]
    before = office["ops"].get("/schemas?deleted=true&lifecycle=WEAK").json()
    for route in ROUTES:
        if route.is_open or route.path in TELLS_NOTHING:
            continue
        path = filled(route).replace("guids/x", f"guids/{guid}")
        body = None if route.body is None else {"schema": ORDER, **BODIES.get(route.path, {})}
        answer = office["boris"].request(route.method, path, json=body)
        if answer.status_code in (200, 207):
            is_empty = "secret" not in answer.text
            assert is_empty or '"error_code":40301' in answer.text, (path, answer.text)
        else:
            denied(answer)
    assert office["ops"].get("/schemas?deleted=true&lifecycle=WEAK").json() == before


def test_alias_gives_no_rights_to_what_it_stands_for(office: Office) -> None:
    clara, anna = office["clara"], office["anna"]
    alias = {"alias": "secret"}
    assert clara.put("/config/orders-value", json=alias).status_code == 200
    for denied_one in (clara, anna):
        denied(denied_one.get("/subjects/orders-value/versions"))
        denied(denied_one.post("/subjects/orders-value/versions", json={"schema": ORDER}))
        assert "secret" not in denied_one.get("/schemas?aliases=true").text
    assert office["ops"].get("/subjects/orders-value/versions/1").json()["subject"] == "secret"


def test_lists_show_what_may_be_read(office: Office) -> None:
    anna = office["anna"]
    assert anna.get("/subjects").json() == [":.c:a", "orders-value"]
    listed = anna.get("/schemas", params={"subjectPrefix": ":*:"}).json()
    assert [each["subject"] for each in listed] == [":.c:a", "orders-value"]
    assert anna.get("/contexts").json() == [".", ".c"]
    assert office["boris"].get("/subjects").json() == []
    assert office["ops"].get("/subjects").json() == [
        ":.c:a",
        ":.d:a",
        "orders-value",
        "public",
        "secret",
    ]


def test_writing_includes_reading_and_nothing_else(office: Office) -> None:
    anna = office["anna"]
    assert register(anna, "orders-key", '"string"')["version"] == 1
    assert anna.get("/subjects/orders-key/versions/1").json()["schema"] == '"string"'
    denied(anna.delete("/subjects/orders-key"))
    denied(anna.delete("/subjects/orders-key/versions/1"))
    denied(anna.put("/config/orders-key", json={"compatibility": "NONE"}))
    denied(anna.put("/mode/orders-key", json={"mode": "READONLY"}))
    denied(anna.post("/subjects/secret/versions", json={"schema": ORDER}))
    denied(anna.post("/subjects/nothing", json={"schema": ORDER}))
    denied(anna.post("/subjects/orders-key/versions?force=true", json={"schema": '"int"'}))


def test_clients_with_every_right_on_a_subject_have_none_on_all(office: Office) -> None:
    clara = office["clara"]
    assert clara.put("/config/orders-value", json={"compatibility": "NONE"}).status_code == 200
    assert clara.delete("/subjects/orders-value").json() == [1]
    assert clara.get("/config").status_code == 200
    for path, body in (("/config", {"compatibility": "NONE"}), ("/mode", {"mode": "READONLY"})):
        denied(clara.put(path, json=body))
        denied(clara.put(f"{path}/:.__GLOBAL:", json=body))
        denied(clara.put(f"{path}/:.c:", json=body))
        denied(clara.delete(path))
    assert office["ops"].put("/config", json={"compatibility": "FULL"}).status_code == 200


def test_context_in_the_path_is_no_way_around(office: Office) -> None:
    anna = office["anna"]
    assert anna.get("/contexts/.c/subjects/a/versions/1").status_code == 200
    assert anna.get("/subjects/:.c:a/versions/1").status_code == 200
    for path in ("/contexts/.d/subjects/a/versions/1", "/contexts/.d/config/a", "/mode/:.d:a"):
        denied(anna.get(path))
    denied(anna.get("/subjects/a/versions/1"))
    assert anna.get("/contexts/.d/subjects").json() == []
    denied(anna.get("/subjects/:.:secret/versions/1"))
    denied(anna.get("/contexts/.c/subjects/:.d:a/versions/1"))


def test_subject_found_in_another_context_is_judged_by_its_own_name(office: Office) -> None:
    office.rules.write_text(f'[[allow]]\nuser = "anna"\nmay = {EVERY_ACTION}\nsubjects = ["*"]\n')
    anna = office["anna"]
    denied(anna.get("/subjects/a/versions/1"))
    denied(anna.get("/subjects/a/versions/1/referencedby"))
    denied(anna.post("/subjects/a", json={"schema": record("Ra", "id")}))
    denied(anna.post("/subjects/a/versions/1/tags", json={"metadata": {"properties": {"a": "b"}}}))


def test_schema_is_read_by_id_through_a_subject_that_may_be_read(office: Office) -> None:
    anna, ops = office["anna"], office["ops"]
    shared = register(ops, "secret-too", record("Re", "id"))
    assert shared["id"] == 1
    found = anna.get("/schemas/ids/1").json()
    assert (found["subject"], found["version"]) == ("orders-value", 1)
    assert anna.get("/schemas/ids/1/subjects").json() == ["orders-value"]
    with_subjects = anna.get("/schemas/ids/1", params={"includeSubjects": True}).json()
    assert with_subjects["subjects"] == ["orders-value"]
    assert anna.get("/schemas/ids/1/versions").json() == [{"subject": "orders-value", "version": 1}]
    assert anna.get(f"/schemas/guids/{shared['guid']}").json()["schema"] == record("Re", "id")
    for what in ("", "/schema", "/subjects", "/versions"):
        denied(anna.get(f"/schemas/ids/3{what}"))
    refused(anna.get("/schemas/ids/99"), 404, 40403)


def test_schema_may_refer_only_to_what_its_sender_may_read(office: Office) -> None:
    text = '{"type":"record","name":"O","fields":[{"name":"by","type":"Rt"}]}'
    reference = {"name": "Rt", "subject": "secret", "version": 1}
    body = {"schema": text, "references": [reference]}
    for path in (
        "/subjects/orders-key/versions",
        "/subjects/orders-key",
        "/compatibility/subjects/orders-key/versions",
        "/odradek/v1/compatibility/subjects/orders-key/versions",
    ):
        denied(office["anna"].post(path, json=body))
    assert office["ops"].post("/subjects/orders-key/versions", json=body).status_code == 200
    assert office["ops"].get("/subjects/secret/versions/1/referencedby").json() != []


def test_unknown_callers_have_the_rules_of_anonymous(office: Office) -> None:
    nobody = office[""]
    assert nobody.get("/subjects").json() == ["public"]
    assert nobody.get("/subjects", auth=("anna", "wrong")).status_code == 401


def test_unknown_caller_who_is_denied_is_asked_who_he_is(office: Office) -> None:
    nobody, path = office[""], "/subjects/secret/versions/1"
    answer = nobody.get(path)
    refused(answer, 401, 401)
    assert answer.headers["www-authenticate"] == 'Basic realm="odradek"'
    assert "denied operation Read on Subject: secret" in answer.json()["message"]
    denied(nobody.get(path, auth=("boris", "x")))
    assert nobody.get(path, auth=("ops", "x")).status_code == 200


def test_unknown_caller_is_denied_where_nobody_can_say_who_he_is(tmp_path: Path) -> None:
    (tmp_path / "rules").write_text(RULES)
    settings = {"authorization.permissions.file": tmp_path / "rules"}
    with EphemeralRegistry(settings=settings) as registry:
        denied(httpx.get(f"{registry.url}/subjects/secret/versions/1"))


def test_rules_are_read_anew_without_a_restart(office: Office) -> None:
    denied(office["boris"].get("/subjects/secret/versions/1"))
    rule = '\n[[allow]]\nuser = "boris"\nmay = ["read"]\nsubjects = ["secret"]\n'
    office.rules.write_text(RULES + rule)
    assert office["boris"].get("/subjects/secret/versions/1").status_code == 200
    office.rules.write_text(rule + "nonsense")
    assert office["boris"].get("/subjects/secret/versions/1").status_code == 200
    replacement = office.rules.with_suffix(".new")
    replacement.write_text(RULES)
    os.replace(replacement, office.rules)
    denied(office["boris"].get("/subjects/secret/versions/1"))


def test_associations_are_made_with_subjects_that_may_be_written(office: Office) -> None:
    body = {
        "resourceName": "orders",
        "resourceNamespace": "default",
        "resourceId": "id-1",
        "associations": [{"subject": "secret"}],
    }
    denied(office["anna"].post("/associations", json=body))
    assert office["ops"].post("/associations", json=body).status_code == 200
    assert office["anna"].get("/associations/resources/id-1").json() == []
    denied(office["anna"].delete("/associations/resources/id-1"))
    mine = {"opType": "CREATE", "subject": "orders-value"}
    requests = {
        "requests": [
            {**body, "resourceId": "id-2", "associations": [mine]},
            {**body, "resourceId": "id-3", "associations": [{**mine, "subject": "secret"}]},
        ]
    }
    results = office["anna"].post("/associations:batchMutate", json=requests).json()["results"]
    assert results[0]["result"]["resourceId"] == "id-2"
    assert results[1]["error"]["error_code"] == 40301
