"""A registry in this process, empty for each test, and a client of its REST API; a broker, and
what keeps the registries on it apart."""

from collections.abc import Iterator
from itertools import count

import httpx
import pytest

from odradek.registry.decisions.view import View
from odradek.testing import EphemeralBroker, EphemeralRegistry

TIMEOUT_S = 60.0
_numbers = count(1)


@pytest.fixture(scope="module")
def servers() -> Iterator[str]:
    """A broker that the tests of a module share; each has a topic of its own."""
    with EphemeralBroker() as broker:
        yield broker.bootstrap_servers


@pytest.fixture
def settings() -> dict[str, object]:
    """A topic and a writer's id of this test's own."""
    name = f"_schemas-{next(_numbers)}"
    return {"kafkastore.topic": name, "kafkastore.transactional.id": name}


@pytest.fixture(scope="session")
def shared_registry() -> Iterator[EphemeralRegistry]:
    """One for all tests: it starts in no time, and a server takes a moment to stop."""
    with EphemeralRegistry() as registry:
        yield registry


@pytest.fixture
def registry(shared_registry: EphemeralRegistry) -> EphemeralRegistry:
    """The registry, emptied."""
    core = shared_registry.service.registry
    core.view = View(defaults=core.view.defaults)
    return shared_registry


@pytest.fixture
def http(registry: EphemeralRegistry) -> Iterator[httpx.Client]:
    """A client that says it takes unknown fields, as newer clients do."""
    headers = {"Confluent-Accept-Unknown-Properties": "true"}
    with httpx.Client(base_url=registry.url, timeout=TIMEOUT_S, headers=headers) as client:
        yield client
