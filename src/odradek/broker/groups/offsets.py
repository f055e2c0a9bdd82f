"""How far a group has read: commits, what is fetched, and when offsets are forgotten.

Offsets expire, by Kafka's rules (KIP-211), when the retention has passed

- since the group became empty, if it once had members;
- since the commit, if it never had any, or if its consumers do not read the topic any more.

An offset that came with an expiry time of its own goes by that time (OffsetCommit up to version 4).
"""

from collections.abc import Callable, Iterable

from odradek.broker.groups.group import ClassicGroup
from odradek.broker.groups.records import (
    NO_TIMESTAMP,
    CommittedOffset,
    GroupRecord,
    OffsetRecord,
    TopicPartition,
    offset_tombstones,
)
from odradek.broker.groups.states import GroupState
from odradek.broker.groups.values import CommitRequest, GroupLimits
from odradek.protocol.errors import ErrorCode

NO_RETENTION = -1
LATEST_MS = 2**63 - 1

BaseTime = Callable[[CommittedOffset], int]


def find_commit_fault(
    group: ClassicGroup, request: CommitRequest, *, is_transactional: bool = False
) -> ErrorCode:
    """Whether this commit may change the group's offsets.

    Generation -1 comes from clients that do not use membership, and is for groups without members;
    of transactional producers only newer ones tell who consumed, so others are believed.
    """
    if request.generation_id < 0 and group.state is GroupState.EMPTY:
        return ErrorCode.NONE
    is_by_member = (
        request.generation_id >= 0 or request.member_id or request.group_instance_id is not None
    )
    if not is_by_member:
        return ErrorCode.NONE if is_transactional else ErrorCode.UNKNOWN_MEMBER_ID
    fault = group.find_member_fault(request.member_id, request.group_instance_id)
    if fault is not ErrorCode.NONE:
        return fault
    if request.generation_id != group.generation_id:
        return ErrorCode.ILLEGAL_GENERATION
    if group.state is GroupState.COMPLETING_REBALANCE and not is_transactional:
        return ErrorCode.REBALANCE_IN_PROGRESS
    return ErrorCode.NONE


def commit_records(
    request: CommitRequest, limits: GroupLimits, now_ms: int
) -> tuple[list[GroupRecord], list[ErrorCode]]:
    """The records of what is committed, and what becomes of each offset."""
    records: list[GroupRecord] = []
    outcomes: list[ErrorCode] = []
    expire_ms = NO_TIMESTAMP
    if request.retention_ms != NO_RETENTION:
        expire_ms = min(now_ms + request.retention_ms, LATEST_MS)
    for partition, offset in request.offsets:
        if _is_longer(offset.metadata, limits.offset_metadata_max_chars):
            outcomes.append(ErrorCode.OFFSET_METADATA_TOO_LARGE)
            continue
        outcomes.append(ErrorCode.NONE)
        committed = CommittedOffset(
            offset.offset,
            offset.leader_epoch,
            offset.metadata,
            now_ms,
            expire_ms,
            offset.topic_id,
        )
        records.append(OffsetRecord(request.group_id, partition, committed))
    return records, outcomes


def _is_longer(text: str, chars_max: int) -> bool:
    """Whether Java would count more characters: those outside of the basic plane count twice."""
    if 2 * len(text) <= chars_max or text.isascii():
        return len(text) > chars_max
    return len(text.encode("utf-16-be", "surrogatepass")) > 2 * chars_max


def find_deletion_fault(group: ClassicGroup) -> ErrorCode:
    """Whether offsets of the group may be deleted: consumers may go on with other topics."""
    if group.state is GroupState.EMPTY or group.is_consumer_group:
        return ErrorCode.NONE
    return ErrorCode.NON_EMPTY_GROUP


def deletion_records(
    group: ClassicGroup, partitions: Iterable[TopicPartition]
) -> tuple[list[GroupRecord], dict[TopicPartition, ErrorCode]]:
    """The records that delete offsets, and what becomes of each partition."""
    deleted: list[TopicPartition] = []
    outcomes: dict[TopicPartition, ErrorCode] = {}
    for partition in partitions:
        if group.may_read(partition[0]):
            outcomes[partition] = ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC
            continue
        outcomes[partition] = ErrorCode.NONE
        if partition in group.offsets:
            deleted.append(partition)
    return offset_tombstones(group.group_id, deleted), outcomes


def expired_offsets(group: ClassicGroup, limits: GroupLimits, now_ms: int) -> list[TopicPartition]:
    """The partitions whose offsets are to be forgotten."""
    base_time = _base_time(group)
    if base_time is None:
        return []
    return [
        partition
        for partition, offset in group.offsets.items()
        if _is_expired(offset, base_time, limits, now_ms) and not group.may_read(partition[0])
    ]


def _base_time(group: ClassicGroup) -> BaseTime | None:
    """From when the retention counts; None while nothing may expire."""
    if group.protocol_type is None:
        return _commit_time
    if group.state is GroupState.EMPTY:
        since_ms = group.state_since_ms
        return _commit_time if since_ms == NO_TIMESTAMP else lambda _: since_ms
    if group.is_consumer_group and group.topics is not None and group.state is GroupState.STABLE:
        return _commit_time
    return None


def _commit_time(offset: CommittedOffset) -> int:
    return offset.commit_timestamp_ms


def _is_expired(
    offset: CommittedOffset, base_time: BaseTime, limits: GroupLimits, now_ms: int
) -> bool:
    if offset.expire_timestamp_ms != NO_TIMESTAMP:
        return now_ms >= offset.expire_timestamp_ms
    return now_ms - base_time(offset) >= limits.offsets_retention_ms
