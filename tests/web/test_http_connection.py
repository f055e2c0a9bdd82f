"""Clients that take their time."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from odradek.testing import EphemeralRegistry
from odradek.web import http_connection, request

PATIENCE_S = 60.0
"""Of a test with a server that closes nothing."""
REQUEST = b"GET /livez HTTP/1.1\r\nhost: x\r\n"


@contextmanager
def connected(registry: EphemeralRegistry) -> Iterator[socket.socket]:
    url = httpx.URL(registry.url)
    with socket.create_connection((url.host, url.port or 0), timeout=PATIENCE_S) as connection:
        yield connection


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> Iterator[EphemeralRegistry]:
    """A server that waits for a moment only."""
    monkeypatch.setattr(http_connection, "HEADER_TIMEOUT_S", 0.05)
    monkeypatch.setattr(request, "BODY_TIMEOUT_S", 0.05)
    with EphemeralRegistry() as registry:
        yield registry


@pytest.mark.parametrize("sent", [b"", b"GET", REQUEST, REQUEST + b"a: b\r\n"])
def test_header_that_is_never_finished_ends_the_connection(
    hasty: EphemeralRegistry, sent: bytes
) -> None:
    with connected(hasty) as connection:
        connection.sendall(sent)
        assert connection.recv(1) == b""


def test_second_header_has_its_deadline_too(hasty: EphemeralRegistry) -> None:
    with connected(hasty) as connection:
        connection.sendall(REQUEST + b"\r\n")
        answer = b""
        while not answer.endswith(b"ok\n"):
            answer += connection.recv(1_000)
        connection.sendall(REQUEST)
        assert connection.recv(1) == b""


def test_deadline_is_for_the_header_alone(hasty: EphemeralRegistry) -> None:
    with httpx.Client(base_url=hasty.url, timeout=PATIENCE_S) as http:
        assert [http.get("/livez").status_code for _ in range(3)] == [200] * 3


def test_body_that_is_never_finished_is_answered(hasty: EphemeralRegistry) -> None:
    head = b"POST /subjects/a/versions HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"
    with connected(hasty) as connection:
        connection.sendall(head)
        answer = connection.recv(1_000)
    assert answer.startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: x\r\nno colon\r\n\r\n",
        b"POST /subjects/a HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        b"POST /subjects/a HTTP/1.1\r\nhost: x\r\ntransfer-encoding: x\r\n\r\n",
        REQUEST + b"a: " + b"b" * 100_000,
    ],
)
def test_bytes_that_are_no_request_are_refused(
    shared_server: EphemeralRegistry, sent: bytes
) -> None:
    with connected(shared_server) as connection:
        connection.sendall(sent)
        status = connection.recv(12)
    assert status.startswith(b"HTTP/1.1 4")


@pytest.fixture(scope="module")
def shared_server() -> Iterator[EphemeralRegistry]:
    """A server with its usual patience."""
    with EphemeralRegistry() as registry:
        yield registry
