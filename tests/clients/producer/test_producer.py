"""Three ways to send, checks before a record is queued, and closing."""

from collections.abc import Callable

import pytest

from odradek import AsyncProducer, KafkaConfig, Producer
from odradek.clients.errors import (
    ClusterUnreachable,
    InvalidSetting,
    KeyRequired,
    ProducerClosed,
    RecordTooLarge,
    UnknownTopic,
    UnserializableValue,
)
from odradek.clients.producer.delivery.receipt import Receipt
from odradek.clients.profiles import PROFILES
from tests.clients.producer.conftest import ReadBack

TIMEOUT_S = 60.0
ACKNOWLEDGED_BY_BROKERS = [name for name in PROFILES if name not in ("eos", "lossy")]


@pytest.mark.parametrize("profile", ACKNOWLEDGED_BY_BROKERS)
def test_what_was_acknowledged_is_there_under_every_profile(
    servers: str, topic: str, read_back: ReadBack, profile: str
) -> None:
    with Producer(servers, profile=profile) as producer:
        for number in range(100):
            producer.send(topic, b"%d" % number, b"key")
    assert read_back(topic) == [(b"key", b"%d" % number) for number in range(100)]
    assert producer.ledger == (100, 0, 0, 0, 0)


def test_a_synchronous_send_returns_where_the_record_lies(servers: str, topic: str) -> None:
    with Producer(servers, profile="sync") as producer:
        for offset in range(3):
            assert producer.send_and_wait(topic, "text") == (topic, 0, offset)


def test_a_receipt_is_asked_or_calls(servers: str, topic: str) -> None:
    called: list[Receipt] = []
    with Producer(servers) as producer:
        receipt = producer.send(topic, b"v", on_delivery=called.append)
        assert receipt.result(TIMEOUT_S).offset == 0
        assert receipt.failure() is None
        producer.flush()
    assert called == [receipt]


def test_a_record_keeps_headers_partition_and_timestamp(
    servers: str, create_topic: Callable[..., str]
) -> None:
    topic = create_topic(3)
    with Producer(servers) as producer:
        where = producer.send_and_wait(
            topic,
            None,
            b"key",
            headers=[("name", b"x"), ("none", None)],
            partition=2,
            timestamp_ms=7,
        )
    assert where == (topic, 2, 0)


def test_values_pass_through_the_serializer(servers: str, topic: str, read_back: ReadBack) -> None:
    with Producer(servers, key_serializer="string", value_serializer="json") as producer:
        producer.send(topic, {"a": 1}, "key")
        with pytest.raises(UnserializableValue, match=r"the value of a record of .* has no JSON"):
            producer.send(topic, object(), "key")
    assert read_back(topic) == [(b"key", b'{"a":1}')]
    assert producer.ledger.rejected == 1


def test_what_has_no_bytes_is_refused_at_once(servers: str, topic: str) -> None:
    with Producer(servers) as producer:
        with pytest.raises(UnserializableValue, match="is of type int, and must be bytes, text"):
            producer.send(topic, 5)
        with pytest.raises(UnserializableValue, match="a header of a record"):
            producer.send(topic, b"v", headers=[("name", 5)])  # type: ignore[list-item]
        with pytest.raises(InvalidSetting, match="csv is no format for records"):
            Producer(servers, value_serializer="csv")


def test_an_unknown_topic_is_found_at_once_and_not_made(servers: str, topic: str) -> None:
    with Producer(servers) as producer:
        with pytest.raises(UnknownTopic, match=f"did you mean {topic}"):
            producer.send(topic.replace("produced", "prodced"), b"v")
        assert producer.ledger == (0, 0, 0, 1, 0)


def test_a_record_larger_than_its_topic_takes_is_refused(
    servers: str, create_topic: Callable[..., str]
) -> None:
    topic = create_topic(max_message_bytes="5000")
    with Producer(servers, settings={"batch.size": 5000, "compression.type": "none"}) as producer:
        with pytest.raises(RecordTooLarge, match=r"max.message.bytes is 5000"):
            producer.send(topic, b"x" * 5000)
        with pytest.raises(RecordTooLarge):
            producer.send(topic, b"x" * 4000, headers=[("h", b"x" * 1000)])
        assert producer.send_and_wait(topic, b"x" * 4900).offset == 0


def test_batches_larger_than_a_topic_takes_are_refused(
    servers: str, create_topic: Callable[..., str]
) -> None:
    topic = create_topic(max_message_bytes="5000")
    with Producer(servers) as producer, pytest.raises(InvalidSetting, match=r"'batch.size': 5000"):
        producer.send(topic, b"v")


def test_ordered_needs_keys_and_eos_an_id(servers: str, topic: str) -> None:
    with Producer(servers, profile="ordered") as producer, pytest.raises(KeyRequired):
        producer.send(topic, b"v")
    with pytest.raises(InvalidSetting, match="the profile eos needs a transactional_id"):
        Producer(servers, profile="eos")
    with pytest.raises(InvalidSetting, match="take the profile eos"):
        Producer(servers, transactional_id="id")


def test_nothing_is_sent_after_closing(servers: str, topic: str) -> None:
    producer = Producer(servers)
    producer.send(topic, b"v")
    assert producer.close().acknowledged == 1
    with pytest.raises(ProducerClosed):
        producer.send(topic, b"v")
    assert producer.close() == (1, 0, 0, 1, 0)


def test_an_unreachable_cluster_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("odradek.clients.producer.topic_limits.METADATA_TIMEOUT_S", 1.0)
    with (
        Producer(KafkaConfig("127.0.0.1:1")) as producer,
        pytest.raises(ClusterUnreachable, match=r"no broker at 127.0.0.1:1 answers us: .*refused"),
    ):
        producer.send("topic", b"v")


def test_a_setting_that_nobody_knows_is_refused(servers: str) -> None:
    with pytest.raises(InvalidSetting, match=r'No such configuration property: "lingr.ms"'):
        Producer(servers, settings={"lingr.ms": 5})
    with pytest.raises(InvalidSetting, match="acks=1 contradicts"):
        AsyncProducer(servers, settings={"acks": 1})


def test_a_full_queue_makes_the_sender_wait(servers: str, topic: str, read_back: ReadBack) -> None:
    with Producer(servers, settings={"queue.buffering.max.messages": 10}) as producer:
        for number in range(200):
            producer.send(topic, b"%d" % number)
    assert [value for _, value in read_back(topic)] == [b"%d" % number for number in range(200)]


def test_lossy_drops_what_a_full_queue_cannot_take_and_counts_it(
    servers: str, topic: str, read_back: ReadBack
) -> None:
    settings = {"queue.buffering.max.messages": 10, "linger.ms": 500}
    with Producer(servers, profile="lossy", settings=settings) as producer:
        for _ in range(200):
            producer.send_and_forget(topic, b"v")
    ledger = producer.ledger
    assert ledger.dropped > 0
    assert ledger.acknowledged + ledger.dropped == 200
    assert len(read_back(topic)) <= ledger.acknowledged  # some may be on their way
