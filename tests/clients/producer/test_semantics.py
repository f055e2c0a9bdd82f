"""At most once, at least once, exactly once, in order: what each profile does when things get lost.

The broker's answers and requests are lost, or refused, at a chosen produce (`TroubledBroker`).
"""

from collections.abc import Callable
from uuid import uuid4

import pytest
from confluent_kafka import Producer as RawProducer

from odradek import Producer
from odradek.clients.producer.failure_policy import LogFailures
from odradek.protocol.errors import ErrorCode
from tests.clients.producer.conftest import ReadBack
from tests.clients.troubled_broker import LoseAnswer, LoseRequest, Pass, Refuse, TroubledBroker, at

TIMEOUT_S = 60.0
ONE_A_REQUEST = {"batch.num.messages": 1, "linger.ms": 0}
NUMBERS = [b"%d" % number for number in range(40)]


def values(records: list[tuple[bytes | None, bytes | None]]) -> list[bytes | None]:
    return [value for _, value in records]


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
    broker: TroubledBroker, topic: str, read_back: ReadBack
) -> None:
    broker.follow(at(3, LoseRequest()))
    producer = send_numbers(broker, topic, "lossy")
    found = values(read_back(topic))
    assert found == [number for number in NUMBERS if number in found]
    assert NUMBERS[2] not in found
    assert producer.ledger.acknowledged > len(found)


def test_at_least_once_duplicates_and_never_loses(
    broker: TroubledBroker, topic: str, read_back: ReadBack
) -> None:
    broker.follow(at(3, LoseAnswer()))
    producer = send_numbers(broker, topic, "leader")
    assert values(read_back(topic)) == [*NUMBERS[:3], *NUMBERS[2:]]
    assert producer.ledger == (len(NUMBERS), 0, 0, 0, 0)


@pytest.mark.parametrize("profile", ["sync", "async", "bulk", "ordered"])
def test_idempotent_profiles_neither_lose_nor_duplicate_nor_reorder(
    broker: TroubledBroker, topic: str, read_back: ReadBack, profile: str
) -> None:
    fates = {2: LoseAnswer(), 4: LoseRequest(), 7: Refuse(ErrorCode.NOT_LEADER_OR_FOLLOWER)}
    broker.follow(lambda number: fates.get(number, Pass()))
    producer = send_numbers(broker, topic, profile)
    assert values(read_back(topic)) == NUMBERS
    assert producer.ledger == (len(NUMBERS), 0, 0, 0, 0)


def test_transactions_are_exactly_once_through_losses_and_aborts(
    broker: TroubledBroker, topic: str, read_back: ReadBack
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
    assert values(read_back(topic)) == NUMBERS


def test_the_raw_client_reorders_where_the_profile_ordered_does_not(
    broker: TroubledBroker, create_topic: Callable[..., str], read_back: ReadBack
) -> None:
    topic, other = create_topic(), create_topic()
    script = at(2, Refuse(ErrorCode.NOT_LEADER_OR_FOLLOWER))
    broker.follow(script)
    raw = RawProducer(
        {"bootstrap.servers": broker.bootstrap_servers, "acks": "all", **ONE_A_REQUEST}
    )
    for number in NUMBERS:
        raw.produce(topic, number, b"key")
    assert raw.flush(TIMEOUT_S) == 0
    found = values(read_back(topic))
    assert sorted(found, key=str) == sorted(NUMBERS, key=str)
    assert found != NUMBERS

    broker.follow(script)
    send_numbers(broker, other, "ordered")
    assert values(read_back(other)) == NUMBERS
