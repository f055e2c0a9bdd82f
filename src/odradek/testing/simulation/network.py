"""Connections between simulated clients and the broker's own `Connection`.

What a client sends arrives in order and after a while, cut and joined as TCP does it. A client that
loses patience leaves its connection, but what it sent may still arrive, long after it has sent the
same again on another: so requests are duplicated and reordered. Answers on a connection that was
left go nowhere.

The bytes of a request that is under way to a broker that dies are lost; the client hears of it.
"""

import asyncio
import itertools
import random
from collections import deque
from typing import cast

from odradek.broker.network.connection import Connection
from odradek.broker.network.socket_transport import SocketTransport
from odradek.broker.requests.dispatch import dispatch
from odradek.broker.runtime import Broker
from odradek.protocol.declaration import Piece
from odradek.testing.simulation.virtual_clock import VirtualLoop

SIZE_BYTES = 4
CLIENT_HOST = "127.0.0.1"


class NoAnswer(Exception):
    """The connection broke or the time was up: whether the request was handled is unknown."""


class Network:
    """How long everything takes, and which broker answers at the moment."""

    def __init__(self, loop: VirtualLoop, dice: random.Random) -> None:
        self.loop = loop
        self.dice = dice
        self.slowness = 1.0
        """By how much everything takes longer than it should."""
        self.last_arrival_s = 0.0
        """When the last of what is under way will have arrived."""
        self.broker: Broker | None = None
        self._ends: set[SimulatedTransport] = set()
        self._numbers = itertools.count()

    def latency_s(self) -> float:
        """Mostly under a millisecond or two, sometimes a tenth of a second."""
        if self.dice.random() < 0.02:
            return self.dice.uniform(0.01, 0.1) * self.slowness
        return self.dice.uniform(0.0001, 0.002) * self.slowness

    def connect(self, *, may_be_late: bool = True) -> "SimulatedConnection":
        """A connection; `may_be_late`: what is under way when it breaks may still arrive.

        Raises NoAnswer while no broker serves.
        """
        if self.broker is None:
            raise NoAnswer
        return SimulatedConnection(self, self.broker, may_be_late=may_be_late)

    def broker_is_gone(self) -> None:
        """Every connection breaks."""
        self.broker = None
        for end in sorted(self._ends, key=lambda end: end.number):
            self.loop.call_later(self.latency_s(), end.client.broken)
        self._ends.clear()

    def break_all(self) -> None:
        """Clients lose their connections; what they have sent may arrive all the same."""
        for end in sorted(self._ends, key=lambda end: end.number):
            self.loop.call_soon(end.client.broken)

    def opened(self, end: "SimulatedTransport") -> int:
        """A number by which ends can be put in order."""
        self._ends.add(end)
        return next(self._numbers)

    def closed(self, end: "SimulatedTransport") -> None:
        self._ends.discard(end)


class SimulatedConnection:
    """The client's end: requests go in with `send`, each yields the future of its answer."""

    def __init__(self, network: Network, broker: Broker, *, may_be_late: bool) -> None:
        self._network = network
        self._may_be_late = may_be_late
        self._broker = broker
        self._arrives_at_s = 0.0
        self._unsent = bytearray()
        self._received = bytearray()
        self._awaited: deque[asyncio.Future[bytes]] = deque()
        self.is_broken = False
        self._end = SimulatedTransport(network, broker, self)

    def send(self, frame: bytes) -> asyncio.Future[bytes]:
        """The future becomes the answer without its size, or raises NoAnswer."""
        network = self._network
        answer: asyncio.Future[bytes] = network.loop.create_future()
        if self.is_broken:
            answer.set_exception(NoAnswer())
            return answer
        self._awaited.append(answer)
        self._unsent += len(frame).to_bytes(SIZE_BYTES, "big") + frame
        self._flush_later(network.latency_s())
        return answer

    def leave(self) -> None:
        """Wait for nothing here any more; what was sent may arrive much later, or never."""
        if self._unsent and self._network.dice.random() < 0.5:
            self._flush_later(self._network.dice.uniform(0.05, 2.0))
        self.broken()

    def receive(self, data: bytes) -> None:
        """Bytes of the broker have arrived."""
        if self.is_broken:
            return
        self._received += data
        while len(self._received) >= SIZE_BYTES:
            end = SIZE_BYTES + int.from_bytes(self._received[:SIZE_BYTES], "big")
            if len(self._received) < end:
                return
            answer = self._awaited.popleft()
            if not answer.done():
                answer.set_result(bytes(self._received[SIZE_BYTES:end]))
            del self._received[:end]

    def broken(self) -> None:
        """Nobody will answer what is open."""
        self.is_broken = True
        if not self._may_be_late:
            self._unsent.clear()
        while self._awaited:
            answer = self._awaited.popleft()
            if not answer.done():
                answer.set_exception(NoAnswer())

    def _flush_later(self, delay_s: float) -> None:
        loop = self._broker.loop
        self._arrives_at_s = max(self._arrives_at_s, loop.time() + delay_s)
        self._network.last_arrival_s = max(self._network.last_arrival_s, self._arrives_at_s)
        loop.call_at(self._arrives_at_s, self._flush)

    def _flush(self) -> None:
        """Everything that was sent arrives, or a part of it and the rest a moment later."""
        dice = self._network.dice
        size = len(self._unsent)
        if size > 1 and dice.random() < 0.1:
            size = dice.randrange(1, size)
            self._flush_later(0.0001)
        data = bytes(self._unsent[:size])
        del self._unsent[:size]
        if data:
            self._end.deliver(data)


class SimulatedTransport:
    """What the broker's `Connection` takes for its socket."""

    unsent_bytes = 0
    peer_host = CLIENT_HOST

    def __init__(self, network: Network, broker: Broker, client: SimulatedConnection) -> None:
        self.client = client
        self._network = network
        self._is_closed = False
        self._answers_at_s = 0.0
        self.number = network.opened(self)
        self._connection = Connection(broker, dispatch, lambda connection: None)
        self._connection.connection_made(cast(SocketTransport, self))

    def deliver(self, data: bytes) -> None:
        """Hand bytes of the client to the connection, as a read from a socket does."""
        while data and not self._is_closed:
            space = self._connection.get_buffer(-1)
            taken, data = data[: len(space)], data[len(space) :]
            space[: len(taken)] = taken
            self._connection.buffer_updated(len(taken))

    def write(self, data: Piece, *, is_followed: bool = False) -> None:
        """Send to the client, in order."""
        loop = self._network.loop
        arrival_s = loop.time() + self._network.latency_s()
        self._answers_at_s = max(self._answers_at_s, arrival_s)
        loop.call_at(self._answers_at_s, self.client.receive, bytes(data))

    def resume_reading(self) -> None:
        """There is always something that reads."""

    def pause_reading(self) -> None:
        """A schedule's requests fit into a receive buffer."""

    def close(self) -> None:
        """The broker hangs up."""
        if self._is_closed:
            return
        self._is_closed = True
        self._network.closed(self)
        self._network.loop.call_later(self._network.latency_s(), self.client.broken)
        self._connection.connection_lost(None)

    abort = close
