"""A small HTTP port: one request on each connection, answered and closed.

Whoever connects can cost little: a bounded number of connections at a time, a bounded head, a
deadline for sending the request and one for taking the answer. Which paths there are is not known
here.
"""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import cast

from odradek.broker.monitoring.http_message import (
    END_OF_HEAD,
    Answer,
    BadRequest,
    Request,
    format_answer,
    parse_request,
)
from odradek.event_log import get_logger

CONNECTIONS_MAX = 32
HEAD_BYTES_MAX = 8 * 1024
REQUEST_DEADLINE_S = 5.0
ANSWER_DEADLINE_S = 30.0

Handler = Callable[[Request], Awaitable[Answer]]

logger = get_logger(__name__)


class HttpPort:
    """Listens, and hands every request to `handle`."""

    def __init__(
        self,
        handle: Handler,
        *,
        request_deadline_s: float = REQUEST_DEADLINE_S,
        answer_deadline_s: float = ANSWER_DEADLINE_S,
    ) -> None:
        self.handle = handle
        self.request_deadline_s = request_deadline_s
        self.answer_deadline_s = answer_deadline_s
        self.exchanges: set[_Exchange] = set()
        self._server: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen; return the port, which the system picks if 0 was asked for. Raises OSError."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: _Exchange(self, loop), host, port, reuse_address=True
        )
        bound: int = self._server.sockets[0].getsockname()[1]
        return bound

    async def stop(self) -> None:
        """Close the listener and every connection."""
        if self._server is None:
            return
        self._server.close()
        for exchange in list(self.exchanges):
            exchange.abort()
        await self._server.wait_closed()
        self._server = None


class _Exchange(asyncio.Protocol):
    """One connection: a request and its answer."""

    def __init__(self, port: HttpPort, loop: asyncio.AbstractEventLoop) -> None:
        self._port = port
        self._loop = loop
        self._head = bytearray()
        self._answering: asyncio.Task[None] | None = None
        self._is_answered = False
        self._transport: asyncio.Transport
        self._deadline: asyncio.TimerHandle

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._deadline = self._loop.call_later(self._port.request_deadline_s, self._on_late_request)
        is_full = len(self._port.exchanges) >= CONNECTIONS_MAX
        self._port.exchanges.add(self)
        if is_full:
            busy = BadRequest(HTTPStatus.SERVICE_UNAVAILABLE, "too many requests at a time")
            self._send(busy.answer)

    def data_received(self, data: bytes) -> None:
        if self._answering is not None or self._is_answered:
            return  # nothing that follows the one request matters
        self._head += data
        end = self._head.find(END_OF_HEAD)
        if end < 0 and len(self._head) > HEAD_BYTES_MAX:
            too_large = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            self._send(
                BadRequest(too_large, f"a request has at most {HEAD_BYTES_MAX} bytes").answer
            )
        elif end >= 0:
            self._answering = self._loop.create_task(self._answer(bytes(self._head[:end])))

    def eof_received(self) -> bool:
        """Who has sent a whole request may close that direction and still gets the answer."""
        return self._answering is not None or self._is_answered

    def connection_lost(self, exc: Exception | None) -> None:
        self._port.exchanges.discard(self)
        self._deadline.cancel()
        if self._answering is not None:
            self._answering.cancel()

    # What the port calls.

    def abort(self) -> None:
        """Close without sending what waits."""
        self._transport.abort()

    # Answering.

    async def _answer(self, head: bytes) -> None:
        is_head = False
        try:
            request = parse_request(head)
            is_head = request.is_head
            answer = await self._port.handle(request)
        except BadRequest as error:
            answer = error.answer
        except Exception:  # a bug costs this answer, never the broker
            logger.exception("monitoring request failed")
            failed = HTTPStatus.INTERNAL_SERVER_ERROR
            answer = BadRequest(failed, "the request failed inside the broker").answer
        self._send(answer, is_head=is_head)

    def _send(self, answer: Answer, *, is_head: bool = False) -> None:
        self._is_answered = True
        self._deadline.cancel()
        self._deadline = self._loop.call_later(self._port.answer_deadline_s, self.abort)
        self._transport.write(format_answer(answer, is_head=is_head))
        self._transport.close()

    def _on_late_request(self) -> None:
        if self._answering is None:
            late = BadRequest(HTTPStatus.REQUEST_TIMEOUT, "the request did not arrive in time")
            self._send(late.answer)
