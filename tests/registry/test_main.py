"""`odradek registry` as a process."""

import os
import signal

import httpx
import pytest

from odradek.testing import BrokerStartError
from odradek.testing.registry_process import RegistryProcess

TIMEOUT_S = 120.0


def test_registry_says_where_it_serves_and_ends_at_sigterm(servers: str) -> None:
    process = RegistryProcess.on(servers)
    try:
        assert process.address.startswith("http://127.0.0.1:")
        body = {"schema": '"string"'}
        url = f"{process.address}/subjects/a/versions"
        assert httpx.post(url, json=body, timeout=TIMEOUT_S).json() == {"id": 1}
        assert '"event": "schemas are read"' in process.log
    finally:
        process.stop()
    assert process.exit_code == 0


def test_killed_registry_has_lost_nothing(servers: str) -> None:
    settings = {"kafkastore_topic": "_killed", "kafkastore_transactional_id": "killed"}
    process = RegistryProcess.on(servers, **settings)
    try:
        url = f"{process.address}/subjects/a/versions"
        httpx.post(url, json={"schema": '"string"'}, timeout=TIMEOUT_S).raise_for_status()
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.kill()
    process = RegistryProcess.on(servers, **settings)
    try:
        found = httpx.get(f"{process.address}/subjects/a/versions/1", timeout=TIMEOUT_S).json()
        assert (found["id"], found["schema"]) == (1, '"string"')
        url = f"{process.address}/subjects/b/versions"
        answer = httpx.post(url, json={"schema": '"int"'}, timeout=TIMEOUT_S)
        assert answer.json() == {"id": 2}
    finally:
        process.stop()


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"authentication_users_file": "missing"}, "the users cannot be read"),
        ({"ssl_key_location": "missing"}, "belong together"),
        ({"schema_compatibility_level": "SOMETIMES"}, "SOMETIMES"),
    ],
)
def test_registry_that_cannot_start_says_why(
    servers: str, settings: dict[str, str], sentence: str
) -> None:
    with pytest.raises(BrokerStartError, match=sentence):
        RegistryProcess.on(servers, **settings)
