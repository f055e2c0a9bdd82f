"""The coordinator of consumer groups: the rules of `groups`, with a log, a clock and a loop.

What a rule decides is written to `__consumer_offsets` with the durability of acks=all. Only then is
it applied, and only then are those answered who wait for it. JoinGroup and SyncGroup may wait for
other members for minutes; a client that disconnects meanwhile stays a member until its session
ends, as with Kafka.

A commit is answered in place where nobody waits for the disk: its response is filled in before the
turn ends. Deadlines are times of the system's clock; when that is set, they are moved with it.

One timer serves all deadlines of all groups. Looking through every group (to expire offsets, or
when a topic is deleted) is done in slices, so that no request waits for a million groups.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import TypeVar, cast

from odradek.broker.coordinators.group_answers import InPlace, PartOfDeletion, deliver
from odradek.broker.coordinators.offsets_topic import OffsetsTopic, Producer
from odradek.broker.coordinators.unstored_decisions import UnstoredDecision, UnstoredDecisions
from odradek.broker.coordinators.waiting import Waiting
from odradek.broker.groups.classic_groups import ClassicGroups
from odradek.broker.groups.records import GroupRecord, TopicPartition
from odradek.broker.groups.values import (
    Answer,
    CommitReply,
    CommitRequest,
    Decision,
    GroupLimits,
    Identity,
    JoinReply,
    JoinRequest,
    LeaveReply,
    OffsetsReply,
    Reply,
    SyncReply,
    SyncRequest,
)
from odradek.broker.metadata.effective_configs import EffectiveConfigs
from odradek.broker.metadata.topic_names import OFFSETS_TOPIC
from odradek.broker.request import Encodable, PendingResponse
from odradek.event_log import get_logger
from odradek.protocol.errors import ErrorCode
from odradek.protocol.records.control_record import EndMarker

logger = get_logger(__name__)

GROUPS_PER_SLICE = 100
UNSTORED_PER_SWEEP_MAX = 1_000
SWEEP_PAUSE_S = 0.01

CLOCK_JUMP_MS = 1_000
"""A clock that is this far from where it was going has been set."""

UNAVAILABLE = frozenset({ErrorCode.COORDINATOR_NOT_AVAILABLE, ErrorCode.REQUEST_TIMED_OUT})

R = TypeVar("R", bound=Reply)

TOO_LARGE = frozenset(
    {ErrorCode.MESSAGE_TOO_LARGE, ErrorCode.RECORD_LIST_TOO_LARGE, ErrorCode.INVALID_RECORD}
)


class GroupCoordinator:
    """Serves everything about groups; see the module."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        topic: OffsetsTopic,
        configs: EffectiveConfigs,
        now_ms: Callable[[], int],
        monotonic_ms: Callable[[], int],
        write_staged: Callable[[], None],
        *,
        is_synced: bool,
    ) -> None:
        self._loop = loop
        self._topic = topic
        self._clock_ms = now_ms
        self._monotonic_ms = monotonic_ms
        self._clock_lead_ms = now_ms() - monotonic_ms()
        self._write_staged = write_staged
        self._is_synced = is_synced
        self._limits = GroupLimits(
            min_session_timeout_ms=configs.broker_int("group.min.session.timeout.ms"),
            max_session_timeout_ms=configs.broker_int("group.max.session.timeout.ms"),
            initial_rebalance_delay_ms=configs.broker_int("group.initial.rebalance.delay.ms"),
            max_members=configs.broker_int("group.max.size"),
            offset_metadata_max_chars=configs.broker_int("offset.metadata.max.bytes"),
            offsets_retention_ms=configs.broker_int("offsets.retention.minutes") * 60_000,
        )
        self._timer: asyncio.Handle | None = None
        self._timer_for_ms = 0
        self._is_expiring = False
        self._unstored = UnstoredDecisions(
            loop,
            configs.broker_int("offsets.commit.timeout.ms") / 1000,
            self._on_settled,
            self._on_overdue,
        )
        self.groups = ClassicGroups()

    def load(self) -> None:
        """Read what is stored. Raises StartupError when it cannot be understood."""
        now_ms = self._now_ms()

        def take(partition: int, producer_id: int | None, record: GroupRecord) -> None:
            if producer_id is None:
                self.groups.apply(record, now_ms)
            else:
                self.groups.apply_pending((partition, producer_id), record, now_ms)

        self._topic.replay(take, self.end_transaction)
        self._carry_out(self.groups.loaded(self._limits, now_ms))

    def close(self) -> None:
        """Expect nothing any more."""
        self._unstored.close()
        if self._timer is not None:
            self._timer.cancel()

    def ensure_ready(self) -> ErrorCode:
        """Make the topic that groups are stored in, if it is not there yet."""
        return self._topic.ensure_exists()

    # --- requests; each answers now, or later when it has waited for members or for the disk

    def join(
        self, request: JoinRequest, respond: Callable[[JoinReply], Encodable]
    ) -> Encodable | PendingResponse:
        waiting = self._wait(respond)
        return self._settle(
            waiting, self.groups.decide_join(request, waiting, self._limits, self._now_ms())
        )

    def sync(
        self, request: SyncRequest, respond: Callable[[SyncReply], Encodable]
    ) -> Encodable | PendingResponse:
        waiting = self._wait(respond)
        return self._settle(waiting, self.groups.decide_sync(request, waiting, self._now_ms()))

    def heartbeat(self, group_id: str, identity: Identity, generation_id: int) -> ErrorCode:
        """Never waits."""
        error = self.groups.heartbeat(group_id, identity, generation_id, self._now_ms())
        self._set_timer()
        return error

    def leave(
        self,
        group_id: str,
        identities: Sequence[Identity],
        respond: Callable[[LeaveReply], Encodable],
    ) -> Encodable | PendingResponse:
        waiting = self._wait(respond)
        decision = self.groups.decide_leave(
            group_id, identities, waiting, self._limits, self._now_ms()
        )
        return self._settle(waiting, decision)

    def commit(self, request: CommitRequest, asked: InPlace) -> Encodable | PendingResponse:
        """Without waiting for the disk, the end of the turn fills in the response."""
        now_ms = self._now_ms()
        if not self._is_synced:
            self._carry_out(self.groups.decide_commit(request, asked, self._limits, now_ms))
            return asked.response

        def respond(reply: CommitReply) -> Encodable:
            asked.answer(reply)
            return asked.response

        waiting = self._wait(respond)
        return self._settle(
            waiting, self.groups.decide_commit(request, waiting, self._limits, now_ms)
        )

    def commit_in_transaction(
        self,
        request: CommitRequest,
        producer: Producer,
        respond: Callable[[CommitReply], Encodable],
    ) -> Encodable | PendingResponse:
        """As `commit`, of a producer whose transaction has been verified."""
        waiting = self._wait(respond)
        decision = self.groups.decide_transactional_commit(
            request, producer, waiting, self._limits, self._now_ms()
        )
        return self._settle(waiting, decision)

    def end_transaction(self, partition: int, producer_id: int, marker: EndMarker) -> None:
        """A marker stands in a partition of the topic."""
        place = partition, producer_id
        self.groups.end_transaction(place, self._clock_ms(), is_commit=marker.is_commit)

    def partition_of(self, group_id: str) -> TopicPartition | None:
        """Where a group is stored; None while that cannot be made."""
        index = self._topic.index_of(group_id)
        return None if index is None else (OFFSETS_TOPIC, index)

    def once_stored(
        self, group_ids: Sequence[str], respond: Callable[[], Encodable]
    ) -> Encodable | PendingResponse:
        """Respond when every commit of these groups that came before is stored."""
        if not any(group_id in self._unstored for group_id in group_ids):
            return respond()
        self._write_staged()
        waiting: Waiting[Reply] = Waiting(self._loop, lambda _: respond())
        self._answer_after(list(group_ids), waiting)
        return waiting.outcome

    def delete_offsets(
        self,
        group_id: str,
        partitions: Collection[TopicPartition],
        respond: Callable[[OffsetsReply], Encodable],
    ) -> Encodable | PendingResponse:
        waiting = self._wait(respond)
        self._decide_after_commits(
            group_id, lambda: self.groups.decide_offset_deletion(group_id, partitions, waiting)
        )
        return waiting.outcome

    def delete(
        self, group_ids: Sequence[str], respond: Callable[[Mapping[str, ErrorCode]], Encodable]
    ) -> Encodable | PendingResponse:
        """Each group for itself; `respond` is called with the errors by group."""
        outcomes: dict[str, ErrorCode | None] = dict.fromkeys(group_ids)
        if not outcomes:
            return respond({})
        waiting: Waiting[Reply] = Waiting(
            self._loop, lambda _: respond(cast(Mapping[str, ErrorCode], outcomes))
        )
        for group_id in group_ids:
            part = PartOfDeletion(group_id, outcomes, waiting)
            self._decide_after_commits(group_id, partial(self._decide_deletion, group_id, part))
        return waiting.outcome

    # --- what comes by itself

    def expire_offsets(self) -> None:
        """Forget what nobody needs any more, unless the look before is still under way."""
        if not self._is_expiring:
            self._is_expiring = True
            self._sweep(partial(self._decide_expiry, self._now_ms()), self._expiry_ended)

    def _expiry_ended(self) -> None:
        self._is_expiring = False

    def forget_topic(self, topic: str, topic_id: bytes) -> None:
        """Forget the offsets of a topic that was deleted."""
        self._sweep(lambda group_id: self.groups.decide_topic_deletion(group_id, topic, topic_id))

    def unload(self) -> None:
        """The topic that groups are stored in was deleted: there are no groups any more."""
        groups, self.groups = self.groups, ClassicGroups()
        self.groups.loaded(self._limits, self._now_ms())
        for answer in groups.dismiss_all(ErrorCode.NOT_COORDINATOR):
            deliver(answer)

    def _decide_deletion(self, group_id: str, part: PartOfDeletion) -> Decision:
        # Looked up when it comes to it: the groups may have been unloaded meanwhile.
        return self.groups.decide_deletion(group_id, part)

    def _decide_expiry(self, now_ms: int, group_id: str) -> Decision:
        if group_id in self._unstored:
            # A commit is on its way, and must not be overtaken by the end of the one before it.
            return Decision()
        return self.groups.decide_expiry(group_id, self._limits, now_ms)

    def _sweep(
        self, decide: Callable[[str], Decision], on_end: Callable[[], None] = lambda: None
    ) -> None:
        """Ask about every group, some at a time, and only as fast as the disk takes the answers."""
        self._sweep_slice(self.groups.group_ids(), decide, on_end)

    def _sweep_slice(
        self,
        group_ids: list[str],
        decide: Callable[[str], Decision],
        on_end: Callable[[], None],
    ) -> None:
        for group_id in group_ids[-GROUPS_PER_SLICE:]:
            self._carry_out(decide(group_id))
        del group_ids[-GROUPS_PER_SLICE:]
        self._write_staged()
        if not group_ids:
            on_end()
        elif len(self._unstored) < UNSTORED_PER_SWEEP_MAX:
            self._loop.call_soon(self._sweep_slice, group_ids, decide, on_end)
        else:
            self._loop.call_later(SWEEP_PAUSE_S, self._sweep_slice, group_ids, decide, on_end)

    # --- decisions

    def _wait(self, respond: Callable[[R], Encodable]) -> Waiting[Reply]:
        # A request is only ever answered with its own kind of reply.
        return Waiting(self._loop, cast(Callable[[Reply], Encodable], respond))

    def _settle(self, waiting: Waiting[Reply], decision: Decision) -> Encodable | PendingResponse:
        self._carry_out(decision)
        return waiting.outcome

    def _carry_out(self, decision: Decision) -> None:
        """Send what may be sent, and store the rest at the end of the turn."""
        for answer in decision.answers:
            deliver(answer)
        if decision.records:
            self._store(decision)
        self._set_timer()

    def _decide_after_commits(self, group_id: str, decide: Callable[[], Decision]) -> None:
        """Decide what depends on the commits of the group that came before."""
        if group_id in self._unstored:
            self._write_staged()

        def carry_out() -> None:
            self._carry_out(decide())
            self._write_soon()

        if group_id in self._unstored:
            self._unstored.follow(group_id, carry_out)
        else:
            self._carry_out(decide())

    def _answer_after(self, group_ids: list[str], waiting: Waiting[Reply]) -> None:
        while group_ids:
            group_id = group_ids.pop()
            if group_id in self._unstored:
                self._unstored.follow(group_id, partial(self._answer_after, group_ids, waiting))
                return
        waiting.answer(OffsetsReply())

    def _write_soon(self) -> None:
        """Write what was staged while the writing of a turn was under way."""
        self._loop.call_soon(self._write_staged)

    def _store(self, decision: Decision) -> None:
        unstored = self._unstored.add(self.groups, decision)
        answer = self._topic.append(decision.records, unstored, self._clock_ms(), decision.producer)
        if answer.error_code != ErrorCode.NONE:
            unstored.complete(answer)

    def _on_settled(self, unstored: UnstoredDecision, error: ErrorCode) -> None:
        if error is not ErrorCode.NONE:
            self._reject(unstored, error)
            return
        now_ms = self._clock_ms()
        for record in unstored.decision.records:
            self._apply(unstored, record, now_ms)
        for answer in unstored.decision.stored:
            deliver(answer)

    def _apply(self, unstored: UnstoredDecision, record: GroupRecord, now_ms: int) -> None:
        producer = unstored.decision.producer
        if producer is None:
            self._carry_out(unstored.groups.apply(record, now_ms))
            return
        index = self._topic.index_of(record.group_id)
        if index is not None:
            unstored.groups.apply_pending((index, producer[0]), record, now_ms)

    def _on_overdue(self, unstored: UnstoredDecision) -> None:
        """Nobody is kept waiting for a disk that stalls."""
        self._reject(unstored, ErrorCode.REQUEST_TIMED_OUT)

    def _reject(self, unstored: UnstoredDecision, error: ErrorCode) -> None:
        now_ms = self._now_ms()
        decision = unstored.decision
        logger.warning("groups could not be stored", group=unstored.group_id, error=error.name)
        told = _told(error)
        for answer in decision.stored:
            deliver(Answer(answer.token, type(answer.reply)(error=told)))
        for record in decision.records:
            self._carry_out(unstored.groups.reject(record, told, self._limits, now_ms))
        self._write_soon()

    # --- deadlines

    def _now_ms(self) -> int:
        """The time; when the clock was set, what is due by then is moved with it."""
        now_ms = self._clock_ms()
        jump_ms = now_ms - self._monotonic_ms() - self._clock_lead_ms
        if abs(jump_ms) > CLOCK_JUMP_MS:
            logger.warning("the system's clock was set", by_ms=jump_ms)
            self._clock_lead_ms += jump_ms
            self.groups.shift_deadlines(jump_ms)
            self._timer_for_ms += jump_ms
        return now_ms

    def _set_timer(self) -> None:
        next_ms = self.groups.next_deadline_ms()
        if next_ms is None or (self._timer is not None and self._timer_for_ms <= next_ms):
            return
        if self._timer is not None:
            self._timer.cancel()
        # Both clocks moved alike, or the next look at them will say so.
        delay_s = max(next_ms - self._clock_ms(), 0) / 1000
        self._timer_for_ms = next_ms
        self._timer = self._loop.call_later(delay_s, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        try:
            for decision in self.groups.deadlines_passed(self._limits, self._now_ms()):
                self._carry_out(decision)
            self._write_staged()
        finally:
            self._set_timer()


def _told(error: ErrorCode) -> ErrorCode:
    """What clients are told of an error of the log: go on elsewhere, or do not try that again."""
    if error in TOO_LARGE:
        return ErrorCode.UNKNOWN_SERVER_ERROR
    if error in UNAVAILABLE:
        return ErrorCode.COORDINATOR_NOT_AVAILABLE
    return ErrorCode.NOT_COORDINATOR
