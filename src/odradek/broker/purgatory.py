"""Requests that wait: a Fetch for bytes, a produce for the disk.

Waiters are never completed inside the turn of the connection that woke them: a notification only
notes the partition, and one callback of the loop then looks at all waiters of all noted partitions.
"""

import asyncio
from collections.abc import Callable, Iterable

from odradek.broker.partition import Partition
from odradek.broker.request import PendingResponse
from odradek.protocol.declaration import Response
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.produce import PartitionProduceResponse, ProduceResponse


class DelayedFetch:
    """A Fetch that found fewer than `min_bytes` and waits for more, or for its time to be up."""

    __slots__ = ("_partitions", "_purgatory", "_read", "_timer", "missing_bytes", "response")

    def __init__(
        self,
        purgatory: "FetchPurgatory",
        partitions: Iterable[Partition],
        missing_bytes: int,
        read: Callable[[], Response],
        max_wait_ms: int,
    ) -> None:
        loop = purgatory.loop
        self._purgatory = purgatory
        self._partitions = tuple(partitions)
        self._read = read
        self.missing_bytes = missing_bytes
        self.response: PendingResponse = loop.create_future()
        self.response.add_done_callback(self._forget)
        self._timer = loop.call_later(max_wait_ms / 1000, self.complete)
        for partition in self._partitions:
            partition.fetch_waiters.add(self)

    def complete(self) -> None:
        """Read again and answer with whatever there is."""
        if self.response.done():
            return
        try:
            self.response.set_result(self._read())
        except Exception as error:  # noqa: BLE001 - belongs to the request, not to the waker
            self.response.set_exception(error)

    def _forget(self, response: PendingResponse) -> None:
        self._timer.cancel()
        for partition in self._partitions:
            partition.fetch_waiters.discard(self)


class FetchPurgatory:
    """Wakes parked fetches when the partitions they watch gain readable bytes."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._gained_bytes: dict[Partition, int] = {}

    def park(
        self,
        partitions: Iterable[Partition],
        missing_bytes: int,
        read: Callable[[], Response],
        max_wait_ms: int,
    ) -> PendingResponse:
        """Answer with `read()` once `missing_bytes` more can be read, or after `max_wait_ms`."""
        return DelayedFetch(self, partitions, missing_bytes, read, max_wait_ms).response

    def notify(self, partition: Partition, gained_bytes: int) -> None:
        """Note that a partition has more to read."""
        if not partition.fetch_waiters:
            return
        if not self._gained_bytes:
            self.loop.call_soon(self._wake)
        self._gained_bytes[partition] = self._gained_bytes.get(partition, 0) + gained_bytes

    def complete_all(self, partition: Partition) -> None:
        """Answer everybody who watches a partition that was deleted or changed."""
        for fetch in list(partition.fetch_waiters):
            self.loop.call_soon(fetch.complete)

    def _wake(self) -> None:
        gained_bytes, self._gained_bytes = self._gained_bytes, {}
        for partition, gained in gained_bytes.items():
            for fetch in list(partition.fetch_waiters):
                fetch.missing_bytes -= gained
                if fetch.missing_bytes <= 0:
                    fetch.complete()


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
