"""A coordinator without a broker: a clock that the test moves, and a list for a log.

Records go through their bytes, so that what is replayed is what would have been read.
"""

from collections.abc import Mapping, Sequence
from itertools import count

from odradek.broker.groups.classic_groups import ClassicGroups
from odradek.broker.groups.records import (
    CommittedOffset,
    GroupRecord,
    TopicPartition,
    decode,
    encode,
)
from odradek.broker.groups.values import (
    CommitReply,
    CommitRequest,
    Decision,
    GroupLimits,
    Identity,
    JoinReply,
    JoinRequest,
    OffsetsReply,
    Reply,
    SyncReply,
    SyncRequest,
)
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.consumer_protocol import (
    ConsumerProtocolSubscription,
    encode_with_version,
)

GROUP = "g"
SESSION_MS = 10_000
REBALANCE_MS = 60_000
DELAY_MS = 3_000
START_MS = 1_000_000


def reading(*topics: str) -> bytes:
    """A consumer's metadata."""
    return encode_with_version(ConsumerProtocolSubscription(topics=list(topics)), 0)


class Asked:
    """A request on its way; `reply` once it is answered."""

    def __init__(self) -> None:
        self.reply: Reply | None = None
        self.about: tuple[int, str] | None = None
        """Generation and member, where a test wants to remember them."""

    @property
    def is_waiting(self) -> bool:
        return self.reply is None

    @property
    def joined(self) -> JoinReply:
        assert isinstance(self.reply, JoinReply)
        return self.reply

    @property
    def synced(self) -> SyncReply:
        assert isinstance(self.reply, SyncReply)
        return self.reply

    @property
    def error(self) -> ErrorCode:
        assert self.reply is not None, "not answered yet"
        return self.reply.error


