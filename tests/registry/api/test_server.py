"""What the server says of itself, who may ask, and how much."""

import ssl
from pathlib import Path

import httpx
import pytest

import odradek
from odradek.testing import EphemeralRegistry
from tests.registry.api.chance import requests_by_chance
from tests.registry.api.test_subjects import ORDER, refused, register
from tests.registry.certificates import write_certificate


def test_clients_find_out_what_this_is(http: httpx.Client) -> None:
    assert http.get("/").json() == {}
    assert http.get("/schemas/types").json() == ["JSON", "PROTOBUF", "AVRO"]
    assert http.get("/v1/metadata/version").json()["version"] == odradek.__version__
    assert http.get("/v1/metadata/id").json()["scope"]["clusters"]["kafka-cluster"] == "memory"
    assert http.get("/master_available").json() == {"master_available": True}
    assert http.get("/_health").json()["healthy"] is True


def test_health_and_metrics_are_served(http: httpx.Client) -> None:
    register(http, "a", ORDER)
    assert http.get("/livez").text == "ok\n"
    for path in ("/", "/livez", "/readyz", "/metrics", "/master_available", "/_health"):
        assert http.get(path, headers={"accept": "text/plain"}).status_code == 200
    assert http.get("/readyz").text == "ready\n"
    lines = http.get("/metrics").text.splitlines()
    assert "odradek_registry_schemas 1" in lines
    assert "odradek_registry_is_writer 1" in lines
    counted = 'odradek_http_requests_total{method="POST",route="/subjects/{subject}/versions"'
    assert any(line.startswith(f'{counted},status="200"}} ') for line in lines)


def test_newest_python_client_asks_for_associations_first(http: httpx.Client) -> None:
    answer = http.get("/associations/resources/-/orders?resourceType=topic&associationType=value")
    assert (answer.status_code, answer.json()) == (200, [])


def test_openapi_document_has_every_route(http: httpx.Client) -> None:
    document = http.get("/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    operations = [each for path in document["paths"].values() for each in path.values()]
    assert len({each["operationId"] for each in operations}) == len(operations) > 50
    register_operation = document["paths"]["/subjects/{subject}/versions"]["post"]
    assert {"normalize", "subject"} <= {each["name"] for each in register_operation["parameters"]}
    assert "409" in register_operation["responses"]


def test_body_has_a_largest_size() -> None:
    settings = {"request.bytes.max": 2_000, "schema.bytes.max": 1_000}
    with (
        EphemeralRegistry(settings=settings) as registry,
        httpx.Client(base_url=registry.url) as http,
    ):
        answer = http.post("/subjects/a/versions", json={"schema": "x" * 3_000})
        refused(answer, 413, 413)
        answer = http.post("/subjects/a/versions", json={"schema": '"' + "x" * 1_500 + '"'})
        refused(answer, 422, 42209)


def test_passwords_are_asked_for(tmp_path: Path) -> None:
    users = tmp_path / "users"
    users.write_text("anna:secret\n")
    settings = {"authentication.users.file": users}
    with (
        EphemeralRegistry(settings=settings) as registry,
        httpx.Client(base_url=registry.url) as http,
    ):
        answer = http.get("/subjects")
        refused(answer, 401, 401)
        assert answer.headers["www-authenticate"].startswith("Basic")
        assert http.get("/subjects", auth=("anna", "wrong")).status_code == 401
        assert http.get("/subjects", auth=("anna", "secret")).json() == []
        for path in ("/livez", "/schemas/types"):
            assert http.get(path).status_code == 200


def test_bug_is_an_error_without_its_stack(
    registry: EphemeralRegistry, http: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry.service.registry, "view", None)
    answer = http.get("/subjects")
    refused(answer, 500, 500)
    assert "NoneType" not in answer.text


def test_https_is_served_with_a_certificate(tmp_path: Path) -> None:
    certificate, key = write_certificate(tmp_path)
    settings = {"ssl.certificate.location": certificate, "ssl.key.location": key}
    trust = ssl.create_default_context(cafile=str(certificate))
    with EphemeralRegistry(settings=settings) as registry:
        assert registry.url.startswith("https://127.0.0.1:")
        with httpx.Client(base_url=registry.url, verify=trust) as http:
            assert register(http, "a", ORDER) == {"id": 1}


@pytest.mark.parametrize("seed_of_requests", range(3))
def test_no_request_is_a_bug_of_the_server(http: httpx.Client, seed_of_requests: int) -> None:
    for method, path, body in requests_by_chance(seed_of_requests, 100):
        answer = http.request(method, path, content=body)
        assert answer.status_code < 500, (method, path, body, answer.text)
        if answer.status_code >= 400:
            assert set(answer.json()) == {"error_code", "message"}
