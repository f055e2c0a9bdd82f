"""Fetches that wait for bytes.

Waiters are never completed inside the turn of the connection that woke them: a notification only
notes the partition, and one callback of the loop then looks at all waiters of all noted partitions.
"""

import asyncio
from collections.abc import Callable, Iterable

from odradek.broker.partition import Partition
from odradek.broker.request import PendingResponse
from odradek.protocol.declaration import Response


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
        purgatory.watch(self, self._partitions)

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
        self._purgatory.forget(self, self._partitions)


class FetchPurgatory:
    """Wakes parked fetches when the partitions they watch gain readable bytes."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._gained_bytes: dict[Partition, int] = {}
        self._watchers: dict[Partition, set[DelayedFetch]] = {}

    def __len__(self) -> int:
        """How many fetches wait, each counted for every partition it watches."""
        return sum(map(len, self._watchers.values()))

    def watch(self, fetch: DelayedFetch, partitions: Iterable[Partition]) -> None:
        """Wake `fetch` when one of these has more to read."""
        for partition in partitions:
            self._watchers.setdefault(partition, set()).add(fetch)

    def forget(self, fetch: DelayedFetch, partitions: Iterable[Partition]) -> None:
        """The fetch was answered, or its client is gone."""
        for partition in partitions:
            watchers = self._watchers.get(partition, set())
            watchers.discard(fetch)
            if not watchers:
                self._watchers.pop(partition, None)

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
        if partition not in self._watchers:
            return
        if not self._gained_bytes:
            self.loop.call_soon(self._wake)
        self._gained_bytes[partition] = self._gained_bytes.get(partition, 0) + gained_bytes

    def complete_all(self, partition: Partition) -> None:
        """Answer everybody who watches a partition that was deleted or changed."""
        for fetch in list(self._watchers.get(partition, ())):
            self.loop.call_soon(fetch.complete)

    def _wake(self) -> None:
        gained_bytes, self._gained_bytes = self._gained_bytes, {}
        for partition, gained in gained_bytes.items():
            for fetch in list(self._watchers.get(partition, ())):
                fetch.missing_bytes -= gained
                if fetch.missing_bytes <= 0:
                    fetch.complete()
