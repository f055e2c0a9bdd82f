"""One broker for the tests that ask one, with the pause before a group's first generation short."""

from collections.abc import Iterator

import pytest

from odradek.testing import EphemeralBroker


@pytest.fixture(scope="session")
def broker_port() -> Iterator[int]:
    settings = {"group.initial.rebalance.delay.ms": 100}
    with EphemeralBroker(settings=settings) as broker:
        yield int(broker.bootstrap_servers.rpartition(":")[2])
