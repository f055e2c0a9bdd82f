"""What the coordinator of a group is asked, and what it answers: values, not wire messages.

Every reply can be made from an error alone.
"""

from collections.abc import Mapping, Sequence

import msgspec

from odradek.broker.groups.member import Member, Protocols, Token
from odradek.broker.groups.records import CommittedOffset, GroupRecord, TopicPartition
from odradek.protocol.errors import ErrorCode


class GroupLimits(msgspec.Struct, frozen=True):
    """What the broker allows; read anew for every request, as operators may change it."""

    min_session_timeout_ms: int = 6_000
    max_session_timeout_ms: int = 1_800_000
    initial_rebalance_delay_ms: int = 3_000
    max_members: int = 2**31 - 1
    offset_metadata_max_chars: int = 4096
    offsets_retention_ms: int = 7 * 24 * 60 * 60 * 1000


class JoinRequest(msgspec.Struct, frozen=True, kw_only=True):
    """`fresh_member_id` is what a member without an id will be called."""

    group_id: str
    member_id: str = ""
    group_instance_id: str | None = None
    client_id: str = ""
    client_host: str = ""
    session_timeout_ms: int
    rebalance_timeout_ms: int
    protocol_type: str
    protocols: Protocols
    fresh_member_id: str
    must_know_its_id: bool = False
    may_skip_assignment: bool = False


class SyncRequest(msgspec.Struct, frozen=True, kw_only=True):
    """`assignments` by member id; only the leader's count."""

    group_id: str
    generation_id: int
    member_id: str
    group_instance_id: str | None = None
    protocol_type: str | None = None
    protocol_name: str | None = None
    assignments: Mapping[str, bytes] = {}


class Identity(msgspec.Struct, frozen=True):
    """A member by its id, or a static one by its instance id."""

    member_id: str
    group_instance_id: str | None = None


class CommitRequest(msgspec.Struct, frozen=True, kw_only=True):
    """`offsets` lack their times, and one partition may be there twice.

    `retention_ms` is -1 where the broker's own retention counts.
    """

    group_id: str
    generation_id: int = -1
    member_id: str = ""
    group_instance_id: str | None = None
    retention_ms: int = -1
    offsets: Sequence[tuple[TopicPartition, CommittedOffset]]
    unknown_group_error: ErrorCode = ErrorCode.ILLEGAL_GENERATION


class JoinReply(msgspec.Struct, frozen=True, kw_only=True):
    """`members` are those of the generation, with their metadata, and only for its leader."""

    error: ErrorCode = ErrorCode.NONE
    member_id: str = ""
    generation_id: int = -1
    protocol_type: str | None = None
    protocol_name: str | None = None
    leader: str = ""
    skip_assignment: bool = False
    members: Sequence[tuple[str, str | None, bytes]] = ()


class SyncReply(msgspec.Struct, frozen=True, kw_only=True):
    error: ErrorCode = ErrorCode.NONE
    protocol_type: str | None = None
    protocol_name: str | None = None
    assignment: bytes = b""


class LeaveReply(msgspec.Struct, frozen=True, kw_only=True):
    """`members` are in the order of the request."""

    error: ErrorCode = ErrorCode.NONE
    members: Sequence[tuple[Identity, ErrorCode]] = ()


class CommitReply(msgspec.Struct, frozen=True, kw_only=True):
    """An error for the whole commit, or what became of each offset, in the order of the request."""

    error: ErrorCode = ErrorCode.NONE
    outcomes: Sequence[ErrorCode] = ()


class OffsetsReply(msgspec.Struct, frozen=True, kw_only=True):
    """After a deletion: an error for the whole group, or what became of each."""

    error: ErrorCode = ErrorCode.NONE
    partitions: Mapping[TopicPartition, ErrorCode] = {}


class DeleteReply(msgspec.Struct, frozen=True, kw_only=True):
    """After deleting one group."""

    error: ErrorCode = ErrorCode.NONE


Reply = JoinReply | SyncReply | LeaveReply | CommitReply | OffsetsReply | DeleteReply


class GroupSummary(msgspec.Struct, frozen=True):
    """A group as ListGroups shows it."""

    group_id: str
    protocol_type: str
    state: str


class GroupDescription(msgspec.Struct, frozen=True):
    """A group as DescribeGroups shows it."""

    state: str
    protocol_type: str
    protocol_name: str | None
    members: Sequence[Member]


class Answer(msgspec.Struct, frozen=True):
    """Tell whoever stands behind the token."""

    token: Token
    reply: Reply


class Decision(msgspec.Struct):
    """What follows from a request or a deadline.

    `records` belong in the log, and once they are durable each goes through `apply`. `stored` are
    the answers that wait for that; `answers` may leave at once. If the log refuses the records,
    each goes to `reject` instead, and everybody in `stored` gets the error. With a `producer` (id
    and epoch) the records are part of its transaction, and go through `apply_pending`.
    """

    records: list[GroupRecord] = []
    answers: list[Answer] = []
    stored: list[Answer] = []
    producer: tuple[int, int] | None = None
