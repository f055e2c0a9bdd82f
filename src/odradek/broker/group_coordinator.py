"""The coordinator of consumer groups: the rules of `groups`, with a log, a clock and a loop.

What a rule decides is written to `__consumer_offsets` with the durability of acks=all. Only then is
it applied, and only then are those answered who wait for it. JoinGroup and SyncGroup may wait for
other members for minutes; a client that disconnects meanwhile stays a member until its session
ends, as with Kafka.

One timer serves all deadlines of all groups. Looking through every group (to expire offsets, or
when a topic is deleted) is done in slices, so that no request waits for a million groups.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar, cast

from odradek.broker.event_log import get_logger
from odradek.broker.groups.classic_groups import ClassicGroups
from odradek.broker.groups.records import TopicPartition
from odradek.broker.groups.values import (
    Answer,
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
from odradek.broker.offsets_topic import OffsetsTopic
from odradek.broker.request import PendingResponse
from odradek.protocol.declaration import Response
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.produce import PartitionProduceResponse

logger = get_logger(__name__)

GROUPS_PER_SLICE = 500

R = TypeVar("R", bound=Reply)

TOO_LARGE = frozenset(
    {ErrorCode.MESSAGE_TOO_LARGE, ErrorCode.RECORD_LIST_TOO_LARGE, ErrorCode.INVALID_RECORD}
)


class Waiting:
    """A request whose reply is still to come; `respond` makes it the client's response."""

    __slots__ = ("_respond", "response")

    def __init__(
        self, loop: asyncio.AbstractEventLoop, respond: Callable[[Reply], Response]
    ) -> None:
        self._respond = respond
        self.response: PendingResponse = loop.create_future()

    def answer(self, reply: Reply) -> None:
        """Let the reply go; nobody may be there to read it any more."""
        if self.response.done():
            return
        try:
            self.response.set_result(self._respond(reply))
        except Exception as error:  # noqa: BLE001 - belongs to the request, not to who answers it
            self.response.set_exception(error)

    @property
    def outcome(self) -> Response | PendingResponse:
        """The response itself where it did not have to wait."""
        return self.response.result() if self.response.done() else self.response


class PartOfDeletion:
    """One of several groups that are deleted together; the last to be stored answers for all."""

    __slots__ = ("_group_id", "_outcomes", "_whole")

    def __init__(
        self, group_id: str, outcomes: dict[str, ErrorCode | None], whole: Waiting
    ) -> None:
        self._group_id = group_id
        self._outcomes = outcomes
        self._whole = whole

    def answer(self, reply: Reply) -> None:
        """Note what became of the group."""
        self._outcomes[self._group_id] = reply.error
        if None not in self._outcomes.values():
            self._whole.answer(reply)


class StoringDecision:
    """What was decided, until the log has said whether it is stored."""

    __slots__ = ("_decision", "_on_stored")

    def __init__(
        self, decision: Decision, on_stored: Callable[[Decision, ErrorCode], None]
    ) -> None:
        self._decision = decision
        self._on_stored = on_stored

    def wait_for(self, answer: PartitionProduceResponse) -> None:
        """The one batch of the decision was staged."""

    def complete(self, answer: PartitionProduceResponse) -> None:
        """It is durable, or never will be."""
        self._on_stored(self._decision, ErrorCode(answer.error_code))