class Coordinator:
    """`log` is what is stored; `is_stalled` lets records wait until `store` is called."""

    def __init__(self, limits: GroupLimits | None = None) -> None:
        self.limits = limits or GroupLimits(initial_rebalance_delay_ms=DELAY_MS)
        self.now_ms = START_MS
        self.log: list[tuple[bytes, bytes | None]] = []
        self.is_stalled = False
        self._stalled: list[Decision] = []
        self._ids = count(1)
        self.groups = ClassicGroups()
        self.groups.loaded(self.limits, self.now_ms)

    def restart(self) -> None:
        """Forget everything but the log, and read it."""
        self.groups = ClassicGroups()
        for key, value in self.log:
            self.groups.apply(decode(key, value), self.now_ms)
        self.carry_out(self.groups.loaded(self.limits, self.now_ms))

    def pass_time(self, duration_ms: int) -> None:
        """Let time pass, and every deadline in it come up at its own time."""
        end_ms = self.now_ms + duration_ms
        while (next_ms := self.groups.next_deadline_ms()) is not None and next_ms <= end_ms:
            self.now_ms = max(self.now_ms, next_ms)
            for decision in self.groups.deadlines_passed(self.limits, self.now_ms):
                self.carry_out(decision)
        self.now_ms = end_ms

    def carry_out(self, decision: Decision) -> None:
        """Send what may be sent, and store what is to be stored."""
        self._send(decision)
        if decision.records or decision.stored:
            self._stalled.append(decision)
        if not self.is_stalled:
            self.store()

    def store(self) -> None:
        """Let everything that waits for the log be stored."""
        stalled, self._stalled = self._stalled, []
        for decision in stalled:
            for record in decision.records:
                self.log.append(encode(record))
                self._send(self.groups.apply(self._reread(record), self.now_ms))
            self._send(Decision(answers=decision.stored))

    def fail_to_store(self, error: ErrorCode) -> None:
        """Let nothing be stored that waits for the log."""
        stalled, self._stalled = self._stalled, []
        for decision in stalled:
            for record in decision.records:
                rejected = self.groups.reject(record, error, self.limits, self.now_ms)
                self._send(rejected)

    def lose_stalled(self) -> None:
        """Forget what waits for the log, as a crash does."""
        self._stalled.clear()
        self.is_stalled = False

    # --- requests

    def join(
        self,
        member_id: str = "",
        *,
        group_id: str = GROUP,
        protocols: Sequence[tuple[str, bytes]] = (("range", b"m"),),
        instance_id: str | None = None,
        session_ms: int = SESSION_MS,
        rebalance_ms: int = REBALANCE_MS,
        protocol_type: str = "consumer",
        must_know_its_id: bool = False,
        may_skip_assignment: bool = False,
    ) -> Asked:
        asked = Asked()
        request = JoinRequest(
            group_id=group_id,
            member_id=member_id,
            group_instance_id=instance_id,
            client_id="tests",
            client_host="/127.0.0.1",
            session_timeout_ms=session_ms,
            rebalance_timeout_ms=rebalance_ms,
            protocol_type=protocol_type,
            protocols=protocols,
            fresh_member_id=f"m{next(self._ids)}",
            must_know_its_id=must_know_its_id,
            may_skip_assignment=may_skip_assignment,
        )
        self.carry_out(self.groups.decide_join(request, asked, self.limits, self.now_ms))
        self.pass_time(0)
        return asked

    def sync(
        self,
        member_id: str,
        generation_id: int,
        assignments: Mapping[str, bytes] | None = None,
        *,
        instance_id: str | None = None,
        protocol_type: str | None = None,
        protocol_name: str | None = None,
    ) -> Asked:
        asked = Asked()
        request = SyncRequest(
            group_id=GROUP,
            generation_id=generation_id,
            member_id=member_id,
            group_instance_id=instance_id,
            protocol_type=protocol_type,
            protocol_name=protocol_name,
            assignments=assignments or {},
        )
        self.carry_out(self.groups.decide_sync(request, asked, self.now_ms))
        return asked

    def heartbeat(
        self, member_id: str, generation_id: int, instance_id: str | None = None
    ) -> ErrorCode:
        identity = Identity(member_id, instance_id)
        return self.groups.heartbeat(GROUP, identity, generation_id, self.now_ms)

    def leave(self, *identities: Identity) -> Asked:
        asked = Asked()
        self.carry_out(self.groups.decide_leave(GROUP, identities, asked, self.limits, self.now_ms))
        return asked

    def commit(
        self,
        offset: int,
        member_id: str = "",
        generation_id: int = -1,
        *,
        partition: TopicPartition = ("t", 0),
        metadata: str = "",
        retention_ms: int = -1,
        group_id: str = GROUP,
        topic_id: bytes = bytes(16),
    ) -> ErrorCode:
        """Commit one offset; the error of the group or of the partition."""
        asked = self.start_commit(
            CommitRequest(
                group_id=group_id,
                generation_id=generation_id,
                member_id=member_id,
                retention_ms=retention_ms,
                offsets=[
                    (partition, CommittedOffset(offset, metadata=metadata, topic_id=topic_id))
                ],
            )
        )
        assert isinstance(asked.reply, CommitReply)
        return asked.reply.error or asked.reply.outcomes[0]

    def start_commit(self, request: CommitRequest) -> Asked:
        asked = Asked()
        self.carry_out(self.groups.decide_commit(request, asked, self.limits, self.now_ms))
        return asked

    def delete(self, group_id: str = GROUP) -> ErrorCode:
        asked = Asked()
        self.carry_out(self.groups.decide_deletion(group_id, asked))
        return asked.error

    def delete_offsets(self, *partitions: TopicPartition) -> OffsetsReply:
        asked = Asked()
        self.carry_out(self.groups.decide_offset_deletion(GROUP, partitions, asked))
        assert isinstance(asked.reply, OffsetsReply)
        return asked.reply

    def expire(self) -> None:
        """One round of expiry."""
        for group_id in self.groups.group_ids():
            self.carry_out(self.groups.decide_expiry(group_id, self.limits, self.now_ms))

    # --- what can be seen

    @property
    def state(self) -> str:
        description = self.groups.describe(GROUP)
        return "Dead" if description is None else description.state

    @property
    def member_ids(self) -> list[str]:
        description = self.groups.describe(GROUP)
        return [member.member_id for member in description.members] if description else []

    def offset(self, partition: TopicPartition = ("t", 0), group_id: str = GROUP) -> int | None:
        committed = self.groups.offset_of(group_id, partition)
        return None if committed is None else committed.offset

    # --- where tests begin

    def stable_group(self, size: int = 1, **options: object) -> list[str]:
        """A group whose members each have been assigned their own id, in generation 1."""
        joins = [self.join(**options) for _ in range(size)]  # type: ignore[arg-type]
        self.pass_time(self.limits.initial_rebalance_delay_ms * (size > 1) + DELAY_MS)
        members = [join.joined.member_id for join in joins]
        leader = joins[0].joined.leader
        for member_id in members:
            everybody = {each: each.encode() for each in members}
            self.sync(member_id, 1, everybody if member_id == leader else None)
        assert self.state == "Stable"
        return members

    def _send(self, decision: Decision) -> None:
        for answer in decision.answers:
            assert isinstance(answer.token, Asked)
            assert answer.token.reply is None, "answered twice"
            answer.token.reply = answer.reply

    @staticmethod
    def _reread(record: GroupRecord) -> GroupRecord:
        return decode(*encode(record))
