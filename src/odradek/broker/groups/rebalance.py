"""A group between two generations.

A rebalance begins when members come, go or change. Everybody is asked to join again; it ends when
all have, or when the longest rebalance timeout of the members has passed and those who have not
joined are dropped (static members are kept until their session ends). The first members of an
empty group wait `initial_rebalance_delay_ms` for others, again and again while others come, up to
their rebalance timeout. Then a leader is told who is there, and members that do not ask for their
assignment within another rebalance timeout are dropped too.
"""

from odradek.broker.groups.deadlines import Deadline, DeadlineKind, Deadlines
from odradek.broker.groups.group import ClassicGroup
from odradek.broker.groups.member import Member
from odradek.broker.groups.records import MetadataRecord
from odradek.broker.groups.states import GroupState
from odradek.broker.groups.values import (
    Answer,
    Decision,
    GroupLimits,
    JoinReply,
    Reply,
    SyncReply,
)
from odradek.protocol.errors import ErrorCode

NEW_MEMBER_JOIN_TIMEOUT_MS = 5 * 60 * 1000
"""A new member cannot send heartbeats yet; this is how long its JoinGroup may wait at most."""

ABSENT_LEADER_RETRY_MS = 1_000
"""How long to wait at least for one of the static members, whatever their rebalance timeouts."""


