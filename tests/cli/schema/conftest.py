"""Registries in this process, empty for each test, that commands find by the environment."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from odradek.registry.decisions.view import View
from odradek.testing import EphemeralRegistry
from tests.cli.conftest import Odradek, Outcome

TIMEOUT_S = 60.0

RECORD = {"type": "record", "name": "Order"}
ID = {"name": "id", "type": "int"}
NOTE = {"name": "note", "type": "string", "default": ""}
SEATS = {"name": "seats", "type": "int"}
V1 = json.dumps({**RECORD, "fields": [ID]})
V2 = json.dumps({**RECORD, "fields": [ID, NOTE]}, indent=1)
BROKEN = json.dumps({**RECORD, "fields": [ID, NOTE, SEATS]})

Run = Callable[..., Any]


class Registry:
    """A registry, and a client of its REST API that says it takes unknown fields."""

    def __init__(self, server: EphemeralRegistry) -> None:
        self.url = server.url
        core = server.service.registry
        core.view = View(defaults=core.view.defaults)
        headers = {"Confluent-Accept-Unknown-Properties": "true"}
        self.http = httpx.Client(base_url=server.url, timeout=TIMEOUT_S, headers=headers)

    def register(self, subject: str, schema: str, **more: Any) -> int:
        """Register a schema; return its id."""
        answer = self.post(f"/subjects/{quoted(subject)}/versions", schema=schema, **more)
        schema_id: int = answer["id"]
        return schema_id

    def post(self, path: str, **body: Any) -> Any:
        return self._answer(self.http.post(path, json=body))

    def put(self, path: str, **body: Any) -> Any:
        return self._answer(self.http.put(path, json=body))

    def delete(self, path: str) -> Any:
        return self._answer(self.http.delete(path))

    def get(self, path: str) -> Any:
        return self._answer(self.http.get(path))

    @staticmethod
    def _answer(response: httpx.Response) -> Any:
        response.raise_for_status()
        return response.json()


def quoted(subject: str) -> str:
    return subject.replace("%", "%25").replace("/", "%2F").replace(" ", "%20")


@pytest.fixture(scope="session")
def two_servers() -> Iterator[tuple[EphemeralRegistry, EphemeralRegistry]]:
    """For all tests: a server starts in no time, and takes a moment to stop."""
    with EphemeralRegistry() as one, EphemeralRegistry() as other:
        yield one, other


@pytest.fixture
def registry(
    two_servers: tuple[EphemeralRegistry, EphemeralRegistry], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Registry]:
    """The registry that commands talk to."""
    found = Registry(two_servers[0])
    monkeypatch.setenv("ODRADEK_SCHEMA_REGISTRY_URL", found.url)
    with found.http:
        yield found


@pytest.fixture
def other_registry(
    two_servers: tuple[EphemeralRegistry, EphemeralRegistry],
) -> Iterator[Registry]:
    """One that commands talk to with `--registry`."""
    found = Registry(two_servers[1])
    with found.http:
        yield found


@pytest.fixture
def schema(odradek: Odradek, registry: Registry) -> Callable[..., Outcome]:
    """Runs `odradek schema ARGUMENTS`, which must succeed."""

    def run(*arguments: str) -> Outcome:
        outcome = odradek("schema", *arguments)
        assert outcome.code == 0, outcome.stderr
        return outcome

    return run


@pytest.fixture
def refused(odradek: Odradek, registry: Registry) -> Callable[..., str]:
    """Runs `odradek schema ARGUMENTS`, which must fail; returns its one sentence."""

    def run(*arguments: str) -> str:
        outcome = odradek("schema", *arguments)
        assert outcome.code == 1, outcome
        return outcome.stderr

    return run


@pytest.fixture
def document(schema: Callable[..., Outcome]) -> Run:
    """Runs `odradek schema ARGUMENTS -o json`; returns the document."""

    def run(*arguments: str) -> Any:
        return json.loads(schema(*arguments, "-o", "json").stdout)

    return run
