"""One classic group: its members, their vote for a protocol, and its offsets.

Invariants: the leader is a member, or there is none; every static instance id names a member; a
member id is never both pending and a member; `awaiting_join` counts the members whose JoinGroup
waits; `support` counts for each protocol the members that have it. A group without members, of
which there may be a million, shares its five empty dictionaries with all others.

Decides nothing about when to rebalance, and knows no clock.
"""

from collections import Counter
from typing import Any

from odradek.broker.groups.member import Member, Protocols, Token
from odradek.broker.groups.records import CommittedOffset, TopicPartition
from odradek.broker.groups.states import ALLOWED, REBALANCES_FROM, GroupState
from odradek.broker.groups.subscription import CONSUMER, subscribed_topics
from odradek.broker.groups.values import JoinRequest
from odradek.protocol.errors import ErrorCode
from odradek.protocol.stored_records.consumer_offsets import GroupMetadataValue, MemberMetadata

NOT_STORING = -1


class _Nobody(dict[str, Any]):
    """The empty dictionary of everybody who has none of his own."""

    __slots__ = ()

    def __setitem__(self, key: str, value: object) -> None:
        raise TypeError("a group without members shares this dictionary")


NOBODY = _Nobody()


class ClassicGroup:
    """See the module."""

    __slots__ = (
        "awaiting_join",
        "generation_id",
        "group_id",
        "has_new_members",
        "leader",
        "members",
        "offsets",
        "patience_ms",
        "pending_members",
        "pending_sync",
        "previous_state",
        "protocol_name",
        "protocol_type",
        "state",
        "state_since_ms",
        "static_members",
        "storing_generation",
        "support",
        "topics",
    )

    def __init__(self, group_id: str, now_ms: int) -> None:
        self.group_id = group_id
        self.state = self.previous_state = GroupState.EMPTY
        self.state_since_ms = now_ms
        self.generation_id = 0
        self.protocol_type: str | None = None
        self.protocol_name: str | None = None
        self.leader: str | None = None
        self.members: dict[str, Member] = NOBODY
        self.static_members: dict[str, str] = NOBODY
        self.pending_members: dict[str, None] = NOBODY
        """Ids that were given to clients which have not joined with them yet."""
        self.pending_sync: dict[str, None] = NOBODY
        """Members of this generation that have not asked for their assignment yet."""
        self.storing_generation = NOT_STORING
        """The generation whose assignment was handed in and is on its way to the log."""
        self.awaiting_join = 0
        self.support: dict[str, int] = NOBODY
        self.has_new_members = False
        """Whether somebody joined during the wait before a first generation."""
        self.patience_ms = 0
        """How much longer that wait may be made."""
        self.topics: frozenset[str] | None = None
        self.offsets: dict[TopicPartition, CommittedOffset] = {}

    # --- state

    def transition_to(self, state: GroupState, now_ms: int) -> None:
        """Move on; raises ValueError for a way that the table does not know."""
        if state not in ALLOWED[self.state]:
            raise ValueError(f"group {self.group_id!r} cannot go from {self.state} to {state}")
        self.previous_state, self.state = self.state, state
        self.state_since_ms = now_ms

    @property
    def can_rebalance(self) -> bool:
        return self.state in REBALANCES_FROM

    @property
    def has_all_joined(self) -> bool:
        """Whether nobody has to be waited for, not even who was only given an id."""
        return self.awaiting_join == len(self.members) and not self.pending_members

    @property
    def is_blank(self) -> bool:
        """Whether nothing was ever stored of it and nobody is expected in it."""
        has_somebody = self.members or self.pending_members
        return not (has_somebody or self.offsets or self.generation_id)

    @property
    def rebalance_timeout_ms(self) -> int:
        """The longest of all members."""
        return max((member.rebalance_timeout_ms for member in self.members.values()), default=0)

    @property
    def is_consumer_group(self) -> bool:
        return self.protocol_type == CONSUMER

    def may_read(self, topic: str) -> bool:
        """Whether members read the topic; where that is unknown, consumers might."""
        return self.is_consumer_group if self.topics is None else topic in self.topics

    def begin_generation(self, now_ms: int) -> None:
        """Number the next generation; without members the group is empty again."""
        self.generation_id += 1
        self.pending_sync.clear()
        if self.members:
            self.protocol_name = self.select_protocol()
            self.transition_to(GroupState.COMPLETING_REBALANCE, now_ms)
        else:
            self.protocol_name = None
            self.transition_to(GroupState.EMPTY, now_ms)
            if not self.pending_members:
                self._share_nobody()
        self.learn_topics()

    def learn_topics(self) -> None:
        """Work out what the members read."""
        self.topics = subscribed_topics(
            self.protocol_type, self.protocol_name, self.members.values()
        )

    # --- members

    def promise(self, member_id: str) -> None:
        """Keep an id for a client that is about to join with it."""
        self._own_dictionaries()
        self.pending_members[member_id] = None

    def add(self, member: Member) -> None:
        """Take a member in; the first one leads."""
        self._own_dictionaries()
        self.members[member.member_id] = member
        self.pending_members.pop(member.member_id, None)
        if member.group_instance_id is not None:
            self.static_members[member.group_instance_id] = member.member_id
        if self.leader is None:
            self.leader = member.member_id
        self._count_support(member.protocols, +1)
        self.awaiting_join += member.is_awaiting_join

    def remove(self, member_id: str) -> Member | None:
        """Forget a member, or the id given to one; the next in line leads."""
        self.pending_members.pop(member_id, None)
        self.pending_sync.pop(member_id, None)
        member = self.members.pop(member_id, None)
        if member is None:
            return None
        if member.group_instance_id is not None:
            self.static_members.pop(member.group_instance_id, None)
        if self.leader == member_id:
            self.leader = next(iter(self.members), None)
        self._count_support(member.protocols, -1)
        self.awaiting_join -= member.is_awaiting_join
        return member

    def update(self, member: Member, request: JoinRequest, token: Token | None) -> None:
        """Let a member want what its request says, and wait with `token` if there is one."""
        self._count_support(member.protocols, -1)
        member.protocols = request.protocols
        self._count_support(member.protocols, +1)
        member.rebalance_timeout_ms = request.rebalance_timeout_ms
        member.session_timeout_ms = request.session_timeout_ms
        self.awaiting_join += (token is not None) - member.is_awaiting_join
        member.join_token = token

    def take_join_token(self, member: Member) -> Token | None:
        """Whoever waits behind the member's JoinGroup, waiting no longer."""
        token, member.join_token = member.join_token, None
        self.awaiting_join -= token is not None
        return token

    def rename(self, old_id: str, new_id: str) -> Member:
        """Give a static member another id; whoever used the old one is fenced."""
        member = self.members.pop(old_id)
        self.members[new_id] = member
        member.member_id = new_id
        if self.leader == old_id:
            self.leader = new_id
        if old_id in self.pending_sync:
            del self.pending_sync[old_id]
            self.pending_sync[new_id] = None
        assert member.group_instance_id is not None  # noqa: S101 - only static members are renamed
        self.static_members[member.group_instance_id] = new_id
        return member

    def find_member_fault(self, member_id: str, group_instance_id: str | None) -> ErrorCode:
        """Whether this is a member and, if static, the one that holds the instance id."""
        if group_instance_id is not None:
            holder = self.static_members.get(group_instance_id)
            if holder is None:
                return ErrorCode.UNKNOWN_MEMBER_ID
            if holder != member_id:
                return ErrorCode.FENCED_INSTANCE_ID
        return ErrorCode.NONE if member_id in self.members else ErrorCode.UNKNOWN_MEMBER_ID

    def elect_joined_leader(self) -> bool:
        """Let somebody lead who has joined; False when nobody has."""
        if self.leader is None:
            return False
        if self.members[self.leader].is_awaiting_join:
            return True
        for member in self.members.values():
            if member.is_awaiting_join:
                self.leader = member.member_id
                return True
        return False

    def _own_dictionaries(self) -> None:
        if self.members is NOBODY:
            self.members, self.static_members, self.support = {}, {}, {}
            self.pending_members, self.pending_sync = {}, {}

    def _share_nobody(self) -> None:
        self.members = self.static_members = self.support = NOBODY
        self.pending_members = self.pending_sync = NOBODY

    # --- protocols

    def supports(self, protocol_type: str, protocols: Protocols) -> bool:
        """Whether a member with these protocols could be in the group."""
        if self.state is GroupState.EMPTY:
            return bool(protocol_type) and bool(protocols)
        candidates = self.candidates
        return self.protocol_type == protocol_type and any(
            name in candidates for name, _ in protocols
        )

    @property
    def candidates(self) -> frozenset[str]:
        """The protocols that every member supports."""
        everybody = len(self.members)
        return frozenset(name for name, count in self.support.items() if count == everybody)

    def select_protocol(self) -> str:
        """The candidate that most members like best; between equals, the one voted for first."""
        candidates = self.candidates
        votes = Counter(member.vote(candidates) for member in self.members.values())
        return votes.most_common(1)[0][0]

    def _count_support(self, protocols: Protocols, change: int) -> None:
        for name in {name for name, _ in protocols}:
            count = self.support.get(name, 0) + change
            if count:
                self.support[name] = count
            else:
                del self.support[name]

    # --- what is stored

    def stored_value(self, assignments: dict[str, bytes]) -> GroupMetadataValue:
        """The group as its record tells it, with these assignments."""
        return GroupMetadataValue(
            protocol_type=self.protocol_type or "",
            generation=self.generation_id,
            protocol=self.protocol_name,
            leader=self.leader,
            current_state_timestamp=self.state_since_ms,
            members=[
                MemberMetadata(
                    member_id=member.member_id,
                    group_instance_id=member.group_instance_id,
                    client_id=member.client_id,
                    client_host=member.client_host,
                    rebalance_timeout=member.rebalance_timeout_ms,
                    session_timeout=member.session_timeout_ms,
                    subscription=member.metadata_for(self.protocol_name),
                    assignment=assignments.get(member.member_id, b""),
                )
                for member in self.members.values()
            ],
        )

    def restore(self, value: GroupMetadataValue) -> None:
        """Become what a record says."""
        self._share_nobody()
        self.generation_id = value.generation
        self.protocol_type = value.protocol_type or None
        self.protocol_name = value.protocol
        self.leader = None
        self.state_since_ms = value.current_state_timestamp
        for stored in value.members:
            self.add(_stored_member(stored, value.protocol))
        if value.leader in self.members:
            self.leader = value.leader
        # Not a transition: the record tells where the group had come to.
        self.state = GroupState.STABLE if self.members else GroupState.EMPTY
        self.previous_state = self.state
        self.learn_topics()


def _stored_member(stored: MemberMetadata, protocol: str | None) -> Member:
    has_own_timeout = stored.rebalance_timeout != -1
    return Member(
        member_id=stored.member_id,
        group_instance_id=stored.group_instance_id,
        client_id=stored.client_id,
        client_host=stored.client_host,
        rebalance_timeout_ms=(
            stored.rebalance_timeout if has_own_timeout else stored.session_timeout
        ),
        session_timeout_ms=stored.session_timeout,
        protocols=[] if protocol is None else [(protocol, stored.subscription)],
        assignment=stored.assignment,
    )
