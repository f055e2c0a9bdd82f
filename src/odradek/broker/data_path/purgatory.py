"""Fetches that wait for bytes.

Waiters are never completed inside the turn of the connection that woke them: a notification only
notes the partition, and one callback of the loop then looks at all waiters of all noted partitions.
"""

import asyncio
from collections.abc import Callable, Iterable

from odradek.broker.data_path.partition import Partition
from odradek.broker.request import PendingResponse
from odradek.protocol.declaration import Response

ENOUGH_BYTES = 2**31
"""More than any fetch waits for."""


class DelayedFetch:
    """A Fetch that found fewer than `min_bytes` and waits for more, or for its time to be up."""

    __slots__ = (
        "_partitions",
        "_purgatory",
        "_read",
        "_timer",
        "is_committed_only",
        "missing_bytes",
        "response",
    )

    def __init__(
        self,
        purgatory: "FetchPurgatory",
        partitions: Iterable[Partition],
        missing_bytes: int,
        read: Callable[[], Response],
        max_wait_ms: int,
        is_committed_only: bool,
    ) -> None:
        loop = purgatory.loop
        self._purgatory = purgatory
        self._partitions = tuple(partitions)
        self._read = read
        self.missing_bytes = missing_bytes
        self.is_committed_only = is_committed_only
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


class Gain:
    """What a partition has gained since its fetches were looked at last."""

    __slots__ = ("committed_bytes", "readable_bytes")

    def __init__(self) -> None:
        self.readable_bytes = 0
        self.committed_bytes = 0


class StableEnd:
    """How far a partition's transactions are decided, as its fetches know it.

    While a transaction is open, readers of committed data gain nothing. When it ends they gain at
    least what it held, which is not counted: they are woken, whatever they wait for.
    """

    __slots__ = ("_is_behind", "_offset", "_partition")

    def __init__(self, partition: Partition) -> None:
        self._partition = partition
        self._offset = partition.log.last_stable_offset
        self._is_behind = self._offset < partition.log.high_watermark

    def advance(self, gained_bytes: int) -> int:
        """How many of the gained bytes readers of committed data gain."""
        log, before, was_behind = self._partition.log, self._offset, self._is_behind
        self._offset = log.last_stable_offset
        self._is_behind = self._offset < log.high_watermark
        if not was_behind and not self._is_behind:
            return gained_bytes
        return ENOUGH_BYTES if self._offset > before else 0


class FetchPurgatory:
    """Wakes parked fetches when the partitions they watch gain readable bytes."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._gains: dict[Partition, Gain] = {}
        self._stable: dict[Partition, StableEnd] = {}
        # Fetches are woken in the order in which they came.
        self._watchers: dict[Partition, dict[DelayedFetch, None]] = {}

    def __len__(self) -> int:
        """How many fetches wait, each counted for every partition it watches."""
        return sum(map(len, self._watchers.values()))

    def watch(self, fetch: DelayedFetch, partitions: Iterable[Partition]) -> None:
        """Wake `fetch` when one of these has more to read."""
        for partition in partitions:
            watchers = self._watchers.get(partition)
            if watchers is None:
                self._watchers[partition] = {fetch: None}
                self._stable[partition] = StableEnd(partition)
            else:
                watchers[fetch] = None

    def forget(self, fetch: DelayedFetch, partitions: Iterable[Partition]) -> None:
        """The fetch was answered, or its client is gone."""
        for partition in partitions:
            watchers = self._watchers.get(partition, {})
            watchers.pop(fetch, None)
            if not watchers:
                self._watchers.pop(partition, None)
                self._stable.pop(partition, None)

    def park(
        self,
        partitions: Iterable[Partition],
        missing_bytes: int,
        read: Callable[[], Response],
        max_wait_ms: int,
        *,
        is_committed_only: bool = False,
    ) -> PendingResponse:
        """Answer with `read()` once `missing_bytes` more can be read, or after `max_wait_ms`."""
        fetch = DelayedFetch(self, partitions, missing_bytes, read, max_wait_ms, is_committed_only)
        return fetch.response

    def notify(self, partition: Partition, gained_bytes: int) -> None:
        """Note that a partition has more to read."""
        if partition not in self._watchers:
            return
        if not self._gains:
            self.loop.call_soon(self._wake)
        gain = self._gains.get(partition)
        if gain is None:
            gain = self._gains[partition] = Gain()
        gain.readable_bytes += gained_bytes
        gain.committed_bytes += self._stable[partition].advance(gained_bytes)

    def complete_all(self, partition: Partition) -> None:
        """Answer everybody who watches a partition that was deleted or changed."""
        for fetch in list(self._watchers.get(partition, ())):
            self.loop.call_soon(fetch.complete)

    def _wake(self) -> None:
        gains, self._gains = self._gains, {}
        for partition, gain in gains.items():
            for fetch in list(self._watchers.get(partition, ())):
                fetch.missing_bytes -= (
                    gain.committed_bytes if fetch.is_committed_only else gain.readable_bytes
                )
                if fetch.missing_bytes <= 0:
                    fetch.complete()
