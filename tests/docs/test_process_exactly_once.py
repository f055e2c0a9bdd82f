"""The guide's program after an error inside a transaction; tests/crash has its life amid kills."""

import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition

from odradek.testing import EphemeralBroker
from tests.crash.pipeline_rounds import program

SOURCE, COPY = "orders", "invoices"
VALUES = [b"%d" % number for number in range(50)]
TIMEOUT_S = 60.0


@pytest.fixture
def bootstrap_servers() -> Iterator[str]:
    """A broker with records to copy, and room for the copy."""
    with EphemeralBroker(settings={"group.initial.rebalance.delay.ms": 0}) as broker:
        for topic in (SOURCE, COPY):
            broker.create_topic(topic)
        producer = Producer({"bootstrap.servers": broker.bootstrap_servers})
        for value in VALUES:
            producer.produce(SOURCE, value)
        assert producer.flush(TIMEOUT_S) == 0
        yield broker.bootstrap_servers


@pytest.fixture
def main() -> Iterator[Callable[..., None]]:
    """The program's main function; it fails once, and is told to stop at the last record."""
    handler = signal.getsignal(signal.SIGTERM)
    names: dict[str, Any] = {"__name__": "billing"}
    exec(compile(program(), "billing.py", "exec"), names)  # noqa: S102 - the guide's program
    transform, failed = names["transform"], []

    def failing_once(value: bytes) -> bytes:
        if value == VALUES[30] and not failed:
            failed.append(value)
            raise KafkaException(KafkaError(KafkaError._FAIL))
        if value == VALUES[-1]:
            signal.raise_signal(signal.SIGTERM)
        return bytes(transform(value))

    names["transform"] = failing_once
    yield names["main"]
    signal.signal(signal.SIGTERM, handler)


def test_what_an_attempt_left_open_is_aborted_and_copied_again(
    main: Callable[..., None], bootstrap_servers: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(bootstrap_servers, "billing-1")

    assert "billing-1 begins anew" in capsys.readouterr().err
    assert copies(bootstrap_servers) == [b"to be paid: " + value for value in VALUES]


def copies(bootstrap_servers: str) -> list[bytes]:
    """Everything that was committed."""
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap_servers,
            "group.id": "never-joined",
            "isolation.level": "read_committed",
            "enable.partition.eof": True,
        }
    )
    values = []
    consumer.assign([TopicPartition(COPY, 0, 0)])
    while (message := consumer.poll(TIMEOUT_S)) is not None and message.error() is None:
        values.append(message.value())
    consumer.close()
    return values
