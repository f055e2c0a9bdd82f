"""Whatever members do, in whatever order: the rules that must always hold do hold.

Every history comes from a seed. Members join, sync, commit, leave, fall silent and come back with
old ids; records wait for the log, and the coordinator restarts with what the log holds.
"""

import random
from collections import Counter

from odradek.broker.groups.group import ClassicGroup
from odradek.broker.groups.states import GroupState
from odradek.broker.groups.values import GroupLimits, Identity, JoinReply
from odradek.protocol.errors import ErrorCode
from tests.broker.groups.coordinator import DELAY_MS, GROUP, Asked, Coordinator

HISTORIES = 60
STEPS = 150
MORE_THAN_ANY_TIMEOUT_MS = 20 * 60 * 1000
PROTOCOLS = ("range", "sticky", "roundrobin")


class History:
    """One group, some clients that behave at random, and what they were told."""

    def __init__(self, noise: random.Random) -> None:
        self.noise = noise
        limits = GroupLimits(
            initial_rebalance_delay_ms=noise.choice([0, DELAY_MS]),
            max_members=noise.choice([2, 4, 1_000]),
        )
        self.coordinator = Coordinator(limits)
        self.asked: list[Asked] = []
        self.joins: list[tuple[Asked, str | None]] = []
        self.known: list[tuple[str, int, str | None]] = [("stranger", 1, None)]
        self.assignments: dict[tuple[int, str], bytes] = {}
        self.acknowledged: int | None = None
        self.group: ClassicGroup | None = None
        self.generation_id = 0

    def step(self) -> None:
        actions = {
            self.join: 6,
            self.sync: 8,
            self.heartbeat: 4,
            self.commit: 4,
            self.pass_time: 6,
            self.leave: 2,
            self.stall: 2,
            self.expire: 1,
            self.restart: 1,
        }
        (action,) = self.noise.choices(list(actions), list(actions.values()))
        action()
        self.learn()
        self.verify()

    # --- what happens

    def join(self) -> None:
        member_id, _, instance_id = self.client()
        if self.noise.random() < 0.5:
            member_id = ""
            instance_id = self.noise.choice([None, None, "a", "b"])
        names = self.noise.sample(PROTOCOLS, self.noise.randint(1, 3))
        asked = self.coordinator.join(
            member_id,
            protocols=[(name, self.noise.randbytes(1)) for name in names],
            instance_id=instance_id,
            rebalance_ms=self.noise.choice([0, 5_000, 60_000]),
            must_know_its_id=self.noise.random() < 0.5,
            may_skip_assignment=self.noise.random() < 0.5,
        )
        self.asked.append(asked)
        self.joins.append((asked, instance_id))

    def sync(self) -> None:
        """Mostly everybody who is expected to, sometimes anybody."""
        if self.group is None or self.noise.random() < 0.3:
            self.sync_one(*self.client())
            return
        for member in list(self.group.members.values()):
            generation_id = self.group.generation_id
            self.sync_one(member.member_id, generation_id, member.group_instance_id)

    def sync_one(self, member_id: str, generation_id: int, instance_id: str | None) -> None:
        everybody = {each: each.encode() + self.noise.randbytes(1) for each, _, _ in self.known}
        asked = self.coordinator.sync(member_id, generation_id, everybody, instance_id=instance_id)
        asked.about = (generation_id, member_id)
        self.asked.append(asked)

    def heartbeat(self) -> None:
        member_id, generation_id, instance_id = self.client()
        self.coordinator.heartbeat(member_id, generation_id, instance_id)

    def commit(self) -> None:
        member_id, generation_id, _ = self.client()
        if self.noise.random() < 0.3:
            member_id, generation_id = "", -1
        was_stalled, self.coordinator.is_stalled = self.coordinator.is_stalled, False
        offset = self.noise.randrange(1_000)
        if self.coordinator.commit(offset, member_id, generation_id) is ErrorCode.NONE:
            self.acknowledged = offset
        self.coordinator.is_stalled = was_stalled

    def pass_time(self) -> None:
        self.coordinator.pass_time(self.noise.choice([1, 500, 3_000, 10_000, 60_000]))

    def leave(self) -> None:
        member_id, _, instance_id = self.client()
        self.asked.append(self.coordinator.leave(Identity(member_id, instance_id)))

    def stall(self) -> None:
        self.coordinator.is_stalled = not self.coordinator.is_stalled
        self.coordinator.store()

    def expire(self) -> None:
        self.coordinator.expire()

    def restart(self) -> None:
        self.coordinator.lose_stalled()
        self.coordinator.restart()
        self.asked.clear()
        self.joins.clear()

    def client(self) -> tuple[str, int, str | None]:
        """Mostly one of the newest ids, sometimes an old one."""
        return self.noise.choice(self.known[-4:] if self.noise.random() < 0.8 else self.known)

    # --- what must hold

    def learn(self) -> None:
        """Take note of the answers, as clients would."""
        for asked, instance_id in self.joins:
            reply = asked.reply
            if isinstance(reply, JoinReply) and reply.member_id:
                self.known.append((reply.member_id, max(reply.generation_id, 0), instance_id))
        self.joins = [(asked, instance_id) for asked, instance_id in self.joins if asked.is_waiting]
        for asked in self.asked:
            if asked.about is not None and asked.reply is not None and not asked.error:
                told = self.assignments.setdefault(asked.about, asked.synced.assignment)
                assert told == asked.synced.assignment, "two assignments in one generation"
        self.asked = [asked for asked in self.asked if asked.is_waiting]

    def verify(self) -> None:
        group = self.coordinator.groups._groups.get(GROUP)
        if group is not self.group:
            # Deleted, made anew, or read from the log again.
            self.group, self.generation_id = group, 0
        if group is not None:
            verify_group(group)
            assert group.generation_id >= self.generation_id
            self.generation_id = group.generation_id
            assert self.coordinator.offset() == self.acknowledged

    def finish(self) -> None:
        """Once everybody is silent for long, nobody waits and nobody is a member."""
        self.coordinator.is_stalled = False
        self.coordinator.store()
        self.coordinator.pass_time(MORE_THAN_ANY_TIMEOUT_MS)
        self.learn()
        assert self.asked == []
        assert self.coordinator.state in {"Empty", "Dead"}
        assert self.coordinator.groups.next_deadline_ms() is None
        before = self.coordinator.groups.describe(GROUP)
        self.coordinator.restart()
        after = self.coordinator.groups.describe(GROUP)
        if before is not None and after is not None:
            assert before.state == after.state
        assert self.coordinator.offset() == self.acknowledged


def verify_group(group: ClassicGroup) -> None:
    """The invariants that the group's module promises."""
    waiting = [member for member in group.members.values() if member.is_awaiting_join]
    assert group.awaiting_join == len(waiting)
    assert group.leader in group.members if group.members else group.leader is None
    assert all(group.members[member].group_instance_id for member in group.static_members.values())
    assert not group.pending_members.keys() & group.members.keys()
    assert group.pending_sync.keys() <= group.members.keys()
    support: Counter[str] = Counter()
    for member in group.members.values():
        support.update(name for name, _ in member.protocols)
    assert group.support == support
    if group.state is GroupState.EMPTY:
        assert not group.members
    if group.state in (GroupState.STABLE, GroupState.COMPLETING_REBALANCE):
        assert group.members
        assert not waiting
    if group.state is GroupState.STABLE:
        assert not [member for member in group.members.values() if member.sync_token is not None]


def test_rules_hold_in_every_history(seed: int) -> None:
    for number in range(HISTORIES):
        history = History(random.Random(seed + number))
        for _ in range(STEPS):
            history.step()
        history.finish()
