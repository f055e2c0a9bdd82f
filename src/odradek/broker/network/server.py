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

from odradek.broker.errors import StartupError
from odradek.broker.network.connection import Connection
from odradek.broker.network.connection_limits import ConnectionLimits, Refusal
from odradek.broker.network.socket_transport import SocketTransport
from odradek.broker.requests.metered_requests import choose_dispatch
from odradek.broker.runtime import Broker

BACKLOG = 1024
SWEEP_S = 10.0
SHORTEST_SWEEP_S = 0.05
IDLE = "connections.max.idle.ms"
DRAIN_TIMEOUT_S = 3.0
ACCEPT_RETRY_S = 1.0
OUT_OF_RESOURCES = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


class Server:
    """Accepts clients for one broker on one address."""

    def __init__(self, broker: Broker, host: str, port: int) -> None:
        self._broker = broker
        self._dispatch = choose_dispatch(broker)
        self._connections: set[Connection] = set()
        self._limits = ConnectionLimits(broker.configs, broker.loop.time())
        self._idle_max_s = broker.configs.broker_int("connections.max.idle.ms") / 1000
        self._is_accepting = False
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
        self._begin_accepting()

    def _begin_accepting(self) -> None:
        if not self._is_accepting:
            self._is_accepting = True
            for listener in self._listeners:
                self._loop.add_reader(listener.fileno(), self._accept, listener)

    def _rest(self, delay_s: float | None) -> None:
        """Accept nobody for a while; without a delay, until somebody leaves."""
        self._is_accepting = False
        for listener in self._listeners:
            self._loop.remove_reader(listener.fileno())
        if delay_s is not None:
            self._loop.call_later(delay_s, self._begin_accepting)

    def _has_to_rest(self) -> bool:
        """Whether the next client must wait in the backlog."""
        full = self._limits.find_pause()
        if full is not None:
            self._note_refused(full, client="the next")
            self._rest(None)
            return True
        delay_s = self._limits.delay_s(self._loop.time())
        if delay_s > 0:
            self._rest(delay_s)
        return delay_s > 0

    def _accept(self, listener: socket.socket) -> None:
        if not self._is_accepting or self._has_to_rest():
            return
        try:
            accepted, address = listener.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return
        except OSError as error:
            if error.errno not in OUT_OF_RESOURCES:
                raise
            self._broker.log.error("cannot accept connections", reason=error.strerror)  # noqa: TRY400 - no bug
            self._rest(ACCEPT_RETRY_S)
            return
        self._let_in(accepted, address[0] if address else "")

    def _let_in(self, accepted: socket.socket, host: str) -> None:
        refusal = self._limits.find_refusal(host)
        if refusal is not None:
            accepted.close()
            self._note_refused(refusal, client=host)
            return
        connection = Connection(self._broker, self._dispatch, self._on_lost)
        self._connections.add(connection)
        self._limits.add(host)
        self._broker.connection_meter.accepted += 1
        connection.connection_made(SocketTransport(self._loop, accepted, connection, host))

    def _note_refused(self, refusal: Refusal, *, client: str) -> None:
        self._broker.connection_meter.refused[refusal.setting] += 1
        self._broker.client_log.info("connection refused", client=client, reason=refusal.reason)

    def _on_lost(self, connection: Connection) -> None:
        self._connections.discard(connection)
        self._limits.discard(connection.client_host)
        self._broker.connection_meter.closed += 1
        if not self._is_accepting and not self._limits.find_pause():
            self._begin_accepting()

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
        now_s = self._loop.time()
        for connection in list(self._connections):
            connection.release_idle_memory()
            if 0 <= self._idle_max_s <= connection.idle_s(now_s):
                self._close_idle(connection)
        if not self._is_accepting and not self._limits.find_pause():
            self._begin_accepting()  # the limit may have been raised
        self._broker.client_log.settle()
        delay_s = min(SWEEP_S, self._idle_max_s / 4) if self._idle_max_s >= 0 else SWEEP_S
        self._sweep = self._loop.call_later(max(delay_s, SHORTEST_SWEEP_S), self._schedule_sweep)

    def _close_idle(self, connection: Connection) -> None:
        idle_max_ms = int(self._idle_max_s * 1000)
        self._broker.connection_meter.refused[IDLE] += 1
        self._broker.client_log.info(
            "closing connection",
            client=connection.client_host,
            reason=f"idle for {idle_max_ms} ms ({IDLE})",
        )
        connection.abort()

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
