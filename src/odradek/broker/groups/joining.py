"""JoinGroup: who may become, or stay, a member, and whether that makes the group rebalance.

Sources: KIP-62, KIP-345 (static members), KIP-389 (group.max.size), KIP-394 (a member must know its
id before it joins), KIP-814 (a returning static leader may skip the assignment).
"""

from odradek.broker.groups.deadlines import Deadline, DeadlineKind, Deadlines
from odradek.broker.groups.group import ClassicGroup
from odradek.broker.groups.member import Member, Token
from odradek.broker.groups.rebalance import (
    NEW_MEMBER_JOIN_TIMEOUT_MS,
    Rebalance,
    generation_members,
    join_reply,
)
from odradek.broker.groups.records import MetadataRecord
from odradek.broker.groups.states import GroupState
from odradek.broker.groups.values import (
    Answer,
    Decision,
    GroupLimits,
    JoinReply,
    JoinRequest,
    SyncReply,
)
from odradek.protocol.errors import ErrorCode


class Join:
    """One JoinGroup request on its way through its group."""

    def __init__(
        self,
        group: ClassicGroup,
        request: JoinRequest,
        token: Token,
        rebalance: Rebalance,
        deadlines: Deadlines,
        limits: GroupLimits,
        now_ms: int,
    ) -> None:
        self._group = group
        self._request = request
        self._token = token
        self._rebalance = rebalance
        self._deadlines = deadlines
        self._limits = limits
        self._now_ms = now_ms
        self._decision = Decision()

    def decide(self) -> Decision:
        """Let the member in, let it wait, or tell it why not."""
        group, request = self._group, self._request
        if not self._has_room():
            group.remove(request.member_id)
            self._rebalance.forget_session(group, request.member_id)
            self._answer(JoinReply(error=ErrorCode.GROUP_MAX_SIZE_REACHED))
        elif not group.supports(request.protocol_type, request.protocols):
            self._refuse(ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
        elif not request.member_id:
            self._join_without_id()
        elif request.member_id in group.pending_members:
            self._join_as_promised()
        else:
            fault = group.find_member_fault(request.member_id, request.group_instance_id)
            if fault is ErrorCode.NONE:
                self._join_again(group.members[request.member_id])
            else:
                self._refuse(fault)
        return self._decision

    def _has_room(self) -> bool:
        """Members never lose their place to newcomers, but those who join late may."""
        group, limit = self._group, self._limits.max_members
        if group.state is GroupState.EMPTY:
            return True
        member = group.members.get(self._request.member_id)
        if group.state is GroupState.PREPARING_REBALANCE:
            is_waiting = member is not None and member.is_awaiting_join
            return is_waiting or group.awaiting_join < limit
        return member is not None or len(group.members) < limit

    # --- newcomers

    def _join_without_id(self) -> None:
        group, request = self._group, self._request
        if request.group_instance_id is not None:
            holder = group.static_members.get(request.group_instance_id)
            if holder is None:
                self._add(request.fresh_member_id)
            else:
                self._replace(holder)
        elif request.must_know_its_id:
            group.promise(request.fresh_member_id)
            self._deadlines.set(
                Deadline(DeadlineKind.SESSION, group.group_id, request.fresh_member_id),
                self._now_ms + request.session_timeout_ms,
            )
            self._answer(
                JoinReply(error=ErrorCode.MEMBER_ID_REQUIRED, member_id=request.fresh_member_id)
            )
        else:
            self._add(request.fresh_member_id)

    def _join_as_promised(self) -> None:
        if self._request.group_instance_id is not None:
            # An id that was given to a dynamic member cannot be a static member's.
            self._refuse(ErrorCode.UNKNOWN_MEMBER_ID)
        else:
            self._add(self._request.member_id)

    def _add(self, member_id: str) -> None:
        group, request = self._group, self._request
        member = Member(
            member_id=member_id,
            group_instance_id=request.group_instance_id,
            client_id=request.client_id,
            client_host=request.client_host,
            rebalance_timeout_ms=request.rebalance_timeout_ms,
            session_timeout_ms=request.session_timeout_ms,
            protocols=request.protocols,
            is_new=True,
            join_token=self._token,
        )
        if not group.members:
            group.protocol_type = request.protocol_type
        if group.state is GroupState.PREPARING_REBALANCE:
            group.has_new_members = True
        group.add(member)
        self._rebalance.expect_heartbeat(group, member, self._now_ms, NEW_MEMBER_JOIN_TIMEOUT_MS)
        self._rebalance.go_on(group, self._limits, self._now_ms, self._decision)

    # --- members

    def _join_again(self, member: Member) -> None:
        group = self._group
        has_changed = not member.matches(self._request.protocols)
        if group.state is GroupState.COMPLETING_REBALANCE and not has_changed:
            # It may not have received the answer to its first request.
            self._answer(join_reply(group, member))
        elif group.state is GroupState.STABLE and not has_changed and not self._is_leader(member):
            self._answer(join_reply(group, member))
        else:
            self._wait(member)
            self._rebalance.go_on(group, self._limits, self._now_ms, self._decision)

    def _wait(self, member: Member) -> None:
        """Let the member wait for the next generation with what it wants now."""
        replaced = self._group.take_join_token(member)
        if replaced is not None:
            # Differs from Kafka: a JoinGroup that its member repeats elsewhere is answered with
            # REBALANCE_IN_PROGRESS, not left waiting for ever.
            reply = JoinReply(error=ErrorCode.REBALANCE_IN_PROGRESS, member_id=member.member_id)
            self._decision.answers.append(Answer(replaced, reply))
        self._group.update(member, self._request, self._token)

    def _is_leader(self, member: Member) -> bool:
        return member.member_id == self._group.leader

    # --- static members that come back

    def _replace(self, old_id: str) -> None:
        """Let a new process take a static member's place; the old one is fenced."""
        group, member = self._group, self._group.members[old_id]
        leader_before = group.leader
        self._fence(member, old_id)
        group.rename(old_id, self._request.fresh_member_id)
        member.client_id = self._request.client_id
        member.client_host = self._request.client_host
        self._rebalance.forget_session(group, old_id)
        if group.state is GroupState.STABLE and self._keeps_protocol(member):
            self._rebalance.expect_heartbeat(group, member, self._now_ms)
            self._store_replacement(member, leader_before)
            return
        group.update(member, self._request, self._token)
        self._rebalance.expect_heartbeat(group, member, self._now_ms)
        self._rebalance.go_on(group, self._limits, self._now_ms, self._decision)

    def _fence(self, member: Member, old_id: str) -> None:
        join = JoinReply(error=ErrorCode.FENCED_INSTANCE_ID, member_id=old_id)
        self._rebalance.answer_join(self._group, member, join, self._decision)
        token, member.sync_token = member.sync_token, None
        if token is not None:
            reply = SyncReply(error=ErrorCode.FENCED_INSTANCE_ID)
            self._decision.answers.append(Answer(token, reply))

    def _keeps_protocol(self, member: Member) -> bool:
        """Whether the group would choose the same protocol with what the member wants now."""
        self._group.update(member, self._request, None)
        return self._group.select_protocol() == self._group.protocol_name

    def _store_replacement(self, member: Member, leader_before: str | None) -> None:
        """Nothing changes for the others; the answer waits until the new id is stored."""
        group = self._group
        group.learn_topics()
        is_leader = self._is_leader(member)
        assignments = {each.member_id: each.assignment for each in group.members.values()}
        self._decision.records.append(
            MetadataRecord(group.group_id, group.stored_value(assignments))
        )
        may_skip = self._request.may_skip_assignment
        reply = JoinReply(
            member_id=member.member_id,
            generation_id=group.generation_id,
            protocol_type=group.protocol_type,
            protocol_name=group.protocol_name,
            # Who cannot skip the assignment is kept from making one: the leader has another name.
            leader=(group.leader if may_skip else leader_before) or "",
            skip_assignment=may_skip and is_leader,
            members=generation_members(group) if may_skip and is_leader else (),
        )
        self._decision.stored.append(Answer(self._token, reply))

    def _refuse(self, error: ErrorCode) -> None:
        self._answer(JoinReply(error=error, member_id=self._request.member_id))

    def _answer(self, reply: JoinReply) -> None:
        self._decision.answers.append(Answer(self._token, reply))
