"""One request: its path in segments, its query, its headers, its body.

Invariants: a segment is decoded after the path was divided, so that `%2F` is part of a name and no
divider; a body is read within a time and a size.

Differs from Kafka: Jetty refuses with 400 what it finds ambiguous in a path (an empty segment, a
dot, a backslash, control characters), and cuts a segment at `;`. Here a name may have all of them.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl, unquote

from odradek.web.errors import bad_request, body_too_large

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

BODY_TIMEOUT_S = 30.0
"""No client needs longer for a body of a few megabytes, unless it means to keep us busy."""
QUERY_PARAMETERS_MAX = 1_000
MALFORMED = re.compile(r"%(?![0-9A-Fa-f]{2})")


class Request:
    """An ASGI request; `segments` may be replaced by who rewrites paths."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.scope = scope
        self._receive = receive
        self.method: str = scope["method"]
        raw: bytes = scope.get("raw_path") or scope["path"].encode()
        self.path = raw.partition(b"?")[0].decode("latin-1")
        # An empty name between two slashes is a segment, too; at both ends there is none.
        inner = self.path.removeprefix("/").removesuffix("/")
        self.segments = _decoded(inner.split("/"))
        self._parameters: list[tuple[str, str]] | None = None

    def query(self) -> list[tuple[str, str]]:
        """The parameters in their order, empty ones included."""
        if self._parameters is None:
            self._parameters = _parameters(self.scope["query_string"].decode("latin-1"))
        return self._parameters

    def replace_parameter(self, name: str, change: Callable[[str], str]) -> None:
        """Change every value of a parameter; one that was not given counts as empty."""
        given = [value for key, value in self.query() if key == name] or [""]
        others = [(key, value) for key, value in self.query() if key != name]
        self._parameters = [*others, *((name, change(value)) for value in given)]

    def header(self, name: bytes) -> str | None:
        """A header by its name in small letters."""
        for key, value in self.scope["headers"]:
            if key == name:
                return str(value.decode("latin-1"))
        return None

    async def body(self, most_bytes: int) -> bytes:
        """The whole body; raises HttpError when it is too large or takes too long."""
        declared = self.header(b"content-length")
        if declared is not None and declared.isdigit() and int(declared) > most_bytes:
            raise body_too_large(most_bytes)
        try:
            async with asyncio.timeout(BODY_TIMEOUT_S):
                return await self._read(most_bytes)
        except TimeoutError:
            raise bad_request(f"The body did not come within {BODY_TIMEOUT_S:g} s") from None

    async def _read(self, most_bytes: int) -> bytes:
        received = bytearray()
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise bad_request("The client has gone")
            received += message.get("body", b"")
            if len(received) > most_bytes:
                raise body_too_large(most_bytes)
            if not message.get("more_body", False):
                return bytes(received)


def _decoded(segments: list[str]) -> list[str]:
    if any(MALFORMED.search(each) for each in segments):
        raise bad_request("The path has a % that is not followed by two hexadecimal digits")
    try:
        return [unquote(each, errors="strict") for each in segments]
    except UnicodeDecodeError:
        raise bad_request("The path has percent encodings that are no UTF-8") from None


def _parameters(text: str) -> list[tuple[str, str]]:
    if not text:
        return []
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=QUERY_PARAMETERS_MAX)
    except ValueError:
        raise bad_request(f"More than {QUERY_PARAMETERS_MAX} query parameters") from None
