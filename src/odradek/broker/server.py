"""The listening socket and the connections accepted from it."""

import asyncio
import errno
import socket

from odradek.broker.connection import Connection
from odradek.broker.errors import StartupError
from odradek.broker.runtime import Broker

BACKLOG = 1024
MEMORY_SWEEP_S = 10.0
DRAIN_TIMEOUT_S = 3.0


class Server:
    """Accepts clients for one broker on one address."""

    def __init__(self, broker: Broker, host: str, port: int) -> None:
        self.broker = broker
        self._connections: set[Connection] = set()
        self._is_empty = asyncio.Event()
        self._host = host
        self._port = port
        self._server: asyncio.Server | None = None
        self._sweep: asyncio.TimerHandle | None = None

    async def start(self) -> int:
        """Bind and accept; return the port, which the system picks if 0 was asked for."""
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(
                lambda: Connection(self),
                self._host,
                self._port,
                backlog=BACKLOG,
                reuse_address=True,
            )
        except OSError as error:
            raise StartupError(self._explain(error)) from error
        self._schedule_sweep()
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def stop(self) -> None:
        """Close the listener, then every connection: with what is ready to send, if it is read."""
        if self._sweep is not None:
            self._sweep.cancel()
        if self._server is not None:
            self._server.close()
        for connection in list(self._connections):
            connection.close()
        try:
            await asyncio.wait_for(self._wait_until_empty(), DRAIN_TIMEOUT_S)
        except TimeoutError:
            for connection in list(self._connections):
                connection.abort()
            await self._wait_until_empty()
        if self._server is not None:
            await self._server.wait_closed()

    def add(self, connection: Connection) -> None:
        """A client was accepted."""
        self._connections.add(connection)
        self._is_empty.clear()

    def discard(self, connection: Connection) -> None:
        """A client is gone."""
        self._connections.discard(connection)
        if not self._connections:
            self._is_empty.set()

    async def _wait_until_empty(self) -> None:
        if self._connections:
            await self._is_empty.wait()

    def _schedule_sweep(self) -> None:
        for connection in self._connections:
            connection.release_idle_memory()
        loop = asyncio.get_running_loop()
        self._sweep = loop.call_later(MEMORY_SWEEP_S, self._schedule_sweep)

    def _explain(self, error: OSError) -> str:
        address = f"{self._host}:{self._port}"
        if error.errno == errno.EADDRINUSE:
            return (
                f"cannot listen on {address}: the port is taken; stop the other process or "
                "choose another port with --listen (port 0 picks a free one)"
            )
        if error.errno == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
            return f"cannot listen on {address}: this machine has no such address"
        if error.errno == errno.EACCES:
            return f"cannot listen on {address}: ports below 1024 need privileges"
        return f"cannot listen on {address}: {error.strerror or error}"
