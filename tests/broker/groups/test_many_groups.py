"""A great many groups cost little each, and are cleaned up."""

import tracemalloc

from odradek.broker.groups.classic_groups import ClassicGroups
from odradek.broker.groups.records import CommittedOffset, OffsetRecord, decode, encode
from odradek.broker.groups.values import GroupLimits, Identity
from tests.broker.groups.coordinator import GROUP, Coordinator

GROUPS = 20_000
GROUP_BYTES_MAX = 750
OFFSET_BYTES_MAX = 250
TOPIC_ID = bytes(range(16))


def load_groups(groups: ClassicGroups, partitions: int) -> None:
    """What is read from a log in which each group has committed once for each partition."""
    for number in range(GROUPS):
        for partition in range(partitions):
            committed = CommittedOffset(100_000 + number, 3, "", 10**12 + number, -1, TOPIC_ID)
            record = OffsetRecord(f"console-consumer-{number}", ("orders", partition), committed)
            groups.apply(decode(*encode(record)), 0)


def bytes_per_group(partitions: int) -> float:
    tracemalloc.start()
    try:
        groups = ClassicGroups()
        load_groups(groups, partitions)
        groups.loaded(GroupLimits(), 0)
        return tracemalloc.get_traced_memory()[0] / GROUPS
    finally:
        tracemalloc.stop()


def test_group_with_one_offset_is_small() -> None:
    assert bytes_per_group(1) < GROUP_BYTES_MAX


def test_another_offset_is_smaller() -> None:
    assert (bytes_per_group(5) - bytes_per_group(1)) / 4 < OFFSET_BYTES_MAX


def test_group_gives_its_memory_back_when_the_last_member_leaves(
    coordinator: Coordinator,
) -> None:
    (member,) = coordinator.stable_group()
    group = coordinator.groups._groups[GROUP]
    assert group.members
    coordinator.leave(Identity(member))
    assert coordinator.state == "Empty"
    other = ClassicGroups()
    other.apply(OffsetRecord("other", ("t", 0), CommittedOffset(1)), 0)
    assert group.members is other._groups["other"].members
