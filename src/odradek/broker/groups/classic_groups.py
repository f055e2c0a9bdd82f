"""All classic groups of a broker: the way in for requests, deadlines and stored records.

`apply` is the only place where what is stored changes: offsets, and a generation's assignments. At
start it builds the groups from the log; live, a group has run ahead of its record, and the record
says what may be told. Who waits and whose session ends when is lost in a crash, and clients expect
that.

Not here: the log, waiting for it, and which partition a group belongs to.
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence

from odradek.broker.groups import offsets as offset_rules
from odradek.broker.groups.deadlines import Deadline, DeadlineKind, Deadlines
from odradek.broker.groups.group import NOT_STORING, ClassicGroup
from odradek.broker.groups.joining import Join
from odradek.broker.groups.member import Token
from odradek.broker.groups.membership import (
    decide_leave,
    decide_session_end,
    decide_sync,
    heartbeat,
)
from odradek.broker.groups.rebalance import Rebalance
from odradek.broker.groups.records import (
    CommittedOffset,
    GroupRecord,
    MetadataRecord,
    OffsetRecord,
    TopicPartition,
    group_tombstone,
    offset_tombstones,
)
from odradek.broker.groups.states import GroupState
from odradek.broker.groups.transactional_offsets import Place, TransactionalOffsets
from odradek.broker.groups.values import (
    Answer,
    CommitReply,
    CommitRequest,
    Decision,
    DeleteReply,
    GroupDescription,
    GroupLimits,
    GroupSummary,
    Identity,
    JoinReply,
    JoinRequest,
    LeaveReply,
    OffsetsReply,
    Reply,
    SyncReply,
    SyncRequest,
)
from odradek.protocol.errors import ErrorCode
from odradek.protocol.stored_records.consumer_offsets import GroupMetadataValue
from odradek.protocol.wire_types import ZERO_UUID

CLASSIC = "classic"
SHARED_NAMES_MAX = 65_536
"""Partitions and topic ids of which all groups share one copy; beyond it begins again."""

PROMISED_IDS_MAX = 10_000
"""Differs from Kafka: of the ids given out with MEMBER_ID_REQUIRED only the newest are kept."""


class ClassicGroups:
    """See the module. Each `decide_...` takes the token of who asks, for the answer to come."""

    def __init__(self) -> None:
        self._groups: dict[str, ClassicGroup] = {}
        self._deadlines = Deadlines()
        self._rebalance = Rebalance(self._deadlines)
        self._is_loading = True
        self._partitions: dict[TopicPartition, TopicPartition] = {}
        self._pending = TransactionalOffsets()
        self._promises: deque[tuple[str, str]] = deque()
        """The newest ids that were given out, whether or not somebody has joined with them."""

    def __len__(self) -> int:
        return len(self._groups)

    # --- members

    def decide_join(
        self, request: JoinRequest, token: Token, limits: GroupLimits, now_ms: int
    ) -> Decision:
        """JoinGroup: become a member, or be one in the next generation."""
        fault = _find_join_fault(request, limits)
        group = self._groups.get(request.group_id)
        if fault is ErrorCode.NONE and group is None:
            if request.member_id:
                fault = ErrorCode.UNKNOWN_MEMBER_ID
            elif not request.protocol_type or not request.protocols:
                # Differs from Kafka: a first JoinGroup without protocols leaves no empty group.
                return _answer(token, JoinReply(error=ErrorCode.INCONSISTENT_GROUP_PROTOCOL))
        if fault is not ErrorCode.NONE:
            return _answer(token, JoinReply(error=fault, member_id=request.member_id))
        if group is None:
            group = self._groups[request.group_id] = ClassicGroup(request.group_id, now_ms)
        decision = Join(
            group, request, token, self._rebalance, self._deadlines, limits, now_ms
        ).decide()
        if request.fresh_member_id in group.pending_members:
            self._remember_promise(group.group_id, request.fresh_member_id, now_ms)
        return decision

    def decide_sync(self, request: SyncRequest, token: Token, now_ms: int) -> Decision:
        """SyncGroup: hand in the assignment, or wait for it."""
        if not request.group_id:
            return _answer(token, SyncReply(error=ErrorCode.INVALID_GROUP_ID))
        group = self._groups.get(request.group_id)
        if group is None:
            return _answer(token, SyncReply(error=ErrorCode.UNKNOWN_MEMBER_ID))
        return decide_sync(group, request, token, self._rebalance, now_ms)

    def heartbeat(
        self, group_id: str, identity: Identity, generation_id: int, now_ms: int
    ) -> ErrorCode:
        """Heartbeat: the member is alive, and learns whether it may go on."""
        if not group_id:
            return ErrorCode.INVALID_GROUP_ID
        group = self._groups.get(group_id)
        if group is None:
            return ErrorCode.UNKNOWN_MEMBER_ID
        return heartbeat(group, identity, generation_id, self._rebalance, now_ms)

    def decide_leave(
        self,
        group_id: str,
        identities: Sequence[Identity],
        token: Token,
        limits: GroupLimits,
        now_ms: int,
    ) -> Decision:
        """LeaveGroup: members go, by themselves or by an operator's hand."""
        if not group_id:
            return _answer(token, LeaveReply(error=ErrorCode.INVALID_GROUP_ID))
        group = self._groups.get(group_id)
        if group is None:
            unknown = [(each, ErrorCode.UNKNOWN_MEMBER_ID) for each in identities]
            return _answer(token, LeaveReply(members=unknown))
        return decide_leave(group, identities, token, self._rebalance, limits, now_ms)

    # --- offsets

    def decide_commit(
        self, request: CommitRequest, token: Token, limits: GroupLimits, now_ms: int
    ) -> Decision:
        """OffsetCommit: remember how far the group has read."""
        fault = self._find_commit_fault(request, now_ms)
        if fault is not ErrorCode.NONE:
            return _answer(token, CommitReply(error=fault))
        records, outcomes = offset_rules.commit_records(request, limits, now_ms)
        return _decide(records, token, CommitReply(outcomes=outcomes))

    def decide_transactional_commit(
        self,
        request: CommitRequest,
        producer: tuple[int, int],
        token: Token,
        limits: GroupLimits,
        now_ms: int,
    ) -> Decision:
        """TxnOffsetCommit: remember it if the producer's transaction is committed."""
        group = self._groups.get(request.group_id)
        if group is not None:
            fault = offset_rules.find_commit_fault(group, request, is_transactional=True)
        elif request.generation_id >= 0:
            fault = ErrorCode.ILLEGAL_GENERATION
        else:
            fault = ErrorCode.NONE
        if fault is not ErrorCode.NONE:
            return _answer(token, CommitReply(error=fault))
        records, outcomes = offset_rules.commit_records(request, limits, now_ms)
        decision = _decide(records, token, CommitReply(outcomes=outcomes))
        decision.producer = producer
        return decision

    def decide_offset_deletion(
        self, group_id: str, partitions: Collection[TopicPartition], token: Token
    ) -> Decision:
        """OffsetDelete: forget how far the group has read some partitions."""
        if not group_id:
            return _answer(token, OffsetsReply(error=ErrorCode.INVALID_GROUP_ID))
        group = self._groups.get(group_id)
        if group is None:
            return _answer(token, OffsetsReply(error=ErrorCode.GROUP_ID_NOT_FOUND))
        fault = offset_rules.find_deletion_fault(group)
        if fault is not ErrorCode.NONE:
            return _answer(token, OffsetsReply(error=fault))
        records, outcomes = offset_rules.deletion_records(group, partitions)
        return _decide(records, token, OffsetsReply(partitions=outcomes))

    def offset_of(self, group_id: str, partition: TopicPartition) -> CommittedOffset | None:
        """OffsetFetch: the position in one partition, if the group has one."""
        group = self._groups.get(group_id)
        return None if group is None else group.offsets.get(partition)

    def is_undecided(self, group_id: str, partition: TopicPartition) -> bool:
        """OffsetFetch: whether an open transaction may still change the position."""
        return self._pending.is_pending(group_id, partition)

    def offsets_of(self, group_id: str) -> Iterable[tuple[TopicPartition, CommittedOffset]]:
        """OffsetFetch: every position of a group, by topic and partition."""
        group = self._groups.get(group_id)
        return [] if group is None else sorted(group.offsets.items())

    # --- groups

    def summaries(self, states: Collection[str], types: Collection[str]) -> list[GroupSummary]:
        """ListGroups: what passes both filters, which ignore case; empty ones pass everything."""
        if types and CLASSIC not in {each.lower() for each in types}:
            return []
        wanted = {state.lower() for state in states}
        return [
            GroupSummary(group.group_id, group.protocol_type or "", group.state.value)
            for group in self._groups.values()
            if not wanted or group.state.lower() in wanted
        ]

    def describe(self, group_id: str) -> GroupDescription | None:
        """DescribeGroups: a group and its members; None where there is no such group."""
        group = self._groups.get(group_id)
        if group is None:
            return None
        return GroupDescription(
            group.state.value,
            group.protocol_type or "",
            group.protocol_name if group.state is GroupState.STABLE else None,
            list(group.members.values()),
        )

    def decide_deletion(self, group_id: str, token: Token) -> Decision:
        """DeleteGroups: forget a group without members, and its offsets."""
        group = self._groups.get(group_id)
        if group is None:
            return _answer(token, DeleteReply(error=ErrorCode.GROUP_ID_NOT_FOUND))
        if group.state is not GroupState.EMPTY:
            return _answer(token, DeleteReply(error=ErrorCode.NON_EMPTY_GROUP))
        return _decide(self._deletion_records(group), token, DeleteReply())

    # --- what nobody asks for

    def next_deadline_ms(self) -> int | None:
        """When to call `deadlines_passed` at the latest; None while nothing is expected."""
        return self._deadlines.next_ms()

    def shift_deadlines(self, by_ms: int) -> None:
        """The clock was set: everything is due as much later or earlier by it."""
        self._deadlines.shift(by_ms)

    def deadlines_passed(self, limits: GroupLimits, now_ms: int) -> Iterator[Decision]:
        """Do what was due, one deadline after the other: each may cancel the next."""
        for deadline in self._deadlines.pop_due(now_ms):
            group = self._groups.get(deadline.group_id)
            if group is not None:
                yield self._deadline_passed(group, deadline, limits, now_ms)

    def group_ids(self) -> list[str]:
        """Every group there is now, for whoever looks through them in slices."""
        return list(self._groups)

    def count_in(self, state: GroupState, group_ids: Iterable[str]) -> int:
        """How many of these groups are in a state."""
        groups = map(self._groups.get, group_ids)
        return sum(group is not None and group.state is state for group in groups)

    def decide_expiry(self, group_id: str, limits: GroupLimits, now_ms: int) -> Decision:
        """Forget expired offsets, and a group that has neither members nor offsets."""
        group = self._groups.get(group_id)
        if group is None:
            return Decision()
        expired = [
            partition
            for partition in offset_rules.expired_offsets(group, limits, now_ms)
            if not self._pending.is_pending(group_id, partition)
        ]
        is_over = (
            group.state is GroupState.EMPTY
            and not group.pending_members
            and not self._pending.partitions(group_id)
            and len(expired) == len(group.offsets)
        )
        if is_over:
            return Decision(records=self._deletion_records(group))
        return Decision(records=offset_tombstones(group_id, expired))

    def decide_topic_deletion(self, group_id: str, topic: str, topic_id: bytes) -> Decision:
        """Forget the offsets of a topic that is gone, not those of its successor by name."""
        group = self._groups.get(group_id)
        if group is None:
            return Decision()
        partitions = [
            partition
            for partition, offset in group.offsets.items()
            if partition[0] == topic and offset.topic_id in (topic_id, ZERO_UUID)
        ]
        return Decision(records=offset_tombstones(group_id, partitions))

    # --- what is stored

    def apply(self, record: GroupRecord, now_ms: int) -> Decision:
        """Take a record of the log into account; tell who was waiting for it."""
        if isinstance(record, OffsetRecord):
            self._apply_offset(record, now_ms)
            return Decision()
        return self._apply_group(record, now_ms)

    def apply_pending(self, place: Place, record: GroupRecord, now_ms: int) -> None:
        """Take a record that is part of a transaction into account; it counts when that ends."""
        if isinstance(record, OffsetRecord) and record.committed is not None:
            self._group_for(record.group_id, now_ms)
            self._pending.add(place, record.group_id, record.partition, record.committed)

    def end_transaction(self, place: Place, now_ms: int, *, is_commit: bool) -> None:
        """A producer's marker stands in a partition: its offsets there count now, or never."""
        for (group_id, partition), offset in self._pending.end(place, is_commit=is_commit):
            self._group_for(group_id, now_ms).offsets[partition] = offset

    def reject(
        self, record: GroupRecord, error: ErrorCode, limits: GroupLimits, now_ms: int
    ) -> Decision:
        """A record could not be stored: an assignment that waited for it is worked out anew."""
        decision = Decision()
        group = self._groups.get(record.group_id)
        if group is None or not _is_awaited(group, record):
            return decision
        group.storing_generation = NOT_STORING
        self._rebalance.answer_syncs(group, error, now_ms, decision)
        self._rebalance.go_on(group, limits, now_ms, decision)
        return decision

    def loaded(self, limits: GroupLimits, now_ms: int) -> Decision:
        """All records have been applied: give the members they name time to show up."""
        self._is_loading = False
        decision = Decision()
        for group in self._groups.values():
            for member in group.members.values():
                self._rebalance.expect_heartbeat(group, member, now_ms)
            if len(group.members) > limits.max_members:
                self._rebalance.prepare(group, limits, now_ms, decision)
        return decision

    def dismiss_all(self, error: ErrorCode) -> list[Answer]:
        """Nothing is stored any more: whoever waits is told the error."""
        decision = Decision()
        for group in self._groups.values():
            for member in group.members.values():
                reply = JoinReply(error=error, member_id=member.member_id)
                self._rebalance.answer_join(group, member, reply, decision)
            self._rebalance.answer_syncs(group, error, 0, decision)
        return decision.answers

    def _apply_offset(self, record: OffsetRecord, now_ms: int) -> None:
        group = self._groups.get(record.group_id)
        if record.committed is None:
            self._pending.discard(record.group_id, record.partition)
            if group is not None:
                group.offsets.pop(record.partition, None)
            return
        if group is None:
            group = self._group_for(record.group_id, now_ms)
        group.offsets[self._shared(record.partition)] = record.committed
        self._pending.overtake_all(record.group_id, record.partition)

    def _shared(self, partition: TopicPartition) -> TopicPartition:
        """The one copy of it: a million groups read the same few partitions."""
        if len(self._partitions) >= SHARED_NAMES_MAX:
            self._partitions.clear()
        return self._partitions.setdefault(partition, partition)

    def _group_for(self, group_id: str, now_ms: int) -> ClassicGroup:
        group = self._groups.get(group_id)
        if group is None:
            group = self._groups[group_id] = ClassicGroup(group_id, now_ms)
        return group

    def _deletion_records(self, group: ClassicGroup) -> list[GroupRecord]:
        partitions = dict.fromkeys([*group.offsets, *self._pending.partitions(group.group_id)])
        tombstones = offset_tombstones(group.group_id, partitions)
        return [*tombstones, group_tombstone(group.group_id)]

    def _apply_group(self, record: MetadataRecord, now_ms: int) -> Decision:
        decision = Decision()
        group_id, value = record.group_id, record.value
        group = self._groups.get(group_id)
        if value is None:
            self._remove(group, now_ms)
            return decision
        if group is None:
            group = self._groups[group_id] = ClassicGroup(group_id, now_ms)
        if self._is_loading:
            group.restore(value)
        elif _is_awaited(group, record):
            self._settle(group, value, now_ms, decision)
        return decision

    def _remove(self, group: ClassicGroup | None, now_ms: int) -> None:
        """Delete a group, unless somebody has joined while the tombstone was on its way."""
        if group is None:
            return
        group.offsets.clear()
        if group.state is GroupState.EMPTY:
            group.transition_to(GroupState.DEAD, now_ms)
        elif not self._is_loading:
            return
        self._rebalance.forget(group)
        del self._groups[group.group_id]

    def _settle(
        self, group: ClassicGroup, value: GroupMetadataValue, now_ms: int, decision: Decision
    ) -> None:
        """The assignment is stored: everybody may have it."""
        for stored in value.members:
            member = group.members.get(stored.member_id)
            if member is not None:
                member.assignment = stored.assignment
        group.transition_to(GroupState.STABLE, now_ms)
        self._rebalance.answer_syncs(group, ErrorCode.NONE, now_ms, decision)

    def _remember_promise(self, group_id: str, member_id: str, now_ms: int) -> None:
        """Whoever asks for ids and never joins costs a bounded amount of memory."""
        self._promises.append((group_id, member_id))
        if len(self._promises) <= PROMISED_IDS_MAX:
            return
        group_id, member_id = self._promises.popleft()
        group = self._groups.get(group_id)
        if group is not None and member_id in group.pending_members:
            # Taken back like any other, by the deadline that it would have had later.
            self._deadlines.set(Deadline(DeadlineKind.SESSION, group_id, member_id), now_ms)

    def _end_session(
        self, group: ClassicGroup, member_id: str, limits: GroupLimits, now_ms: int
    ) -> Decision:
        decision = decide_session_end(group, member_id, self._rebalance, limits, now_ms)
        if group.is_blank:
            self._rebalance.forget(group)
            del self._groups[group.group_id]
        return decision

    def _find_commit_fault(self, request: CommitRequest, now_ms: int) -> ErrorCode:
        group = self._groups.get(request.group_id)
        if group is None:
            has_no_generation = request.generation_id < 0
            return ErrorCode.NONE if has_no_generation else request.unknown_group_error
        fault = offset_rules.find_commit_fault(group, request)
        member = group.members.get(request.member_id)
        if fault is ErrorCode.NONE and member is not None:
            self._rebalance.expect_heartbeat(group, member, now_ms)
        return fault

    def _deadline_passed(
        self, group: ClassicGroup, deadline: Deadline, limits: GroupLimits, now_ms: int
    ) -> Decision:
        if deadline.kind is DeadlineKind.SESSION:
            return self._end_session(group, deadline.member_id, limits, now_ms)
        decision = Decision()
        if deadline.kind is DeadlineKind.JOIN:
            self._rebalance.join_deadline_passed(group, limits, now_ms, decision)
        else:
            self._rebalance.sync_deadline_passed(group, limits, now_ms, decision)
        return decision


def _find_join_fault(request: JoinRequest, limits: GroupLimits) -> ErrorCode:
    if not request.group_id:
        return ErrorCode.INVALID_GROUP_ID
    shortest_ms, longest_ms = limits.min_session_timeout_ms, limits.max_session_timeout_ms
    if not shortest_ms <= request.session_timeout_ms <= longest_ms:
        return ErrorCode.INVALID_SESSION_TIMEOUT
    return ErrorCode.NONE


def _is_awaited(group: ClassicGroup, record: GroupRecord) -> bool:
    """Whether the record holds the assignment that this generation waits for."""
    return (
        group.state is GroupState.COMPLETING_REBALANCE
        and isinstance(record, MetadataRecord)
        and record.value is not None
        and record.value.generation == group.generation_id
    )


def _decide(records: list[GroupRecord], token: Token, reply: Reply) -> Decision:
    """Answer once the records are stored, or at once if there are none."""
    answer = Answer(token, reply)
    return Decision(records, [], [answer]) if records else Decision([], [answer])


def _answer(token: Token, reply: Reply) -> Decision:
    return Decision(answers=[Answer(token, reply)])
