"""What has to happen by when, for all groups together.

A deadline that is moved later, as every heartbeat does, costs a dictionary entry; the heap notices
when the old time comes up.
"""

import heapq
from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

_SLACK = 1024


class DeadlineKind(IntEnum):
    """What happens when nobody prevents it."""

    SESSION = 0
    """A member is taken for dead."""
    JOIN = 1
    """A rebalance goes on without those who have not joined."""
    SYNC = 2
    """Members that did not ask for their assignment are dropped."""


class Deadline(NamedTuple):
    """`member_id` is empty where the deadline is the group's."""

    kind: DeadlineKind
    group_id: str
    member_id: str = ""


class Deadlines:
    """At most one time for each deadline."""

    def __init__(self) -> None:
        self._times: dict[Deadline, int] = {}
        self._heap: list[tuple[int, Deadline]] = []

    def __len__(self) -> int:
        return len(self._times)

    def set(self, deadline: Deadline, at_ms: int) -> None:
        """Let it come up at this time, whatever was agreed before."""
        before = self._times.get(deadline)
        self._times[deadline] = at_ms
        if before is None or at_ms < before:
            self._push(at_ms, deadline)

    def cancel(self, deadline: Deadline) -> None:
        """Let it never come up."""
        self._times.pop(deadline, None)

    def next_ms(self) -> int | None:
        """When to look again: never later than the first deadline."""
        return self._heap[0][0] if self._heap else None

    def pop_due(self, now_ms: int) -> Iterator[Deadline]:
        """Take out what is due, the earliest first."""
        while self._heap and self._heap[0][0] <= now_ms:
            _, deadline = heapq.heappop(self._heap)
            at_ms = self._times.get(deadline)
            if at_ms is None:
                continue
            if at_ms > now_ms:
                self._push(at_ms, deadline)
                continue
            del self._times[deadline]
            yield deadline

    def shift(self, by_ms: int) -> None:
        """Move all of them."""
        self._times = {deadline: at_ms + by_ms for deadline, at_ms in self._times.items()}
        self._rebuild()

    def _push(self, at_ms: int, deadline: Deadline) -> None:
        if len(self._heap) > 2 * len(self._times) + _SLACK:
            self._rebuild()
        heapq.heappush(self._heap, (at_ms, deadline))

    def _rebuild(self) -> None:
        self._heap = [(at_ms, deadline) for deadline, at_ms in self._times.items()]
        heapq.heapify(self._heap)
