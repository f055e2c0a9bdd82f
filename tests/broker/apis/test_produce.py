"""What a producer is answered, and when."""

from pathlib import Path

import pytest

from odradek.broker.request import CloseConnection
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.produce import (
    PartitionProduceData,
    ProduceRequest,
    TopicProduceData,
)
from tests.broker.harness import Harness, batch_of


def test_offsets_go_up_by_the_records_of_each_batch(broker: Harness) -> None:
    broker.create_topic("t")
    assert broker.produce("t", batch_of(b"a", b"b")).base_offset == 0
    assert broker.produce("t", batch_of(b"c")).base_offset == 2
    assert broker.values("t") == [b"a", b"b", b"c"]


@pytest.mark.parametrize("version", range(3, 13))
def test_every_served_version_appends(broker: Harness, version: int) -> None:
    broker.create_topic("t")
    answer = broker.produce("t", batch_of(b"a"), version=version)
    assert (answer.error_code, answer.base_offset) == (0, 0)


def test_a_topic_is_found_by_its_id(broker: Harness) -> None:
    broker.create_topic("t")
    topic_id = broker.broker.image.topics["t"].topic_id
    data = TopicProduceData(
        topic_id=topic_id, partition_data=[PartitionProduceData(records=batch_of(b"a"))]
    )
    response = broker.ask(ProduceRequest(acks=1, topic_data=[data]), 13)
    assert response.responses[0].topic_id == topic_id
    assert response.responses[0].partition_responses[0].error_code == 0


def test_an_unknown_id_is_told_from_an_unknown_partition(broker: Harness) -> None:
    data = TopicProduceData(
        topic_id=b"x" * 16, partition_data=[PartitionProduceData(records=batch_of(b"a"))]
    )
    response = broker.ask(ProduceRequest(acks=1, topic_data=[data]), 13)
    answer = response.responses[0].partition_responses[0]
    assert answer.error_code == ErrorCode.UNKNOWN_TOPIC_ID
    broker.create_topic("t")
    answer = broker.produce("t", batch_of(b"a"), partition=1)
    assert answer.error_code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION


def test_without_acks_there_is_no_answer(broker: Harness) -> None:
    broker.create_topic("t")
    data = TopicProduceData(name="t", partition_data=[PartitionProduceData(records=batch_of(b"a"))])
    assert broker.ask(ProduceRequest(acks=0, topic_data=[data]), 9) is None
    assert broker.values("t") == [b"a"]


def test_without_acks_an_error_closes_the_connection(broker: Harness) -> None:
    data = TopicProduceData(
        name="missing", partition_data=[PartitionProduceData(records=batch_of(b"a"))]
    )
    with pytest.raises(CloseConnection, match="missing-0"):
        broker.ask(ProduceRequest(acks=0, topic_data=[data]), 9)


def test_acks_are_none_one_or_all(broker: Harness) -> None:
    broker.create_topic("t")
    answer = broker.produce("t", batch_of(b"a"), acks=2)
    assert answer.error_code == ErrorCode.INVALID_REQUIRED_ACKS


def test_a_topic_that_wants_two_replicas_refuses_acks_all_and_takes_acks_one(
    broker: Harness,
) -> None:
    broker.create_topic("t", min_insync_replicas="2")
    refused = broker.produce("t", batch_of(b"a"), acks=-1)
    assert refused.error_code == ErrorCode.NOT_ENOUGH_REPLICAS
    assert broker.produce("t", batch_of(b"a"), acks=1).error_code == 0


def test_one_bad_partition_does_not_spoil_the_others(broker: Harness) -> None:
    broker.create_topic("t", partitions=2)
    broken = bytearray(batch_of(b"b"))
    broken[-1] ^= 1
    data = TopicProduceData(
        name="t",
        partition_data=[
            PartitionProduceData(index=0, records=bytes(broken)),
            PartitionProduceData(index=1, records=batch_of(b"a")),
            PartitionProduceData(index=0, records=None),
        ],
    )
    response = broker.ask(ProduceRequest(acks=-1, topic_data=[data]), 9)
    errors = [answer.error_code for answer in response.responses[0].partition_responses]
    assert errors == [ErrorCode.CORRUPT_MESSAGE, 0, ErrorCode.INVALID_RECORD]


def test_a_repeated_sequence_is_answered_with_its_first_offset(broker: Harness) -> None:
    broker.create_topic("t")
    first = batch_of(b"a", b"b", producer_id=9, producer_epoch=0, base_sequence=0)
    second = batch_of(b"c", producer_id=9, producer_epoch=0, base_sequence=2)
    assert broker.produce("t", first).base_offset == 0
    assert broker.produce("t", second).base_offset == 2
    again = broker.produce("t", first)
    assert (again.error_code, again.base_offset) == (0, 0)
    gap = batch_of(b"x", producer_id=9, producer_epoch=0, base_sequence=7)
    assert broker.produce("t", gap).error_code == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
    assert broker.values("t") == [b"a", b"b", b"c"]


def test_with_durability_disk_acks_all_waits_for_the_disk_and_acks_one_does_not(
    disk_broker: Harness,
) -> None:
    disk_broker.create_topic("t")

    def ask(acks: int) -> ProduceRequest:
        data = TopicProduceData(
            name="t", partition_data=[PartitionProduceData(records=batch_of(b"a"))]
        )
        return ProduceRequest(acks=acks, timeout_ms=10_000, topic_data=[data])

    assert not disk_broker.start(ask(1), 9).is_pending
    waiting = disk_broker.start(ask(-1), 9)
    assert waiting.is_pending
    assert disk_broker.values("t") == [], "nobody reads what the disk does not have"
    assert waiting.answer().responses[0].partition_responses[0].base_offset == 1
    assert disk_broker.values("t") == [b"a", b"a"]


def test_what_was_acknowledged_is_there_after_a_restart(tmp_path: Path) -> None:
    first = Harness(tmp_path)
    first.create_topic("t", partitions=3)
    first.produce("t", batch_of(b"a"), partition=2)
    first.close()
    second = Harness(tmp_path)
    assert second.fetch("t", 0, partition=2).high_watermark == 1
    assert second.produce("t", batch_of(b"b"), partition=2).base_offset == 1
    second.close()
