"""DescribeProducers: whom a partition remembers."""

from typing import Any

import pytest

from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.describe_producers import DescribeProducersRequest, TopicRequest
from tests.broker.harness import NOW_MS, Harness, batch_of


def ask(broker: Harness, topic: str, partition: int = 0) -> Any:
    """The answer for one partition."""
    asked = TopicRequest(name=topic, partition_indexes=[partition])
    response = broker.ask(DescribeProducersRequest(topics=[asked]), 0)
    ((answer,),) = [answered.partitions for answered in response.topics]
    return answer


def test_a_producer_is_described_by_its_last_batch(broker: Harness) -> None:
    broker.create_topic("t", partitions=2)
    for sequence in (0, 2):
        batch = batch_of(b"x", b"y", producer_id=7, producer_epoch=3, base_sequence=sequence)
        assert broker.produce("t", batch).error_code == ErrorCode.NONE
    (producer,) = ask(broker, "t").active_producers
    assert (producer.producer_id, producer.producer_epoch) == (7, 3)
    assert (producer.last_sequence, producer.last_timestamp) == (3, NOW_MS)
    assert (producer.coordinator_epoch, producer.current_txn_start_offset) == (-1, -1)
    assert ask(broker, "t", 1).active_producers == []


def test_a_producer_without_an_id_leaves_no_trace(broker: Harness) -> None:
    broker.create_topic("t")
    broker.produce("t", batch_of(b"x"))
    assert ask(broker, "t").active_producers == []


@pytest.mark.parametrize(
    ("topic", "partition", "error"),
    [
        ("t", 9, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION),
        ("nobody", 0, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION),
        ("__cluster_metadata", 0, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION),
        ("", 0, ErrorCode.INVALID_TOPIC_EXCEPTION),
        ("a b", 0, ErrorCode.INVALID_TOPIC_EXCEPTION),
    ],
)
def test_what_is_not_there_has_no_producers(
    broker: Harness, topic: str, partition: int, error: ErrorCode
) -> None:
    broker.create_topic("t")
    answer = ask(broker, topic, partition)
    assert answer.error_code == error
    assert (answer.error_message is None) is (topic == "t")
    assert answer.active_producers == []
