"""The short way of a plain Produce does what the long way does, for every frame."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from odradek.broker.request import CloseConnection
from odradek.broker.requests.dispatch import dispatch, dispatch_message
from odradek.broker.requests.plain_produce import PlainProduceReply, handle_plain_produce
from odradek.protocol.declaration import Piece
from odradek.protocol.errors import DecodeError
from odradek.protocol.messages.produce import (
    PartitionProduceData,
    ProduceRequest,
    TopicProduceData,
)
from odradek.protocol.records import Record, encode_batch
from tests.broker.damaged_frames import damage
from tests.broker.harness import CLIENT_HOST, Harness

MUTATIONS = 1500
VERSIONS = range(9, 14)


def _frame(broker: Harness, version: int, *, acks: int = 1, topic: str = "plain") -> bytearray:
    batch = encode_batch(
        [Record(offset=0, timestamp_ms=broker.broker.now_ms(), key=None, value=b"v")]
    )
    image = broker.broker.image.topics.get(topic)
    data = TopicProduceData(partition_data=[PartitionProduceData(index=0, records=batch)])
    if version < 13:
        data.name = topic
    elif image is not None:
        data.topic_id = image.topic_id
    return broker.frame(ProduceRequest(acks=acks, timeout_ms=1000, topic_data=[data]), version)


def _outcome(broker: Harness, frame: bytearray, *, is_short_way: bool) -> bytes | str | None:
    """The bytes of the reply, or what would be logged when the connection is closed."""
    send = dispatch if is_short_way else dispatch_message
    try:
        reply = send(broker.broker, memoryview(frame), CLIENT_HOST)
    except (DecodeError, CloseConnection) as error:
        return str(error)
    broker.broker.write_staged()
    if reply is None:
        return None
    parts: list[Piece] = []
    reply.encode(parts)
    return b"".join(map(bytes, parts))


@pytest.fixture
def twins(tmp_path: Path) -> Iterator[tuple[Harness, Harness]]:
    """Two brokers with the same topic; one is asked on the short way, one on the long way."""
    short, long = Harness(tmp_path / "short"), Harness(tmp_path / "long")
    for broker in (short, long):
        broker.create_topic("plain")
    yield short, long
    short.close()
    long.close()


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("acks", [1, -1])
def test_a_plain_produce_takes_the_short_way(broker: Harness, version: int, acks: int) -> None:
    broker.create_topic("plain")
    frame = _frame(broker, version, acks=acks)
    reply = handle_plain_produce(broker.broker, memoryview(frame))
    assert isinstance(reply, PlainProduceReply)


@pytest.mark.parametrize("version", VERSIONS)
def test_both_ways_answer_with_the_same_bytes(twins: tuple[Harness, Harness], version: int) -> None:
    short, long = twins
    for _ in range(3):
        first = _outcome(short, _frame(short, version), is_short_way=True)
        second = _outcome(long, _frame(long, version), is_short_way=False)
        if version < 13:
            assert first == second
        else:  # the topic ids differ
            assert isinstance(first, bytes)
            assert isinstance(second, bytes)
            assert first[:10] + first[26:] == second[:10] + second[26:]


@pytest.mark.parametrize("acks", [0, 2])
def test_other_acks_take_the_long_way(broker: Harness, acks: int) -> None:
    broker.create_topic("plain")
    frame = _frame(broker, 9, acks=acks)
    assert handle_plain_produce(broker.broker, memoryview(frame)) is None


def test_an_unknown_topic_takes_the_long_way(broker: Harness) -> None:
    frame = _frame(broker, 9, topic="nowhere")
    assert handle_plain_produce(broker.broker, memoryview(frame)) is None


def test_a_damaged_frame_gets_the_same_answer_on_both_ways(
    twins: tuple[Harness, Harness], seed: int
) -> None:
    short, long = twins
    dice = random.Random(seed)
    for number in range(MUTATIONS):
        frame = _frame(long, dice.choice(range(9, 13)))
        damage(frame, dice)
        copy = bytearray(frame)
        expected = _outcome(long, frame, is_short_way=False)
        assert _outcome(short, copy, is_short_way=True) == expected, f"frame {number}"
