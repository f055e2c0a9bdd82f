"""Writes that one instance passes on to another: the caller's rights, and HTTPS between both."""

import ssl
from pathlib import Path

import httpx

from odradek.testing import EphemeralRegistry
from tests.registry.certificates import write_certificate
from tests.web.authentication.issuer import AUDIENCE, ISSUER, Key, jwks

TIMEOUT_S = 120.0


def rules(file: Path, *users: str) -> Path:
    file.write_text(
        "".join(
            f'[[allow]]\nuser = "{user}"\nmay = ["write"]\nsubjects = ["*"]\n' for user in users
        )
        + '[[allow]]\nclaim = {sub = "robot"}\nmay = ["write"]\nsubjects = ["robots"]\n'
    )
    return file


def test_writer_s_question_for_credentials_reaches_the_client(
    servers: str, settings: dict[str, object], tmp_path: Path
) -> None:
    (tmp_path / "users").write_text("anna:x\n")
    settings |= {"authentication.users.file": tmp_path / "users"}
    strict = rules(tmp_path / "strict", "anna")
    open_to_all = rules(tmp_path / "open", "anna")
    everybody = '[[allow]]\nanonymous = true\nmay = ["write"]\nsubjects = ["*"]\n'
    open_to_all.write_text(open_to_all.read_text() + everybody)
    with (
        EphemeralRegistry(
            servers, settings={**settings, "authorization.permissions.file": strict}
        ) as first,
        EphemeralRegistry(
            servers, settings={**settings, "authorization.permissions.file": open_to_all}
        ) as second,
        httpx.Client(timeout=TIMEOUT_S) as http,
    ):
        path, body = "/subjects/a/versions", {"schema": '"string"'}
        made = http.post(first.url + path, json=body, auth=("anna", "x"))
        assert made.json() == {"id": 1}
        answer = http.post(second.url + path, json={"schema": '"int"'})
        assert (answer.status_code, answer.json()["error_code"]) == (401, 401)
        assert answer.headers.get_list("www-authenticate") == ['Basic realm="odradek"']


def is_writer(http: httpx.Client) -> bool:
    return "odradek_registry_is_writer 1\n" in http.get("/metrics").text


def test_forwarded_write_has_the_rights_of_its_caller(
    servers: str, settings: dict[str, object], tmp_path: Path
) -> None:
    key = Key("key", "ES256")
    (tmp_path / "jwks.json").write_text(jwks(key))
    (tmp_path / "users").write_text("anna:x\nboris:x\n")
    settings |= {
        "authentication.users.file": tmp_path / "users",
        "oauthbearer.jwks.endpoint.url": tmp_path / "jwks.json",
        "oauthbearer.expected.issuer": ISSUER,
        "oauthbearer.expected.audience": AUDIENCE,
    }
    strict = rules(tmp_path / "strict", "anna")
    lenient = rules(tmp_path / "lenient", "anna", "boris")
    with (
        EphemeralRegistry(
            servers, settings={**settings, "authorization.permissions.file": strict}
        ) as first,
        EphemeralRegistry(
            servers, settings={**settings, "authorization.permissions.file": lenient}
        ) as second,
        httpx.Client(base_url=first.url, timeout=TIMEOUT_S) as writer,
        httpx.Client(base_url=second.url, timeout=TIMEOUT_S) as follower,
    ):
        body, path = {"schema": '"string"'}, "/subjects/a/versions"
        assert writer.post(path, json=body, auth=("anna", "x")).json() == {"id": 1}
        body = {"schema": '"int"'}
        denied = follower.post("/subjects/b/versions", json=body, auth=("boris", "x"))
        assert (denied.status_code, denied.json()["error_code"]) == (403, 40301)
        assert follower.post("/subjects/b/versions", json=body).status_code == 401
        pretended = {"x-forward": "true"}
        assert writer.post("/subjects/b/versions", json=body, headers=pretended).status_code == 401
        made = follower.post("/subjects/b/versions", json=body, auth=("anna", "x"))
        assert made.json() == {"id": 2}
        robot = {"authorization": f"Bearer {key.token(sub='robot')}"}
        made = follower.post("/subjects/robots/versions", json=body, headers=robot)
        assert made.json() == {"id": 2}
        assert follower.post(path, json={"schema": '"int"'}, headers=robot).status_code == 403
        assert is_writer(writer)


def test_instances_with_https_trust_each_other_by_a_file(
    servers: str, settings: dict[str, object], tmp_path: Path
) -> None:
    certificate, key = write_certificate(tmp_path)
    settings |= {
        "ssl.certificate.location": certificate,
        "ssl.key.location": key,
        "ssl.ca.location": certificate,
    }
    trust = ssl.create_default_context(cafile=str(certificate))
    with (
        EphemeralRegistry(servers, settings=settings) as first,
        EphemeralRegistry(servers, settings=settings) as second,
        httpx.Client(base_url=first.url, timeout=TIMEOUT_S, verify=trust) as writer,
        httpx.Client(base_url=second.url, timeout=TIMEOUT_S, verify=trust) as follower,
    ):
        for number, http in enumerate((writer, follower), start=1):
            body = {"schema": f'{{"type":"enum","name":"E","symbols":["A{number}"]}}'}
            answer = http.post(f"/subjects/{number}/versions", json=body)
            assert answer.json() == {"id": number}
            assert is_writer(writer)


def test_forwarded_write_to_an_alias_is_one_to_what_it_stands_for(
    servers: str, settings: dict[str, object]
) -> None:
    with (
        EphemeralRegistry(servers, settings=settings) as first,
        EphemeralRegistry(servers, settings=settings) as second,
        httpx.Client(base_url=first.url, timeout=TIMEOUT_S) as writer,
        httpx.Client(base_url=second.url, timeout=TIMEOUT_S) as follower,
    ):
        writer.put("/config/o", json={"alias": "orders"}).raise_for_status()
        made = follower.post("/subjects/o/versions", json={"schema": '"string"'})
        assert made.json() == {"id": 1}
        assert writer.get("/subjects").json() == ["orders"]
        assert not is_writer(follower)


def test_batch_of_associations_is_forwarded_whole(
    servers: str, settings: dict[str, object]
) -> None:
    topic = {"resourceName": "a", "resourceNamespace": "n"}
    own = {"opType": "CREATE", "schema": {"schema": '"string"'}}
    requests = [
        {**topic, "resourceId": "1", "associations": [own]},
        {**topic, "resourceId": "2", "associations": [{"opType": "CREATE", "subject": "nobody"}]},
    ]
    with (
        EphemeralRegistry(servers, settings=settings) as first,
        EphemeralRegistry(servers, settings=settings) as second,
        httpx.Client(timeout=TIMEOUT_S) as http,
    ):
        http.post(first.url + "/subjects/b/versions", json={"schema": '"string"'})
        answer = http.post(second.url + "/associations:batchMutate", json={"requests": requests})
        assert answer.status_code == httpx.codes.MULTI_STATUS
        made, refused = answer.json()["results"]
        assert made["result"]["associations"][0]["subject"] == ":.n:a-value"
        assert refused["error"]["error_code"] == 40907
        listed = first.url + "/associations/resources/n/a"
        assert [each["resourceId"] for each in http.get(listed).json()] == ["1"]
