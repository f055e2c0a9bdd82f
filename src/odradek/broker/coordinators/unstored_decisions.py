"""What was decided about groups and is on its way to the log.

What is not stored yet nobody sees, and most of what comes after need not wait for it: many commits
of one group may be under way at once. What does depend on them (a fetch of the group's offsets, its
deletion) is put off until those before it are stored. Those that come later are not waited for, so
a group that commits all the time starves nobody.

A disk that stalls answers nobody. So after `offsets.commit.timeout.ms` whoever waits is told, as by
Kafka, that the coordinator is not available; the records may still become durable.
"""

import asyncio
from collections import deque
from collections.abc import Callable

from odradek.broker.groups.classic_groups import ClassicGroups
from odradek.broker.groups.values import Decision
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.produce import PartitionProduceResponse


class UnstoredDecision:
    """One decision, told by the log when its batch is durable or never will be."""

    __slots__ = ("_all", "decision", "due_s", "followers", "group_id", "groups", "is_awaited")

    def __init__(
        self, all_of_them: "UnstoredDecisions", groups: ClassicGroups, decision: Decision
    ) -> None:
        self._all = all_of_them
        self.groups = groups
        self.decision = decision
        self.group_id = decision.records[0].group_id
        self.due_s = 0.0
        self.followers: list[Callable[[], None]] = []
        self.is_awaited = True

    def wait_for(self, answer: PartitionProduceResponse) -> None:
        """The one batch of the decision was staged."""

    def complete(self, answer: PartitionProduceResponse) -> None:
        """It is durable, or never will be."""
        self._all.settle(self, ErrorCode(answer.error_code))


class UnstoredDecisions:
    """All of them, in the order in which they were made; `on_settled` is told of each."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        timeout_s: float,
        on_settled: Callable[[UnstoredDecision, ErrorCode], None],
        on_overdue: Callable[[UnstoredDecision], None],
    ) -> None:
        self._loop = loop
        self._timeout_s = timeout_s
        self._on_settled = on_settled
        self._on_overdue = on_overdue
        self._latest: dict[str, UnstoredDecision] = {}
        self._queue: deque[UnstoredDecision] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._queue)

    def __contains__(self, group_id: str) -> bool:
        return group_id in self._latest

    def add(self, groups: ClassicGroups, decision: Decision) -> UnstoredDecision:
        """A decision that is about to be staged."""
        unstored = UnstoredDecision(self, groups, decision)
        unstored.due_s = self._loop.time() + self._timeout_s
        self._latest[unstored.group_id] = unstored
        self._queue.append(unstored)
        if self._timer is None:
            self._timer = self._loop.call_at(unstored.due_s, self._look_for_overdue)
        return unstored

    def follow(self, group_id: str, action: Callable[[], None]) -> None:
        """Act once everything is stored, or refused, that was decided about the group so far."""
        latest = self._latest.get(group_id)
        if latest is None:
            action()
        else:
            latest.followers.append(action)

    def settle(self, unstored: UnstoredDecision, error: ErrorCode) -> None:
        """The log has said what became of it."""
        unstored.is_awaited = False
        while self._queue and not self._queue[0].is_awaited:
            self._queue.popleft()
        self._on_settled(unstored, error)
        self._release_followers(unstored)

    def close(self) -> None:
        """Wait for nothing any more."""
        if self._timer is not None:
            self._timer.cancel()

    def _look_for_overdue(self) -> None:
        self._timer = None
        now_s = self._loop.time()
        while self._queue and self._queue[0].due_s <= now_s:
            unstored = self._queue.popleft()
            if unstored.is_awaited:
                self._on_overdue(unstored)
                self._release_followers(unstored)
        if self._queue:
            self._timer = self._loop.call_at(self._queue[0].due_s, self._look_for_overdue)

    def _release_followers(self, unstored: UnstoredDecision) -> None:
        if self._latest.get(unstored.group_id) is unstored:
            del self._latest[unstored.group_id]
        followers, unstored.followers = unstored.followers, []
        for follower in followers:
            follower()
