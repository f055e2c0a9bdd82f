"""HTTP to a registry: what is sent, and what becomes of answers and of silence."""

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from odradek.clients.errors import InvalidSetting, RegistryRefused, RegistryUnreachable
from odradek.clients.schema_registry import SchemaRegistry
from odradek.clients.schema_registry.connection import Connection
from tests.registry.certificates import write_certificate


class Server:
    """A server that answers everything with `status` and `content`, and notes what it was asked."""

    def __init__(self) -> None:
        self.status, self.content = 200, b"{}"
        self.asked: list[tuple[str, str | None]] = []
        self.closes_after_each = False
        self.requests_too_many = 0
        """So many are refused before one is answered."""
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                server.asked.append((self.path, self.headers["Authorization"]))
                is_too_many = len(server.asked) <= server.requests_too_many
                self.send_response(429 if is_too_many else server.status)
                self.send_header("Content-Length", str(len(server.content)))
                self.end_headers()
                self.wfile.write(server.content)
                # without saying so, as a server does whose patience with an idle connection is over
                self.close_connection = server.closes_after_each

            def log_message(self, format: str, *arguments: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,))
        self._thread.start()

    def ask_for_certificates(self, certificate: Path, key: Path) -> None:
        """Speak TLS, and with nobody but who has this certificate."""
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate, key)
        tls.load_verify_locations(certificate)
        tls.verify_mode = ssl.CERT_REQUIRED
        self._http.socket = tls.wrap_socket(self._http.socket, server_side=True)
        self.url = self.url.replace("http://", "https://")

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


@pytest.fixture
def nobody() -> Iterator[str]:
    """A URL at which nobody listens, and nobody will while the test runs."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


def test_a_request_that_was_one_too_many_is_sent_again(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{Connection.__module__}.PAUSES_S", (0.0, 0.0))
    server.requests_too_many = 2
    asking = Connection([server.url])
    assert asking.request("GET", "/subjects") == {}
    server.requests_too_many = 6
    with pytest.raises(RegistryRefused) as refused:
        asking.request("GET", "/subjects")
    asking.close()
    assert (refused.value.status, len(server.asked)) == (429, 6)


def test_an_answer_is_read_and_a_path_is_put_behind_that_of_the_url(server: Server) -> None:
    server.content = b"[1, 2]"
    connection = Connection([f"{server.url}/api/ccompat/v7/"])
    assert connection.request("GET", "/subjects") == [1, 2]
    assert server.asked == [("/api/ccompat/v7/subjects", None)]
    connection.close()


def test_who_asks_is_told_as_the_registry_wants_it(server: Server) -> None:
    tokens = iter(["one", "two"])
    for connection in (
        Connection([server.url], basic_auth=("user", "secret")),
        Connection([server.url], bearer_token="a" * 3),
        Connection([server.url], bearer_token=lambda: next(tokens)),
    ):
        connection.request("GET", "/")
        connection.close()
    assert [who for _, who in server.asked] == [
        "Basic dXNlcjpzZWNyZXQ=",
        "Bearer aaa",
        "Bearer one",
    ]


def test_an_error_has_the_registry_s_code_and_sentence(server: Server) -> None:
    server.status = 404
    server.content = json.dumps({"error_code": 40403, "message": "Schema 7 not found"}).encode()
    with (
        SchemaRegistry(server.url) as registry,
        pytest.raises(RegistryRefused, match="GET /schemas/ids/7: Schema 7 not found") as refused,
    ):
        registry.schema(7)
    assert (refused.value.status, refused.value.error_code) == (404, 40403)


def test_an_error_without_a_body_of_the_registry_has_the_status(server: Server) -> None:
    server.status, server.content = 401, b"<html>who are you?</html>"
    with SchemaRegistry(server.url) as registry, pytest.raises(RegistryRefused) as refused:
        registry.schema(7)
    assert (refused.value.status, refused.value.error_code) == (401, 401)


@pytest.mark.parametrize(
    "content", [b"<html>", b"[]", b"{}", b'{"schema": "", "schemaType": "XML"}']
)
def test_an_answer_that_is_none_of_a_registry_is_refused(server: Server, content: bytes) -> None:
    server.content = content
    with SchemaRegistry(server.url) as registry, pytest.raises(RegistryUnreachable):
        registry.schema(7)


def test_a_kept_connection_that_turns_out_to_be_closed_is_opened_again(server: Server) -> None:
    server.closes_after_each = True
    connection = Connection([server.url])
    for _ in range(3):
        assert connection.request("GET", "/") == {}
    connection.close()
    assert len(server.asked) == 3


def test_the_next_address_is_asked_where_one_does_not_answer(server: Server, nobody: str) -> None:
    connection = Connection([nobody, server.url])
    assert connection.request("GET", "/") == {}
    assert connection.request("GET", "/") == {}
    connection.close()


def test_the_next_address_is_asked_where_one_cannot_answer(server: Server) -> None:
    ill = Server()
    ill.status, ill.content = 503, b'{"error_code": 50301, "message": "starting"}'
    connection = Connection([ill.url, server.url])
    assert connection.request("GET", "/") == {}
    connection.close()
    with pytest.raises(RegistryRefused, match="starting"):
        Connection([ill.url]).request("GET", "/")
    ill.close()


def test_nobody_at_any_address_is_said_in_one_sentence(nobody: str) -> None:
    with pytest.raises(
        RegistryUnreachable, match=f"no schema registry answers \\({nobody}: .*mend"
    ):
        Connection([nobody]).request("GET", "/")


@pytest.mark.parametrize("url", ["127.0.0.1:8081", "ftp://127.0.0.1", "http://", ""])
def test_what_is_no_url_is_refused_at_once(url: str) -> None:
    with pytest.raises(InvalidSetting, match="no URL of a schema registry"):
        SchemaRegistry(url)


def test_a_registry_that_asks_for_a_certificate_gets_ours(server: Server, tmp_path: Path) -> None:
    certificate, key = write_certificate(tmp_path)
    server.ask_for_certificates(certificate, key)
    trusted: dict[str, Any] = {"ca_file": str(certificate), "timeout_s": 5.0}
    known = Connection(
        [server.url], certificate_file=str(certificate), key_file=str(key), **trusted
    )
    assert known.request("GET", "/") == {}
    known.close()
    with pytest.raises(RegistryUnreachable):
        Connection([server.url], **trusted).request("GET", "/")
