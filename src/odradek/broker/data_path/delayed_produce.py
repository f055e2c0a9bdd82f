"""A produce with acks=all that waits for the disk."""

import asyncio

from odradek.broker.request import PendingResponse
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.produce import PartitionProduceResponse, ProduceResponse


class DelayedProduce:
    """A produce with acks=all whose response leaves when every partition of it is synced.

    Answers that are not durable when `timeout_ms` is over say REQUEST_TIMED_OUT: the records may
    still become durable later, as with any acknowledgement that does not arrive.
    """

    __slots__ = ("_loop", "_response", "_timeout_ms", "_timer", "_waiting", "response")

    def __init__(
        self, loop: asyncio.AbstractEventLoop, response: ProduceResponse, timeout_ms: int
    ) -> None:
        self._loop = loop
        self._response = response
        self._timeout_ms = timeout_ms
        self._timer: asyncio.TimerHandle | None = None
        self._waiting: list[PartitionProduceResponse] = []
        self.response: PendingResponse = loop.create_future()

    @property
    def is_waiting(self) -> bool:
        return bool(self._waiting)

    def wait_for(self, answer: PartitionProduceResponse) -> None:
        """One more partition must become durable first."""
        if self._timer is None:
            self._timer = self._loop.call_later(self._timeout_ms / 1000, self._time_out)
        self._waiting.append(answer)

    def complete(self, answer: PartitionProduceResponse) -> None:
        """One partition is done, well or badly."""
        self._waiting = [waiting for waiting in self._waiting if waiting is not answer]
        if not self._waiting:
            self._respond()

    def _time_out(self) -> None:
        for answer in self._waiting:
            answer.error_code = ErrorCode.REQUEST_TIMED_OUT
        self._waiting = []
        self._respond()

    def _respond(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if not self.response.done():
            self.response.set_result(self._response)
