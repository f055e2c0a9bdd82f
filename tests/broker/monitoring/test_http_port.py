"""The port over real sockets: what a client may do, and what it cannot."""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from odradek.broker.monitoring.http_message import Answer, Request
from odradek.broker.monitoring.http_port import CONNECTIONS_MAX, HEAD_BYTES_MAX, HttpPort

TIMEOUT_S = 60.0
GET = b"GET /path HTTP/1.1\r\nHost: x\r\n\r\n"


async def say_path(request: Request) -> Answer:
    return Answer(HTTPStatus.OK, request.path.encode())


def serve(scenario: Callable[[int], Awaitable[None]], http: HttpPort | None = None) -> None:
    async def run() -> None:
        served = http or HttpPort(say_path)
        port = await served.start("127.0.0.1", 0)
        try:
            await asyncio.wait_for(scenario(port), TIMEOUT_S)
        finally:
            await served.stop()

    asyncio.run(run())


async def ask(port: int, *pieces: bytes) -> bytes:
    """Send the pieces one by one and return everything that comes until the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            writer.write(piece)
            await asyncio.sleep(0)
        return await reader.read()
    finally:
        writer.close()


def test_request_is_answered_and_the_connection_closed() -> None:
    async def scenario(port: int) -> None:
        answer = await ask(port, GET)
        assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
        assert answer.endswith(b"\r\n\r\n/path")

    serve(scenario)


def test_request_may_come_byte_by_byte_and_end_its_direction() -> None:
    async def scenario(port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for byte in GET:
            writer.write(bytes([byte]))
            await asyncio.sleep(0)
        writer.write_eof()
        assert (await reader.read()).endswith(b"/path")
        writer.close()

    serve(scenario)


def test_what_follows_the_request_is_ignored() -> None:
    async def scenario(port: int) -> None:
        assert (await ask(port, GET + GET)).count(b"HTTP/1.1") == 1

    serve(scenario)


def test_head_without_end_is_refused_at_its_limit() -> None:
    async def scenario(port: int) -> None:
        answer = await ask(port, b"GET / HTTP/1.1\r\nX: " + b"x" * HEAD_BYTES_MAX)
        assert answer.startswith(b"HTTP/1.1 431 ")

    serve(scenario)


def test_request_that_does_not_come_ends_at_its_deadline() -> None:
    async def scenario(port: int) -> None:
        assert (await ask(port, b"GET / HT")).startswith(b"HTTP/1.1 408 ")

    serve(scenario, HttpPort(say_path, request_deadline_s=0.05))


def test_client_that_takes_no_answer_is_dropped_at_its_deadline() -> None:
    async def say_much(request: Request) -> Answer:
        return Answer(HTTPStatus.OK, bytes(64 << 20))

    http = HttpPort(say_much, answer_deadline_s=0.05)

    async def scenario(port: int) -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
        writer.write(GET)
        while not http.exchanges:  # noqa: ASYNC110 - the port sets no event
            await asyncio.sleep(0)
        while http.exchanges:  # noqa: ASYNC110 - the port sets no event
            await asyncio.sleep(0.01)
        writer.close()

    serve(scenario, http)


def test_one_connection_too_many_is_told_so_and_the_others_go_on() -> None:
    async def scenario(port: int) -> None:
        waiting = [await asyncio.open_connection("127.0.0.1", port) for _ in range(CONNECTIONS_MAX)]
        assert (await ask(port)).startswith(b"HTTP/1.1 503 ")
        for reader, writer in waiting:
            writer.write(GET)
            assert (await reader.read()).endswith(b"/path")
            writer.close()
        assert (await ask(port, GET)).endswith(b"/path")

    serve(scenario)


def test_bug_in_an_answer_costs_this_answer_only() -> None:
    async def fail_once(request: Request) -> Answer:
        if request.path == "/path":
            raise RuntimeError(request.path)
        return Answer(HTTPStatus.OK, b"fine")

    async def scenario(port: int) -> None:
        assert (await ask(port, GET)).startswith(b"HTTP/1.1 500 ")
        assert (await ask(port, GET.replace(b"/path", b"/"))).endswith(b"fine")

    serve(scenario, HttpPort(fail_once))
