"""What every simulated client has: a name, dice of its own, patience, and one connection at a time.

A client that waits longer than its patience leaves the connection and asks again on another, as
real ones do; impatient ones thereby send everything twice. A paused client is a process under
SIGSTOP: it neither sends nor hears until its time has come, and then goes on as if nothing had
been.

Dice belong to one client each, so that taking away one event of a schedule changes little else.
"""

import asyncio
import random
import sys
from collections.abc import Coroutine, Sequence
from typing import Any

from odradek.protocol.declaration import Request
from odradek.protocol.errors import ErrorCode
from odradek.protocol.headers import RequestHeader, decode_response_header, encode_request_header
from odradek.testing.simulation.history import History
from odradek.testing.simulation.network import Network, NoAnswer, SimulatedConnection

BACKOFF_S = 0.05

STRANDED_AFTER_S = 0.003
"""About when a request was handled and its answer is under way."""

COME_AGAIN = frozenset(
    {
        ErrorCode.KAFKA_STORAGE_ERROR,
        ErrorCode.REQUEST_TIMED_OUT,
        ErrorCode.NOT_ENOUGH_REPLICAS,
        ErrorCode.NOT_COORDINATOR,
        ErrorCode.COORDINATOR_NOT_AVAILABLE,
        ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
        ErrorCode.CONCURRENT_TRANSACTIONS,
        ErrorCode.UNSTABLE_OFFSET_COMMIT,
        ErrorCode.REBALANCE_IN_PROGRESS,
    }
)
"""Errors after which a client asks the same again."""


class SimulatedClient:
    """Asks the broker, and writes into the history what it was told."""

    may_be_late = True
    """Whether what it sent on a connection that broke may arrive after what it sent later."""

    def __init__(self, name: str, network: Network, history: History, seed: str) -> None:
        self.name = name
        self.network = network
        self.loop = network.loop
        self.history = history
        self.dice = random.Random(f"{seed} {name}")  # noqa: S311 - not for secrets
        self.patience_s = self.dice.choice([0.05, 0.5, 3.0])
        self.paused_until_s = 0.0
        self.is_stopping = False
        self._stranded_s = 0.0
        self._connection: SimulatedConnection | None = None

    def begin(self) -> asyncio.Task[None]:
        """Run on the clients' loop."""
        return self.loop.create_task(self.run(), name=self.name)

    def run(self) -> Coroutine[Any, Any, None]:
        """What the client does until it is done, or asked to stop."""
        raise TypeError(f"{type(self).__name__} does not say what it does")

    def pause(self, seconds: float) -> None:
        """Stop the process for a while."""
        self.paused_until_s = max(self.paused_until_s, self.now_s + seconds)

    def strand(self, seconds: float) -> None:
        """Never hear the answers to what is asked next, and be stopped then, for a while.

        What is asked again comes when the broker may have cleaned, died and come back.
        """
        self._stranded_s = seconds

    @property
    def now_s(self) -> float:
        return self.loop.time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self._wake_up()

    async def ask(self, request: Request, version: int, patience_s: float = 0.0) -> Any:
        """One request, sent once. Raises NoAnswer."""
        (answer,) = await self.ask_all([request], version, patience_s)
        if answer is None:
            raise NoAnswer
        return answer

    async def ask_all(
        self, requests: Sequence[Request], version: int, patience_s: float = 0.0
    ) -> list[Any]:
        """Several at once on one connection; None in place of answers that did not come."""
        await self._wake_up()
        try:
            connection = self._connect()
        except NoAnswer:
            await self.sleep(BACKOFF_S)
            return [None] * len(requests)
        pending = [connection.send(self._frame(request, version)) for request in requests]
        timer = self.loop.call_later(self._wait_s(patience_s), connection.leave)
        answers = [
            await self._decode(*each, version) for each in zip(requests, pending, strict=True)
        ]
        timer.cancel()
        if None in answers:
            await self.sleep(BACKOFF_S)
        await self._wake_up()
        return answers

    def _wait_s(self, patience_s: float) -> float:
        """For how long to wait for answers."""
        if not self._stranded_s:
            return patience_s or self.patience_s
        self.pause(self._stranded_s)
        self._stranded_s = 0.0
        return STRANDED_AFTER_S

    async def ask_until_answered(self, request: Request, version: int) -> Any:
        """Ask again and again, for requests that may be repeated."""
        while True:
            try:
                return await self.ask(request, version)
            except NoAnswer:
                continue

    async def ask_until_settled(self, request: Request, version: int) -> Any:
        """As `ask_until_answered`, and again while the broker says to come again."""
        while True:
            answer = await self.ask_until_answered(request, version)
            if answer.error_code not in COME_AGAIN:
                return answer
            await self.sleep(BACKOFF_S)

    def fail(self, what: str) -> None:
        """Note what must never happen."""
        self.history.failures.append(f"{self.name}: {what}")

    def _connect(self) -> SimulatedConnection:
        if self._connection is None or self._connection.is_broken:
            self._connection = self.network.connect(may_be_late=self.may_be_late)
        return self._connection

    def _frame(self, request: Request, version: int) -> bytes:
        header = RequestHeader(request.api_key, version, 1, self.name)
        return bytes(encode_request_header(header)) + request.encode(version)

    async def _decode(self, request: Request, pending: asyncio.Future[bytes], version: int) -> Any:
        try:
            data = memoryview(await pending)
        except NoAnswer:
            return None
        response_type = _response_type(request)
        _, position = decode_response_header(data, response_type.api_key, version)
        return response_type.decode(data[position:], version)

    async def _wake_up(self) -> None:
        while self.paused_until_s > self.now_s:  # noqa: ASYNC110 - it is time that is awaited
            await asyncio.sleep(self.paused_until_s - self.now_s)


def _response_type(request: Request) -> Any:
    """The class beside the request's in its module: FetchResponse for a FetchRequest."""
    name = type(request).__name__.removesuffix("Request") + "Response"
    return getattr(sys.modules[type(request).__module__], name)
