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
        self._broker = broker
        self._connections: set[Connection] = set()
        self._host = host
        self._port = port
        self._server: asyncio.Server | None = None
        self._sweep: asyncio.TimerHandle | None = None

    async def start(self) -> int:
        """Bind and accept; return the port, which the system picks if 0 was asked for."""
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(
                lambda: Connection(self._broker, self._connections),
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
        await self._drain(DRAIN_TIMEOUT_S)
        for connection in list(self._connections):
            connection.abort()
        await self._drain(None)
        if self._server is not None:
            await self._server.wait_closed()

    async def _drain(self, timeout_s: float | None) -> None:
        """Wait until every connection is gone."""
        leaving = [connection.lost for connection in self._connections]
        if leaving:
            await asyncio.wait(leaving, timeout=timeout_s)

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
