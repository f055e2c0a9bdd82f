"""uvicorn on a socket of ours, in the event loop that runs already; signals are the part's
business."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Iterator
from typing import Any

import uvicorn

from odradek.web.application import Application
from odradek.web.http_connection import HttpConnection

STOP_TIMEOUT_S = 5
"""Requests under way have so long; the part as a whole has ten seconds."""
KEEP_ALIVE_TIMEOUT_S = 75
CONNECTIONS_MAX = 10_000
HEADERS_BYTES_MAX = 64 * 1024
BACKLOG = 1024


class HttpServer:
    """Serves one application on one address. `address` tells the port once it was picked."""

    def __init__(
        self,
        application: Application,
        host: str,
        port: int,
        *,
        certificate: str | None = None,
        key: str | None = None,
    ) -> None:
        self._socket = listen(host, port)
        self._scheme = "http" if certificate is None else "https"
        self._host = host
        self._server = _Server(
            uvicorn.Config(
                application,
                http=HttpConnection,
                lifespan="off",
                interface="asgi3",
                access_log=False,
                log_config=None,
                log_level="warning",
                server_header=False,
                date_header=False,
                proxy_headers=False,
                timeout_keep_alive=KEEP_ALIVE_TIMEOUT_S,
                timeout_graceful_shutdown=STOP_TIMEOUT_S,
                limit_concurrency=CONNECTIONS_MAX,
                h11_max_incomplete_event_size=HEADERS_BYTES_MAX,
                ssl_certfile=certificate,
                ssl_keyfile=key,
                ssl_version=ssl.PROTOCOL_TLS_SERVER,
            )
        )
        self._task: asyncio.Task[None] | None = None

    @property
    def address(self) -> str:
        """The URL of the server."""
        port = self._socket.getsockname()[1]
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"{self._scheme}://{host}:{port}"

    async def start(self) -> None:
        """Serve; returns once connections are accepted."""
        self._task = asyncio.create_task(self._server.serve(sockets=[self._socket]))
        started = asyncio.create_task(self._server.is_serving.wait())
        await asyncio.wait([self._task, started], return_when=asyncio.FIRST_COMPLETED)
        started.cancel()
        if self._task.done():
            await self._task

    async def stop(self) -> None:
        """Answer what is under way, and stop."""
        self._server.should_exit = True
        if self._task is not None:
            await self._task
        self._socket.close()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_serving = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the process."""
        yield

    async def startup(self, sockets: list[Any] | None = None) -> None:
        await super().startup(sockets)
        self.is_serving.set()


def listen(host: str, port: int) -> socket.socket:
    """A socket whose connections send each part of an answer at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.create_server((host, port), family=family, backlog=BACKLOG)
    # asyncio sets this itself, but only on sockets that were made with the protocol's number.
    # Without it the body of an answer waits 40 ms for the acknowledgement of its head.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listening.setblocking(False)
    return listening