class Rebalance:
    """Takes groups from one generation to the next; adds what follows to a decision."""

    def __init__(self, deadlines: Deadlines) -> None:
        self._deadlines = deadlines

    def expect_heartbeat(
        self, group: ClassicGroup, member: Member, now_ms: int, timeout_ms: int | None = None
    ) -> None:
        """Take the member for alive until its session timeout has passed."""
        timeout_ms = member.session_timeout_ms if timeout_ms is None else timeout_ms
        self._deadlines.set(
            Deadline(DeadlineKind.SESSION, group.group_id, member.member_id), now_ms + timeout_ms
        )

    def forget_session(self, group: ClassicGroup, member_id: str) -> None:
        """Expect nothing of the member any more."""
        self._deadlines.cancel(Deadline(DeadlineKind.SESSION, group.group_id, member_id))

    def go_on(
        self, group: ClassicGroup, limits: GroupLimits, now_ms: int, decision: Decision
    ) -> None:
        """Something changed: begin a rebalance, or see whether the one under way is complete."""
        if group.can_rebalance:
            self.prepare(group, limits, now_ms, decision)
        else:
            self.complete_if_all_joined(group, now_ms, decision)

    def prepare(
        self, group: ClassicGroup, limits: GroupLimits, now_ms: int, decision: Decision
    ) -> None:
        """Ask everybody to join again."""
        if group.state is GroupState.COMPLETING_REBALANCE:
            self.answer_syncs(group, ErrorCode.REBALANCE_IN_PROGRESS, now_ms, decision)
        self._deadlines.cancel(Deadline(DeadlineKind.SYNC, group.group_id))
        is_first = group.state is GroupState.EMPTY
        timeout_ms = group.rebalance_timeout_ms
        group.transition_to(GroupState.PREPARING_REBALANCE, now_ms)
        if is_first:
            delay_ms = limits.initial_rebalance_delay_ms
            group.patience_ms = max(timeout_ms - delay_ms, 0)
            group.has_new_members = False
            self._await_joins(group, now_ms + delay_ms)
        elif group.has_all_joined:
            self._complete(group, now_ms, decision)
        else:
            self._await_joins(group, now_ms + timeout_ms)

    def complete_if_all_joined(self, group: ClassicGroup, now_ms: int, decision: Decision) -> None:
        """End the rebalance if nobody has to be waited for; a first one always takes its time."""
        if (
            group.state is GroupState.PREPARING_REBALANCE
            and group.previous_state is not GroupState.EMPTY
            and group.has_all_joined
        ):
            self._complete(group, now_ms, decision)

    def join_deadline_passed(
        self, group: ClassicGroup, limits: GroupLimits, now_ms: int, decision: Decision
    ) -> None:
        """Wait some more for the company of a first member, or go on with who is there."""
        is_first = group.previous_state is GroupState.EMPTY
        if is_first and group.has_new_members and group.patience_ms > 0:
            group.has_new_members = False
            delay_ms = min(limits.initial_rebalance_delay_ms, group.patience_ms)
            group.patience_ms -= delay_ms
            self._await_joins(group, now_ms + delay_ms)
            return
        self._complete(group, now_ms, decision)

    def sync_deadline_passed(
        self, group: ClassicGroup, limits: GroupLimits, now_ms: int, decision: Decision
    ) -> None:
        """Go on without the members that never asked for their assignment."""
        if not group.pending_sync:
            return
        for member_id in list(group.pending_sync):
            group.remove(member_id)
            self.forget_session(group, member_id)
        self.prepare(group, limits, now_ms, decision)

    def synced(self, group: ClassicGroup, member: Member) -> None:
        """Note that a member asked for its assignment."""
        group.pending_sync.pop(member.member_id, None)
        if not group.pending_sync:
            self._deadlines.cancel(Deadline(DeadlineKind.SYNC, group.group_id))

    def answer_syncs(
        self, group: ClassicGroup, error: ErrorCode, now_ms: int, decision: Decision
    ) -> None:
        """Give everybody who asked the assignment, or an error and no assignment at all."""
        for member in group.members.values():
            if error is not ErrorCode.NONE:
                member.assignment = b""
            token, member.sync_token = member.sync_token, None
            if token is None:
                continue
            # The session may have ended unnoticed: who waits is not expected to send heartbeats.
            self.expect_heartbeat(group, member, now_ms)
            decision.answers.append(Answer(token, sync_reply(group, member, error)))

    def answer_join(
        self, group: ClassicGroup, member: Member, reply: JoinReply, decision: Decision
    ) -> None:
        """Answer the member's JoinGroup if one waits."""
        token = group.take_join_token(member)
        if token is not None:
            decision.answers.append(Answer(token, reply))

    def dismiss(self, group: ClassicGroup, member: Member, decision: Decision) -> None:
        """Remove a member, telling whatever it waits with that it is one no longer."""
        group.remove(member.member_id)
        self.forget_session(group, member.member_id)
        replies: list[tuple[object, Reply]] = [
            (member.join_token, JoinReply(error=ErrorCode.UNKNOWN_MEMBER_ID)),
            (member.sync_token, SyncReply(error=ErrorCode.UNKNOWN_MEMBER_ID)),
        ]
        member.join_token = member.sync_token = None
        decision.answers += [Answer(token, reply) for token, reply in replies if token is not None]

    def forget(self, group: ClassicGroup) -> None:
        """Expect nothing of a group that is deleted."""
        self._deadlines.cancel(Deadline(DeadlineKind.JOIN, group.group_id))
        self._deadlines.cancel(Deadline(DeadlineKind.SYNC, group.group_id))
        for member_id in (*group.members, *group.pending_members):
            self.forget_session(group, member_id)

    def _await_joins(self, group: ClassicGroup, until_ms: int) -> None:
        self._deadlines.set(Deadline(DeadlineKind.JOIN, group.group_id), until_ms)

    def _complete(self, group: ClassicGroup, now_ms: int, decision: Decision) -> None:
        """Begin the next generation with those who have joined."""
        self._deadlines.cancel(Deadline(DeadlineKind.JOIN, group.group_id))
        for member in list(group.members.values()):
            if not member.is_awaiting_join and not member.is_static:
                group.remove(member.member_id)
                self.forget_session(group, member.member_id)
        if group.members and not group.elect_joined_leader():
            # Only static members are left and none has joined: their sessions decide.
            delay_ms = max(group.rebalance_timeout_ms, ABSENT_LEADER_RETRY_MS)
            self._await_joins(group, now_ms + delay_ms)
            return
        group.begin_generation(now_ms)
        if group.state is GroupState.EMPTY:
            decision.records.append(MetadataRecord(group.group_id, group.stored_value({})))
            return
        for member in group.members.values():
            self.answer_join(group, member, join_reply(group, member), decision)
            self.expect_heartbeat(group, member, now_ms)
            member.is_new = False
            group.pending_sync[member.member_id] = None
        self._deadlines.set(
            Deadline(DeadlineKind.SYNC, group.group_id), now_ms + group.rebalance_timeout_ms
        )


def join_reply(group: ClassicGroup, member: Member) -> JoinReply:
    """What the current generation is, and for its leader who is in it."""
    return JoinReply(
        member_id=member.member_id,
        generation_id=group.generation_id,
        protocol_type=group.protocol_type,
        protocol_name=group.protocol_name,
        leader=group.leader or "",
        members=generation_members(group) if group.leader == member.member_id else (),
    )


def generation_members(group: ClassicGroup) -> list[tuple[str, str | None, bytes]]:
    """Everybody with the metadata for the chosen protocol."""
    return [
        (member.member_id, member.group_instance_id, member.metadata_for(group.protocol_name))
        for member in group.members.values()
    ]


def sync_reply(group: ClassicGroup, member: Member, error: ErrorCode = ErrorCode.NONE) -> SyncReply:
    """The member's assignment, or the error."""
    if error is not ErrorCode.NONE:
        return SyncReply(error=error)
    return SyncReply(
        protocol_type=group.protocol_type,
        protocol_name=group.protocol_name,
        assignment=member.assignment,
    )