class GroupCoordinator:
    """Serves everything about groups; see the module."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        topic: OffsetsTopic,
        configs: EffectiveConfigs,
        now_ms: Callable[[], int],
        write_staged: Callable[[], None],
    ) -> None:
        self._loop = loop
        self._topic = topic
        self._now_ms = now_ms
        self._write_staged = write_staged
        self._limits = GroupLimits(
            min_session_timeout_ms=configs.broker_int("group.min.session.timeout.ms"),
            max_session_timeout_ms=configs.broker_int("group.max.session.timeout.ms"),
            initial_rebalance_delay_ms=configs.broker_int("group.initial.rebalance.delay.ms"),
            max_members=configs.broker_int("group.max.size"),
            offset_metadata_max_chars=configs.broker_int("offset.metadata.max.bytes"),
            offsets_retention_ms=configs.broker_int("offsets.retention.minutes") * 60_000,
        )
        self._timer: asyncio.Handle | None = None
        self._timer_at_s = 0.0
        self.groups = ClassicGroups()

    def load(self) -> None:
        """Read what is stored. Raises StartupError when it cannot be understood."""
        now_ms = self._now_ms()
        for record in self._topic.replay():
            self.groups.apply(record, now_ms)
        self._carry_out(self.groups.loaded(self._limits, now_ms))

    def close(self) -> None:
        """Expect nothing any more."""
        if self._timer is not None:
            self._timer.cancel()

    def ensure_ready(self) -> ErrorCode:
        """Make the topic that groups are stored in, if it is not there yet."""
        return self._topic.ensure_exists()

    # --- requests; each answers now, or later when it has waited for members or for the disk

    def join(
        self, request: JoinRequest, respond: Callable[[JoinReply], Response]
    ) -> Response | PendingResponse:
        waiting = self._wait(respond)
        return self._settle(
            waiting, self.groups.decide_join(request, waiting, self._limits, self._now_ms())
        )

    def sync(
        self, request: SyncRequest, respond: Callable[[SyncReply], Response]
    ) -> Response | PendingResponse:
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
        respond: Callable[[LeaveReply], Response],
    ) -> Response | PendingResponse:
        waiting = self._wait(respond)
        decision = self.groups.decide_leave(
            group_id, identities, waiting, self._limits, self._now_ms()
        )
        return self._settle(waiting, decision)

    def commit(
        self, request: CommitRequest, respond: Callable[[OffsetsReply], Response]
    ) -> Response | PendingResponse:
        waiting = self._wait(respond)
        return self._settle(
            waiting, self.groups.decide_commit(request, waiting, self._limits, self._now_ms())
        )

    def delete_offsets(
        self,
        group_id: str,
        partitions: Collection[TopicPartition],
        respond: Callable[[OffsetsReply], Response],
    ) -> Response | PendingResponse:
        waiting = self._wait(respond)
        return self._settle(
            waiting, self.groups.decide_offset_deletion(group_id, partitions, waiting)
        )

    def delete(
        self, group_ids: Sequence[str], respond: Callable[[Mapping[str, ErrorCode]], Response]
    ) -> Response | PendingResponse:
        """Each group for itself; `respond` is called with the errors by group."""
        outcomes: dict[str, ErrorCode | None] = dict.fromkeys(group_ids)
        if not outcomes:
            return respond({})
        waiting = Waiting(self._loop, lambda _: respond(cast(Mapping[str, ErrorCode], outcomes)))
        for group_id in group_ids:
            part = PartOfDeletion(group_id, outcomes, waiting)
            self._carry_out(self.groups.decide_deletion(group_id, part))
        return waiting.outcome

    # --- what comes by itself

    def expire_offsets(self) -> None:
        """Forget what nobody needs any more."""
        now_ms = self._now_ms()
        self._sweep(lambda group_id: self.groups.decide_expiry(group_id, self._limits, now_ms))

    def forget_topic(self, topic: str, topic_id: bytes) -> None:
        """Forget the offsets of a topic that was deleted."""
        self._sweep(lambda group_id: self.groups.decide_topic_deletion(group_id, topic, topic_id))

    def unload(self) -> None:
        """The topic that groups are stored in was deleted: there are no groups any more."""
        groups, self.groups = self.groups, ClassicGroups()
        self.groups.loaded(self._limits, self._now_ms())
        for answer in groups.dismiss_all(ErrorCode.NOT_COORDINATOR):
            _deliver(answer)

    def _sweep(self, decide: Callable[[str], Decision]) -> None:
        """Ask about every group, some at a time."""
        self._sweep_slice(self.groups.group_ids(), decide)

    def _sweep_slice(self, group_ids: list[str], decide: Callable[[str], Decision]) -> None:
        for group_id in group_ids[-GROUPS_PER_SLICE:]:
            self._carry_out(decide(group_id))
        del group_ids[-GROUPS_PER_SLICE:]
        self._write_staged()
        if group_ids:
            self._loop.call_soon(self._sweep_slice, group_ids, decide)

    # --- decisions

    def _wait(self, respond: Callable[[R], Response]) -> Waiting:
        # A request is only ever answered with its own kind of reply.
        return Waiting(self._loop, cast(Callable[[Reply], Response], respond))

    def _settle(self, waiting: Waiting, decision: Decision) -> Response | PendingResponse:
        self._carry_out(decision)
        return waiting.outcome

    def _carry_out(self, decision: Decision) -> None:
        """Send what may be sent, and store the rest at the end of the turn."""
        for answer in decision.answers:
            _deliver(answer)
        if decision.records:
            self._store(decision)
        self._set_timer()

    def _store(self, decision: Decision) -> None:
        groups = self.groups
        storing = StoringDecision(
            decision, lambda decision, error: self._on_stored(groups, decision, error)
        )
        answer = self._topic.append(decision.records, storing, self._now_ms())
        if answer.error_code != ErrorCode.NONE:
            storing.complete(answer)

    def _on_stored(self, groups: ClassicGroups, decision: Decision, error: ErrorCode) -> None:
        now_ms = self._now_ms()
        if error is ErrorCode.NONE:
            for record in decision.records:
                self._carry_out(groups.apply(record, now_ms))
            for answer in decision.stored:
                _deliver(answer)
            return
        logger.warning(
            "groups could not be stored", group=decision.records[0].group_id, error=error.name
        )
        for answer in decision.stored:
            _deliver(Answer(answer.token, type(answer.reply)(error=_told(error, answer.reply))))
        for record in decision.records:
            told = _told(error, SyncReply())
            self._carry_out(groups.reject(record, told, self._limits, now_ms))
        # Whatever followed was staged after the writing of this turn had begun.
        self._loop.call_soon(self._write_staged)

    # --- deadlines

    def _set_timer(self) -> None:
        next_ms = self.groups.next_deadline_ms()
        if next_ms is None:
            return
        at_s = self._loop.time() + max(next_ms - self._now_ms(), 0) / 1000
        if self._timer is not None:
            if self._timer_at_s <= at_s:
                return
            self._timer.cancel()
        self._timer_at_s = at_s
        self._timer = self._loop.call_at(at_s, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        try:
            for decision in self.groups.deadlines_passed(self._limits, self._now_ms()):
                self._carry_out(decision)
            self._write_staged()
        finally:
            self._set_timer()


def _deliver(answer: Answer) -> None:
    assert isinstance(answer.token, Waiting | PartOfDeletion)  # noqa: S101 - all are made here
    answer.token.answer(answer.reply)


def _told(error: ErrorCode, reply: Reply) -> ErrorCode:
    """What clients are told of an error of the log: go on elsewhere, or do not try that again."""
    if error in TOO_LARGE:
        is_commit = isinstance(reply, OffsetsReply)
        return ErrorCode.INVALID_COMMIT_OFFSET_SIZE if is_commit else ErrorCode.UNKNOWN_SERVER_ERROR
    if error is ErrorCode.COORDINATOR_NOT_AVAILABLE:
        return error
    return ErrorCode.NOT_COORDINATOR
