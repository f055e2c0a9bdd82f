"""A great many groups cost little each, and are cleaned up."""

import tracemalloc

from odradek.broker.groups.classic_groups import ClassicGroups
from odradek.broker.groups.records import CommittedOffset, OffsetRecord, decode, encode
from odradek.broker.groups.values import GroupLimits, Identity
from tests.broker.groups.coordinator import GROUP, Coordinator

GROUPS = 3_000
GROUP_BYTES_MAX = 750
OFFSET_BYTES_MAX = 250
TOPIC_ID = bytes(range(16))


def stored_records(partitions: int) -> list[tuple[bytes, bytes | None]]:
    """What a log holds in which each group has committed once for each partition."""
    return [
        encode(
            OffsetRecord(
                f"console-consumer-{number}",
                ("orders", partition),
                CommittedOffset(100_000 + number, 3, "", 10**12 + number, -1, TOPIC_ID),
            )
        )
        for number in range(GROUPS)
        for partition in range(partitions)
    ]


def bytes_per_group(partitions: int) -> float:
    stored = stored_records(partitions)
    tracemalloc.start()
    try:
        groups = ClassicGroups()
        for key, value in stored:
            groups.apply(decode(key, value), 0)
        groups.loaded(GroupLimits(), 0)
        return tracemalloc.get_traced_memory()[0] / GROUPS
    finally:
        tracemalloc.stop()


def test_group_with_one_offset_is_small() -> None:
    assert bytes_per_group(1) < GROUP_BYTES_MAX


def test_another_offset_is_smaller() -> None:
    assert (bytes_per_group(3) - bytes_per_group(1)) / 2 < OFFSET_BYTES_MAX


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
