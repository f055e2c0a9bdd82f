"""The short way of a plain OffsetCommit does what the long way does, for every frame."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from odradek.broker.request import CloseConnection
from odradek.broker.requests.dispatch import dispatch, dispatch_message
from odradek.broker.requests.plain_commit import handle_plain_commit
from odradek.protocol.errors import DecodeError
from odradek.protocol.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestPartition,
    OffsetCommitRequestTopic,
)
from tests.broker.damaged_frames import damage
from tests.broker.harness import CLIENT_HOST, Harness

MUTATIONS = 1500
VERSIONS = range(8, 11)


def _frame(broker: Harness, version: int, **changes: Any) -> bytearray:
    topic = broker.broker.image.topics["plain"]
    partition = OffsetCommitRequestPartition(
        partition_index=changes.pop("partition", 1),
        committed_offset=changes.pop("offset", 7),
        committed_leader_epoch=3,
        committed_metadata=changes.pop("metadata", ""),
    )
    asked = OffsetCommitRequestTopic(
        name=topic.name if version < 10 else "",
        topic_id=topic.topic_id if version >= 10 else bytes(16),
        partitions=[partition] * changes.pop("times", 1),
    )
    request = OffsetCommitRequest(**{"group_id": "g", "topics": [asked], **changes})
    return broker.frame(request, version)


def _outcome(broker: Harness, frame: bytearray, *, is_short_way: bool) -> bytes | str:
    """The bytes of the reply, or what would be logged when the connection is closed."""
    send = dispatch if is_short_way else dispatch_message
    try:
        reply = send(broker.broker, memoryview(frame), CLIENT_HOST)
    except (DecodeError, CloseConnection) as error:
        return str(error)
    assert reply is not None
    broker.broker.write_staged()
    parts: list[Any] = []
    reply.encode(parts)
    return b"".join(parts)


def _offsets(broker: Harness) -> dict[str, list[tuple[Any, ...]]]:
    groups = broker.broker.groups.groups
    return {
        group_id: [
            (partition, committed.offset, committed.leader_epoch, committed.metadata)
            for partition, committed in groups.offsets_of(group_id)
        ]
        for group_id in groups.group_ids()
    }


@pytest.fixture
def twins(tmp_path: Path) -> Iterator[tuple[Harness, Harness]]:
    """Two brokers with the same topic; one is asked on the short way, one on the long way."""
    short, long = Harness(tmp_path / "short"), Harness(tmp_path / "long")
    for broker in (short, long):
        broker.create_topic("plain", partitions=3)
    yield short, long
    short.close()
    long.close()


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("metadata", ["", None, "é"])
def test_a_plain_commit_takes_the_short_way(
    broker: Harness, version: int, metadata: str | None
) -> None:
    broker.create_topic("plain", partitions=3)
    frame = _frame(broker, version, metadata=metadata)
    assert handle_plain_commit(broker.broker, memoryview(frame)) is not None


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"member_id": "stranger", "generation_id_or_member_epoch": 4},
        {"metadata": "note"},
    ],
)
def test_both_ways_answer_with_the_same_bytes(
    twins: tuple[Harness, Harness], version: int, changes: dict[str, Any]
) -> None:
    short, long = twins
    first = _outcome(short, _frame(short, version, **changes), is_short_way=True)
    second = _outcome(long, _frame(long, version, **changes), is_short_way=False)
    assert isinstance(first, bytes)
    assert isinstance(second, bytes)
    if version >= 10:  # the topic ids differ
        first, second = (
            answer.replace(broker.broker.image.topics["plain"].topic_id, b"")
            for answer, broker in ((first, short), (second, long))
        )
    assert first == second
    assert _offsets(short) == _offsets(long)


@pytest.mark.parametrize(
    "changes",
    [
        {"partition": 3},
        {"partition": -1},
        {"times": 2},
        {"group_id": ""},
        {"group_id": "g" * 127},
        {"metadata": "m" * 200},
        {"group_instance_id": "static"},
        {"topics": []},
    ],
)
def test_what_is_not_plain_takes_the_long_way(broker: Harness, changes: dict[str, Any]) -> None:
    broker.create_topic("plain", partitions=3)
    frame = _frame(broker, 9, **changes)
    is_plain = changes == {"group_id": ""}
    assert (handle_plain_commit(broker.broker, memoryview(frame)) is not None) == is_plain


def test_a_damaged_frame_gets_the_same_answer_on_both_ways(
    twins: tuple[Harness, Harness], seed: int
) -> None:
    short, long = twins
    dice = random.Random(seed)
    for number in range(MUTATIONS):
        frame = _frame(long, dice.choice([8, 9]), offset=number)
        damage(frame, dice)
        copy = bytearray(frame)
        expected = _outcome(long, frame, is_short_way=False)
        assert _outcome(short, copy, is_short_way=True) == expected, f"frame {number}"
    assert _offsets(short) == _offsets(long)
