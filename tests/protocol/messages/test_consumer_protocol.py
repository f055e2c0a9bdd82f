"""The bytes consumers put into JoinGroup and SyncGroup."""

import pytest

from odradek.protocol.errors import DecodeError, ProtocolError
from odradek.protocol.messages.consumer_protocol import (
    ConsumerProtocolAssignment,
    ConsumerProtocolSubscription,
    TopicPartition,
    decode_with_version,
    encode_with_version,
)

SUBSCRIPTION = ConsumerProtocolSubscription(
    topics=["orders"],
    owned_partitions=[TopicPartition(topic="orders", partitions=[0, 1])],
    generation_id=4,
    rack_id="a",
)


def test_a_subscription_comes_back() -> None:
    encoded = encode_with_version(SUBSCRIPTION, 3)
    assert encoded[:2] == b"\x00\x03"
    assert decode_with_version(ConsumerProtocolSubscription, encoded) == SUBSCRIPTION


def test_an_assignment_comes_back() -> None:
    assignment = ConsumerProtocolAssignment(assigned_partitions=SUBSCRIPTION.owned_partitions)
    encoded = encode_with_version(assignment, 0)
    assert decode_with_version(ConsumerProtocolAssignment, encoded) == assignment


def test_a_later_version_is_read_as_the_latest_known_one() -> None:
    later = b"\x00\x09" + SUBSCRIPTION.encode(3) + b"fields of the future"
    assert decode_with_version(ConsumerProtocolSubscription, later) == SUBSCRIPTION


def test_bytes_behind_a_known_version_are_refused() -> None:
    with pytest.raises(DecodeError, match="trailing"):
        decode_with_version(
            ConsumerProtocolSubscription, encode_with_version(SUBSCRIPTION, 3) + b"\0"
        )


@pytest.mark.parametrize("data", [b"", b"\x00", b"\xff\xff", b"\x00\x01\x00\x00\x00\x01"])
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        decode_with_version(ConsumerProtocolSubscription, data)
