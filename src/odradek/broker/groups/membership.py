"""What members do between joins: ask for their assignment, show that they are alive, leave.

And what happens to those who do not: whose session ends is dropped.
"""

from collections.abc import Sequence

from odradek.broker.groups.group import ClassicGroup
from odradek.broker.groups.member import Token
from odradek.broker.groups.rebalance import Rebalance, sync_reply
from odradek.broker.groups.records import MetadataRecord
from odradek.broker.groups.states import GroupState
from odradek.broker.groups.values import (
    Answer,
    Decision,
    GroupLimits,
    Identity,
    LeaveReply,
    SyncReply,
    SyncRequest,
)
from odradek.protocol.errors import ErrorCode


def decide_sync(
    group: ClassicGroup, request: SyncRequest, token: Token, rebalance: Rebalance, now_ms: int
) -> Decision:
    """Answer with the assignment, or wait for the leader's; the leader's is stored first."""
    decision = Decision()
    fault = _find_sync_fault(group, request)
    if fault is not ErrorCode.NONE:
        decision.answers.append(Answer(token, SyncReply(error=fault)))
        return decision
    member = group.members[request.member_id]
    rebalance.synced(group, member)
    if group.state is GroupState.STABLE:
        rebalance.expect_heartbeat(group, member, now_ms)
        decision.answers.append(Answer(token, sync_reply(group, member)))
        return decision
    if member.sync_token is not None:
        # Differs from Kafka: a SyncGroup that its member repeats elsewhere is answered with
        # REBALANCE_IN_PROGRESS, not left waiting for ever.
        reply = SyncReply(error=ErrorCode.REBALANCE_IN_PROGRESS)
        decision.answers.append(Answer(member.sync_token, reply))
    member.sync_token = token
    if group.leader == member.member_id and group.storing_generation != group.generation_id:
        group.storing_generation = group.generation_id
        value = group.stored_value(dict(request.assignments))
        decision.records.append(MetadataRecord(group.group_id, value))
    return decision


def _find_sync_fault(group: ClassicGroup, request: SyncRequest) -> ErrorCode:
    fault = group.find_member_fault(request.member_id, request.group_instance_id)
    if fault is not ErrorCode.NONE:
        return fault
    if request.generation_id != group.generation_id:
        return ErrorCode.ILLEGAL_GENERATION
    if request.protocol_type not in (None, group.protocol_type) or request.protocol_name not in (
        None,
        group.protocol_name,
    ):
        return ErrorCode.INCONSISTENT_GROUP_PROTOCOL
    if group.state is GroupState.PREPARING_REBALANCE:
        return ErrorCode.REBALANCE_IN_PROGRESS
    return ErrorCode.NONE


def heartbeat(
    group: ClassicGroup,
    identity: Identity,
    generation_id: int,
    rebalance: Rebalance,
    now_ms: int,
) -> ErrorCode:
    """Extend the member's session; the answer is how it learns of a rebalance."""
    fault = group.find_member_fault(identity.member_id, identity.group_instance_id)
    if fault is not ErrorCode.NONE:
        return fault
    if generation_id != group.generation_id:
        return ErrorCode.ILLEGAL_GENERATION
    rebalance.expect_heartbeat(group, group.members[identity.member_id], now_ms)
    if group.state is GroupState.PREPARING_REBALANCE:
        return ErrorCode.REBALANCE_IN_PROGRESS
    return ErrorCode.NONE


def decide_leave(
    group: ClassicGroup,
    identities: Sequence[Identity],
    token: Token,
    rebalance: Rebalance,
    limits: GroupLimits,
    now_ms: int,
) -> Decision:
    """Let members go, each with an error of its own if it cannot; the others rebalance."""
    decision = Decision()
    outcomes = [(each, _leave(group, each, rebalance, decision)) for each in identities]
    if any(error is ErrorCode.NONE for _, error in outcomes):
        _carry_on(group, rebalance, limits, now_ms, decision)
    decision.answers.append(Answer(token, LeaveReply(members=outcomes)))
    return decision


def _leave(
    group: ClassicGroup, identity: Identity, rebalance: Rebalance, decision: Decision
) -> ErrorCode:
    member_id, instance_id = identity.member_id, identity.group_instance_id
    if not member_id:
        # An operator removes a static member without knowing its id.
        member_id = group.static_members.get(instance_id or "", "")
        if not member_id:
            return ErrorCode.UNKNOWN_MEMBER_ID
    elif member_id in group.pending_members:
        group.remove(member_id)
        rebalance.forget_session(group, member_id)
        return ErrorCode.NONE
    fault = group.find_member_fault(member_id, instance_id)
    if fault is ErrorCode.NONE:
        rebalance.dismiss(group, group.members[member_id], decision)
    return fault


def decide_session_end(
    group: ClassicGroup, member_id: str, rebalance: Rebalance, limits: GroupLimits, now_ms: int
) -> Decision:
    """Drop a member that was not heard of in time, or take back an id nobody joined with."""
    decision = Decision()
    if member_id in group.pending_members:
        group.remove(member_id)
        rebalance.complete_if_all_joined(group, now_ms, decision)
        return decision
    member = group.members.get(member_id)
    if member is None or (member.is_waiting and not member.is_new):
        # Who waits for the group is answered when the rebalance ends, and expected from then on.
        return decision
    rebalance.dismiss(group, member, decision)
    _carry_on(group, rebalance, limits, now_ms, decision)
    return decision


def _carry_on(
    group: ClassicGroup,
    rebalance: Rebalance,
    limits: GroupLimits,
    now_ms: int,
    decision: Decision,
) -> None:
    """What follows when members are gone. An empty group stays as it is."""
    if group.state is not GroupState.EMPTY:
        rebalance.go_on(group, limits, now_ms, decision)
