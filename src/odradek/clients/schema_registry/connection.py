"""HTTP to a registry: one connection, kept open, and the next address when one does not answer.

Everything that is asked of a registry may be asked twice: registering a schema again answers the
same id, and deleting one again that it is deleted. A request whose answer got lost is sent again.

What it does not do: serve several threads at once. They wait for each other, which is nothing
beside what caches save.
"""

import base64
import json
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from odradek.clients.errors import InvalidSetting, RegistryRefused, RegistryUnreachable

MAX_ANSWER_BYTES = 32 * 1024 * 1024
"""More is no schema and no list of them, but somebody else's server."""
TOO_MANY_REQUESTS = 429
PAUSES_S = (0.2, 0.5, 1.0, 2.0, 5.0)
"""Before a request that was one too many is sent again: hosted registries allow so many in a
second."""
CONTENT_TYPE = "application/vnd.schemaregistry.v1+json"

Token = str | Callable[[], str]


class Connection:
    """To the first of `urls` that answers."""

    def __init__(
        self,
        urls: Sequence[str],
        *,
        basic_auth: tuple[str, str] | None = None,
        bearer_token: Token | None = None,
        ca_file: str | None = None,
        certificate_file: str | None = None,
        key_file: str | None = None,
        timeout_s: float = 10.0,
    ) -> None:
        if not urls:
            raise InvalidSetting(
                "a schema registry has at least one URL, such as http://127.0.0.1:8081"
            )
        places = [_place(url) for url in urls]
        self._places = [_without_user(each) for each in places]
        self._basic_auth, self._token = basic_auth or _user_in(places), bearer_token
        self._ca_file = ca_file
        self._own_certificate = certificate_file, key_file
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._current = 0
        self._http: HTTPConnection | None = None

    def request(self, method: str, path: str, body: object = None) -> Any:
        """The answer's JSON; raises RegistryRefused, RegistryUnreachable."""
        with self._lock:
            status, answer = self._ask_patiently(method, path, body)
        try:
            said = json.loads(answer)
        except ValueError:
            said = None
        if status >= 400:
            raise _refusal(status, said, f"{method} {path}")
        if said is None:
            raise RegistryUnreachable(
                f"{self._address} answers {method} {path} with no JSON; is it a schema registry?"
            )
        return said

    def close(self) -> None:
        """Ends the connection; a later request opens another one."""
        with self._lock:
            self._drop()

    @property
    def _address(self) -> str:
        return self._places[self._current].geturl()

    def _ask_patiently(self, method: str, path: str, body: object) -> tuple[int, bytes]:
        for pause_s in PAUSES_S:
            status, answer = self._ask_any(method, path, body)
            if status != TOO_MANY_REQUESTS:
                return status, answer
            time.sleep(pause_s)
        return self._ask_any(method, path, body)

    def _ask_any(self, method: str, path: str, body: object) -> tuple[int, bytes]:
        """The first answer that is no failure of a server; of failures only, the last one."""
        failures: list[str] = []
        failed: tuple[int, bytes] | None = None
        for _ in self._places:
            try:
                status, answer = self._ask_twice(method, path, body)
            except (OSError, HTTPException) as error:
                failures.append(f"{self._address}: {error or type(error).__name__}")
            else:
                if status < 500:
                    return status, answer
                failed = status, answer
            self._drop()
            self._current = (self._current + 1) % len(self._places)
        if failed is not None:
            return failed
        raise RegistryUnreachable(
            f"no schema registry answers ({'; '.join(failures)}); start one, or mend the address"
        )

    def _ask_twice(self, method: str, path: str, body: object) -> tuple[int, bytes]:
        """Once more on a new connection where a kept one turns out to be closed."""
        if self._http is not None:
            try:
                return self._ask(self._http, method, path, body)
            except (OSError, HTTPException):
                self._drop()
        self._http = self._connect()
        return self._ask(self._http, method, path, body)

    def _ask(self, http: HTTPConnection, method: str, path: str, body: object) -> tuple[int, bytes]:
        content = None if body is None else json.dumps(body).encode()
        prefix = self._places[self._current].path.rstrip("/")
        http.request(method, prefix + path, content, self._headers())
        response: HTTPResponse = http.getresponse()
        answer = response.read(MAX_ANSWER_BYTES + 1)
        if len(answer) > MAX_ANSWER_BYTES:
            raise HTTPException(f"an answer of more than {MAX_ANSWER_BYTES:,} bytes")
        return response.status, answer

    def _connect(self) -> HTTPConnection:
        place = self._places[self._current]
        if place.scheme == "https":
            tls = ssl.create_default_context(cafile=self._ca_file)
            certificate, key = self._own_certificate
            if certificate is not None:
                tls.load_cert_chain(certificate, key)
            return HTTPSConnection(
                place.hostname or "", place.port, timeout=self._timeout_s, context=tls
            )
        return HTTPConnection(place.hostname or "", place.port, timeout=self._timeout_s)

    def _drop(self) -> None:
        if self._http is not None:
            self._http.close()
            self._http = None

    def _headers(self) -> dict[str, str]:
        headers = {
            "Accept": CONTENT_TYPE,
            "Content-Type": CONTENT_TYPE,
            "Confluent-Accept-Unknown-Properties": "true",
        }
        if self._basic_auth is not None:
            pair = base64.b64encode(":".join(self._basic_auth).encode()).decode()
            headers["Authorization"] = f"Basic {pair}"
        elif self._token is not None:
            token = self._token if isinstance(self._token, str) else self._token()
            headers["Authorization"] = f"Bearer {token}"
        return headers


def _place(url: str) -> SplitResult:
    place = urlsplit(url)
    if place.scheme not in ("http", "https") or not place.hostname:
        raise InvalidSetting(f"{url} is no URL of a schema registry; write http://host:port")
    return place


def _user_in(places: Sequence[SplitResult]) -> tuple[str, str] | None:
    """Who we are, where a URL says it, as http://user:password@host does."""
    for place in places:
        if place.username:
            return unquote(place.username), unquote(place.password or "")
    return None


def _without_user(place: SplitResult) -> SplitResult:
    """A place that can be shown."""
    return place._replace(netloc=place.netloc.rpartition("@")[2])


def _refusal(status: int, said: object, asked: str) -> RegistryRefused:
    known = said if isinstance(said, dict) else {}
    message = str(known.get("message", f"status {status}"))
    code = known.get("error_code", status)
    number = code if isinstance(code, int) else status
    return RegistryRefused(f"{asked}: {message}", status, number, message)
