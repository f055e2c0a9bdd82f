"""Clients of the REST API in a process of their own: `python -m benchmarks.registry.http_client`.

Each has a connection, and one request at a time. Prints one line of JSON. On asyncio's bare
protocols, so that the clients cost a part of what the server does.
"""

import argparse
import asyncio
import json
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from urllib.parse import quote, urlsplit

import msgspec

from benchmarks.registry.schemas import VERSIONS, schema, subject

KNOWN_SCHEMAS = 1_000
"""What GETs ask for, one after the other."""
_HEAD_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


class Answered(msgspec.Struct, frozen=True):
    """How many requests were answered, and how long that took."""

    requests: int
    seconds: float
    p50_us: float
    p99_us: float


class Client(asyncio.Protocol):
    """One client: one request after the other, as long as there are any."""

    def __init__(self, requests: Iterator[bytes], times_s: list[float]) -> None:
        self._requests = requests
        self._times_s = times_s
        self._received = bytearray()
        self._sent_s = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask the first."""
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        """Ask the next, once the answer is whole."""
        self._received += data
        head, _, body = bytes(self._received).partition(_HEAD_END)
        length = _LENGTH.search(head)
        if length is None or len(body) < int(length.group(1)):
            return
        self._received.clear()
        self._times_s.append(time.perf_counter() - self._sent_s)
        if head.startswith(b"HTTP/1.1 200"):
            self._ask()
        else:
            self._end(RuntimeError(f"{head.decode()}\n{body.decode()}"))

    def connection_lost(self, exc: Exception | None) -> None:
        """An end that nobody asked for is a failure."""
        self._end(exc or RuntimeError("the server hung up"))

    def _ask(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self._end(None)
            return
        self._sent_s = time.perf_counter()
        self._transport.write(request)

    def _end(self, error: Exception | None) -> None:
        if self.done.done():
            return
        if error is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(error)
        self._transport.close()


def by_id(first: int, count: int) -> list[bytes]:
    """GET /schemas/ids/{id}"""
    return [get(f"/schemas/ids/{(first + each) % KNOWN_SCHEMAS + 1}") for each in range(count)]


def latest(first: int, count: int) -> list[bytes]:
    """GET /subjects/{subject}/versions/latest"""
    subjects = KNOWN_SCHEMAS // VERSIONS
    return [
        get(f"/subjects/{quote(subject((first + each) % subjects))}/versions/latest")
        for each in range(count)
    ]


def register(first: int, count: int) -> list[bytes]:
    """POST /subjects/{subject}/versions, two versions of each of the client's own subjects."""
    numbered = [(first + each // VERSIONS, each % VERSIONS + 1) for each in range(count)]
    return [
        post(f"/subjects/{subject(number)}/versions", {"schema": schema(number, version)})
        for number, version in numbered
    ]


WAYS: dict[str, Callable[[int, int], list[bytes]]] = {
    "by_id": by_id,
    "latest": latest,
    "register": register,
}


def get(path: str) -> bytes:
    """A request for what is there."""
    return f"GET {path} HTTP/1.1\r\nHost: registry\r\nAccept: */*\r\n\r\n".encode()


def post(path: str, body: object) -> bytes:
    """A request that changes something."""
    content = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: registry\r\nAccept: */*\r\n"
        f"Content-Type: application/vnd.schemaregistry.v1+json\r\nContent-Length: {len(content)}"
    )
    return head.encode() + _HEAD_END + content


async def run(url: str, requests: Sequence[Sequence[bytes]]) -> Answered:
    """A client for each list of requests, all at once."""
    times_s: list[float] = []
    began_s = time.perf_counter()
    await _run_all(url, requests, times_s)
    seconds = time.perf_counter() - began_s
    times_s.sort()
    p50_s, p99_s = (times_s[int(len(times_s) * part)] for part in (0.5, 0.99))
    return Answered(len(times_s), seconds, p50_s * 1e6, p99_s * 1e6)


async def _run_all(url: str, requests: Sequence[Sequence[bytes]], times_s: list[float]) -> None:
    place, loop = urlsplit(url), asyncio.get_running_loop()
    clients: list[Client] = []
    for each in requests:
        make = partial(Client, iter(each), times_s)
        _, client = await loop.create_connection(make, place.hostname or "", place.port or 80)
        clients.append(client)
    await asyncio.gather(*(client.done for client in clients))


def main() -> int:
    """Run the clients; print what they were answered."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("way", choices=WAYS)
    parser.add_argument("url")
    parser.add_argument("--clients", type=int, required=True)
    parser.add_argument("--requests", type=int, required=True, help="of each client")
    parser.add_argument("--first", type=int, default=KNOWN_SCHEMAS, help="number of a schema")
    options = parser.parse_args()
    requests = [
        WAYS[options.way](options.first + client * options.requests, options.requests)
        for client in range(options.clients)
    ]
    answered = asyncio.run(run(options.url, requests))
    sys.stdout.write(msgspec.json.encode(answered).decode() + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
