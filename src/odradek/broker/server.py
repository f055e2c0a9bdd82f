"""The listening sockets and the connections accepted from them.

A name such as `localhost` may stand for several addresses; each is listened on, all with the same
port. When the process has no descriptor left for another connection, accepting rests for a moment:
clients wait in the backlog, those that are connected are served.
"""

import asyncio
import errno
import socket
from collections.abc import Iterable
from contextlib import ExitStack

from odradek.broker.connection import Connection
from odradek.broker.errors import StartupError
from odradek.broker.metered_requests import choose_dispatch
from odradek.broker.runtime import Broker
from odradek.broker.socket_transport import SocketTransport

BACKLOG = 1024
MEMORY_SWEEP_S = 10.0
DRAIN_TIMEOUT_S = 3.0
ACCEPT_RETRY_S = 1.0
OUT_OF_RESOURCES = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


class Server:
    """Accepts clients for one broker on one address."""

    def __init__(self, broker: Broker, host: str, port: int) -> None:
        self._broker = broker
        self._dispatch = choose_dispatch(broker)
        self._connections: set[Connection] = set()
        self._host = host
        self._port = port
        self._loop = broker.loop
        self._listeners: list[socket.socket] = []
        self._sweep: asyncio.TimerHandle | None = None

    async def start(self) -> int:
        """Bind and accept; return the port, which the system picks if 0 was asked for."""
        try:
            found = await self._loop.getaddrinfo(
                self._host, self._port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )
            self._listen(dict.fromkeys((family, str(to[0])) for family, _, _, _, to in found))
        except OSError as error:
            raise StartupError(self._explain(error)) from error
        self._schedule_sweep()
        return self._port

    def _listen(self, addresses: Iterable[tuple[int, str]]) -> None:
        """All of them or none."""
        with ExitStack() as opened:
            for family, host in addresses:
                listener = socket.create_server((host, self._port), family=family, backlog=BACKLOG)
                opened.enter_context(listener)
                listener.setblocking(False)
                self._port = listener.getsockname()[1]
                self._listeners.append(listener)
            opened.pop_all()
        for listener in self._listeners:
            self._accept_from(listener)

    def _accept_from(self, listener: socket.socket) -> None:
        if listener in self._listeners:
            self._loop.add_reader(listener.fileno(), self._accept, listener)

    def _accept(self, listener: socket.socket) -> None:
        try:
            accepted, address = listener.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return
        except OSError as error:
            self._rest(listener, error)
            return
        connection = Connection(self._broker, self._dispatch, self._connections)
        connection.connection_made(
            SocketTransport(self._loop, accepted, connection, address[0] if address else "")
        )

    def _rest(self, listener: socket.socket, error: OSError) -> None:
        """Stop accepting until descriptors may be free again."""
        if error.errno not in OUT_OF_RESOURCES:
            raise error
        self._broker.log.error("cannot accept connections", reason=error.strerror)
        self._loop.remove_reader(listener.fileno())
        self._loop.call_later(ACCEPT_RETRY_S, self._accept_from, listener)

    async def stop(self) -> None:
        """Close the listener, then every connection: with what is ready to send, if it is read."""
        if self._sweep is not None:
            self._sweep.cancel()
        listeners, self._listeners = self._listeners, []
        for listener in listeners:
            self._loop.remove_reader(listener.fileno())
            listener.close()
        for connection in list(self._connections):
            connection.close()
        await self._drain(DRAIN_TIMEOUT_S)
        for connection in list(self._connections):
            connection.abort()
        await self._drain(None)

    async def _drain(self, timeout_s: float | None) -> None:
        """Wait until every connection is gone."""
        leaving = [connection.lost for connection in self._connections]
        if leaving:
            await asyncio.wait(leaving, timeout=timeout_s)

    def _schedule_sweep(self) -> None:
        for connection in self._connections:
            connection.release_idle_memory()
        self._sweep = self._loop.call_later(MEMORY_SWEEP_S, self._schedule_sweep)

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
