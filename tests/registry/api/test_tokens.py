"""Bearer tokens at the registry, and our client that sends them."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from odradek.clients.errors import RegistryRefused
from odradek.clients.schema_registry import Schema, SchemaRegistry
from odradek.registry.errors import StartupError
from odradek.schemas.schema import SchemaType
from odradek.testing import EphemeralRegistry
from tests.registry.api.test_subjects import refused
from tests.web.authentication.issuer import AUDIENCE, ISSUER, Key, jwks, published

KEY = Key("key", "ES256")
RULES = """
[[allow]]
claim = {groups = "dev"}
may = ["write"]
subjects = ["orders-*"]

[[allow]]
user = "anna"
may = ["read"]
subjects = ["*"]
"""
SCHEMA = Schema('"string"', SchemaType.AVRO)


def settings(keys: object, **more: object) -> dict[str, object]:
    return {
        "oauthbearer.jwks.endpoint.url": keys,
        "oauthbearer.expected.issuer": ISSUER,
        "oauthbearer.expected.audience": AUDIENCE,
        **more,
    }


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[EphemeralRegistry]:
    """It takes tokens and passwords; the keys are at an address."""
    (tmp_path / "permissions").write_text(RULES)
    (tmp_path / "users").write_text("anna:secret\n")
    files = {
        "authorization.permissions.file": tmp_path / "permissions",
        "authentication.users.file": tmp_path / "users",
    }
    with (
        published(jwks(KEY)) as issuer,
        EphemeralRegistry(settings=settings(issuer.url, **files)) as registry,
    ):
        yield registry


def test_our_client_works_with_a_token(registry: EphemeralRegistry) -> None:
    with SchemaRegistry(registry.url, bearer_token=lambda: KEY.token(groups=["dev"])) as client:
        assert client.register("orders-value", SCHEMA).version == 1
        with pytest.raises(RegistryRefused, match="User is denied operation Write") as denied:
            client.register("secret", SCHEMA)
        assert denied.value.error_code == 40301
    with (
        SchemaRegistry(registry.url, bearer_token=lambda: "nonsense") as client,
        pytest.raises(RegistryRefused, match="token"),
    ):
        client.latest("orders-value")


def test_tokens_and_passwords_are_taken_side_by_side(registry: EphemeralRegistry) -> None:
    with httpx.Client(base_url=registry.url) as http:
        answer = http.get("/subjects")
        refused(answer, 401, 401)
        assert answer.headers.get_list("www-authenticate") == [
            'Basic realm="odradek"',
            'Bearer realm="odradek"',
        ]
        assert http.get("/subjects", auth=("anna", "secret")).status_code == 200
        headers = {"authorization": f"Bearer {KEY.token(exp=1)}"}
        answer = http.get("/subjects", headers=headers)
        refused(answer, 401, 401)
        assert "expired" in answer.json()["message"]
        named_anna = {"authorization": f"Bearer {KEY.token(sub='anna')}"}
        assert http.get("/subjects/x/versions", headers=named_anna).status_code == 403


def test_keys_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "jwks.json").write_text(jwks(KEY))
    for place in (tmp_path / "jwks.json", f"file://{tmp_path / 'jwks.json'}"):
        with EphemeralRegistry(settings=settings(place)) as registry:
            headers = {"authorization": f"Bearer {KEY.token()}"}
            assert httpx.get(f"{registry.url}/subjects", headers=headers).json() == []
            assert httpx.get(f"{registry.url}/subjects").status_code == 401


def test_issuer_that_cannot_be_asked_is_worth_another_try() -> None:
    with (
        published("{}") as issuer,
        EphemeralRegistry(settings=settings(issuer.url)) as registry,
    ):
        headers = {"authorization": f"Bearer {KEY.token()}"}
        refused(httpx.get(f"{registry.url}/subjects", headers=headers), 503, 503)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"oauthbearer.jwks.endpoint.url": "missing.json"}, "the keys of tokens cannot be read"),
        ({"authorization.permissions.file": "missing"}, "the permissions cannot be read"),
        ({"ssl.ca.location": "missing"}, "ssl.ca.location cannot be used"),
    ],
)
def test_file_that_is_not_there_ends_the_start(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(StartupError, match=sentence):
        EphemeralRegistry(settings={**settings("x"), **change}).start()


def test_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jwt", None)
    for name in ("tokens", "signing_keys"):
        monkeypatch.delitem(sys.modules, f"odradek.web.authentication.{name}", raising=False)
    with pytest.raises(StartupError, match=r"pip install 'odradek\[oidc\]'"):
        EphemeralRegistry(settings=settings("keys.json")).start()
