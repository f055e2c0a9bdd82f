"""At most once, at least once, exactly once, in order: what each profile does when things get lost.

The broker's answers and requests are lost, or refused, at a chosen produce (`TroubledBroker`).
"""

from collections.abc import Iterator
from itertools import count
from uuid import uuid4

import pytest
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka import Producer as RawProducer

from odradek import Producer
from odradek.clients.producer.failure_policy import LogFailures
from odradek.protocol.errors import ErrorCode
from tests.clients.troubled_broker import LoseAnswer, LoseRequest, Pass, Refuse, TroubledBroker, at

TIMEOUT_S = 60.0
ONE_A_REQUEST = {"batch.num.messages": 1, "linger.ms": 0}
NUMBERS = [b"%d" % number for number in range(40)]

_topics = count()


@pytest.fixture(scope="module")
def broker() -> Iterator[TroubledBroker]:
    with TroubledBroker() as troubled:
        yield troubled


@pytest.fixture
def topic(broker: TroubledBroker) -> str:
    name = f"topic-{next(_topics)}"
    broker.broker.create_topic(name)
    return name


def values_in(broker: TroubledBroker, topic: str) -> list[bytes | None]:
    """What a reader of committed data sees."""
    consumer = Consumer({"bootstrap.servers": broker.broker.bootstrap_servers, "group.id": "r"})
    place = TopicPartition(topic, 0, 0)
    _, end = consumer.get_watermark_offsets(place, timeout=TIMEOUT_S)
    consumer.assign([place])
    values = []
    while consumer.position([place])[0].offset < end:
        message = consumer.poll(1.0)
        if message is not None:
            assert message.error() is None
            values.append(message.value())
    consumer.close()
    return values


def send_numbers(broker: TroubledBroker, topic: str, profile: str) -> Producer:
    """Send the numbers, one a request, and return the closed producer."""
    with Producer(
        broker.bootstrap_servers,
        profile=profile,
        settings=ONE_A_REQUEST,
        failure_policy=LogFailures(),
    ) as producer:
        for number in NUMBERS:
            producer.send(topic, number, b"key")
    return producer


def test_at_most_once_loses_without_being_told_and_never_duplicates(
    broker: TroubledBroker, topic: str
) -> None:
    broker.follow(at(3, LoseRequest()))
    producer = send_numbers(broker, topic, "lossy")
    found = values_in(broker, topic)
    assert found == [number for number in NUMBERS if number in found]
    assert NUMBERS[2] not in found
    assert producer.ledger.acknowledged > len(found)


def test_at_least_once_duplicates_and_never_loses(broker: TroubledBroker, topic: str) -> None:
    broker.follow(at(3, LoseAnswer()))
    producer = send_numbers(broker, topic, "leader")
    assert values_in(broker, topic) == [*NUMBERS[:3], *NUMBERS[2:]]
    assert producer.ledger == (len(NUMBERS), 0, 0, 0, 0)


@pytest.mark.parametrize("profile", ["sync", "async", "bulk", "ordered"])
def test_idempotent_profiles_neither_lose_nor_duplicate_nor_reorder(
    broker: TroubledBroker, topic: str, profile: str
) -> None:
    fates = {2: LoseAnswer(), 4: LoseRequest(), 7: Refuse(ErrorCode.NOT_LEADER_OR_FOLLOWER)}
    broker.follow(lambda number: fates.get(number, Pass()))
    producer = send_numbers(broker, topic, profile)
    assert values_in(broker, topic) == NUMBERS
    assert producer.ledger == (len(NUMBERS), 0, 0, 0, 0)


def test_transactions_are_exactly_once_through_losses_and_aborts(
    broker: TroubledBroker, topic: str
) -> None:
    broker.follow(at(2, LoseAnswer()))
    with Producer(
        broker.bootstrap_servers,
        profile="eos",
        transactional_id=f"id-{uuid4().hex}",
        settings=ONE_A_REQUEST,
    ) as producer:

        def run(divisor: int) -> None:
            with producer.transaction():
                for number in NUMBERS:
                    producer.send(topic, number)
                1 // divisor

        with pytest.raises(ZeroDivisionError):
            run(0)
        run(1)
    assert values_in(broker, topic) == NUMBERS


def test_the_raw_client_reorders_where_the_profile_ordered_does_not(
    broker: TroubledBroker, topic: str
) -> None:
    script = at(2, Refuse(ErrorCode.NOT_LEADER_OR_FOLLOWER))
    broker.follow(script)
    raw = RawProducer(
        {"bootstrap.servers": broker.bootstrap_servers, "acks": "all", **ONE_A_REQUEST}
    )
    for number in NUMBERS:
        raw.produce(topic, number, b"key")
    assert raw.flush(TIMEOUT_S) == 0
    found = values_in(broker, topic)
    assert sorted(found, key=str) == sorted(NUMBERS, key=str)
    assert found != NUMBERS

    broker.broker.create_topic(f"{topic}-ordered")
    broker.follow(script)
    send_numbers(broker, f"{topic}-ordered", "ordered")
    assert values_in(broker, f"{topic}-ordered") == NUMBERS
