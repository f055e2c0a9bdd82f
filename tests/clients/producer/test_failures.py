"""No failure ends nowhere: who looks gets it, what nobody looked at goes to the failure policy."""

import asyncio
import logging
import os
import signal
from collections.abc import Iterator
from itertools import count

import pytest

from odradek import AsyncProducer, Producer
from odradek.clients.errors import DeliveryFailed, UndeliveredRecords
from odradek.clients.producer.delivery.receipt import Receipt
from odradek.clients.producer.failure_policy import LogFailures
from odradek.clients.record import FailedRecord
from odradek.protocol.errors import ErrorCode
from tests.clients.troubled_broker import LoseRequest, Refuse, TroubledBroker, at

TIMEOUT_S = 60.0
SHORT_DELIVERY_MS = 5_000
"""Waited for in full; what is to be sent before the trouble must be sent in that time, too."""
REFUSED = Refuse(ErrorCode.INVALID_RECORD)

_topics = count()


class Table:
    """A failure policy that keeps what it was given."""

    def __init__(self) -> None:
        self.taken: list[FailedRecord] = []
        self.closed = 0

    def take(self, failed: FailedRecord) -> None:
        self.taken.append(failed)

    def close(self) -> None:
        self.closed += 1


@pytest.fixture(scope="module")
def broker() -> Iterator[TroubledBroker]:
    with TroubledBroker() as troubled:
        yield troubled


@pytest.fixture
def topic(broker: TroubledBroker) -> str:
    name = f"topic-{next(_topics)}"
    broker.broker.create_topic(name)
    broker.follow(lambda _: REFUSED)
    return name


@pytest.fixture
def table() -> Table:
    return Table()


@pytest.fixture
def producer(broker: TroubledBroker, table: Table) -> Iterator[Producer]:
    with Producer(broker.bootstrap_servers, profile="sync", failure_policy=table) as made:
        yield made


def test_a_synchronous_send_raises_and_that_is_enough(
    producer: Producer, topic: str, table: Table
) -> None:
    with pytest.raises(DeliveryFailed, match=r"it is not stored: .*INVALID_RECORD") as raised:
        producer.send_and_wait(topic, b"v")
    producer.close()
    assert raised.value.failed.name == "INVALID_RECORD"
    assert table.taken == []
    assert producer.ledger == (0, 1, 0, 0, 0)


def test_the_failed_record_is_whole(producer: Producer, topic: str) -> None:
    receipt = producer.send(topic, b"v", b"k", headers=[("h", b"x")], timestamp_ms=7)
    failed = receipt.failure(TIMEOUT_S)
    assert failed is not None
    assert (failed.topic, failed.partition, failed.key, failed.value) == (topic, 0, b"k", b"v")
    assert (failed.headers, failed.timestamp_ms) == ((("h", b"x"),), 7)
    assert (failed.is_retriable, failed.is_possibly_persisted) == (False, False)


def test_a_callback_is_told_instead_of_the_policy(
    producer: Producer, topic: str, table: Table
) -> None:
    told: list[FailedRecord | None] = []
    producer.send(topic, b"v", on_delivery=lambda receipt: told.append(receipt.failure()))
    producer.close()
    assert [each.name for each in told if each is not None] == ["INVALID_RECORD"]
    assert table.taken == []


def test_a_callback_that_raises_leaves_the_failure_to_the_policy(
    producer: Producer, topic: str, table: Table, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: Receipt) -> None:
        raise ZeroDivisionError

    producer.send(topic, b"v", on_delivery=fail)
    producer.close()
    assert [each.value for each in table.taken] == [b"v"]
    assert "on_delivery of a record" in caplog.text


@pytest.mark.parametrize("send", ["send", "send_and_forget"])
def test_what_nobody_looked_at_goes_to_the_policy(
    producer: Producer, topic: str, table: Table, send: str
) -> None:
    getattr(producer, send)(topic, b"v")
    producer.flush()
    producer.close()
    assert [each.value for each in table.taken] == [b"v"]
    assert table.closed == 1


def test_a_receipt_that_is_kept_and_never_asked_counts_as_not_looked_at(
    producer: Producer, topic: str, table: Table
) -> None:
    kept = producer.send(topic, b"kept")
    asked = producer.send(topic, b"asked")
    assert asked.failure(TIMEOUT_S) is not None
    producer.close()
    assert [each.value for each in table.taken] == [b"kept"]
    assert kept.is_done


def test_by_default_leaving_the_block_raises(broker: TroubledBroker, topic: str) -> None:
    def use() -> None:
        with Producer(broker.bootstrap_servers) as producer:
            for _ in range(5):
                producer.send_and_forget(topic, b"v")

    with pytest.raises(UndeliveredRecords, match=r"5 records were not delivered: .* and 2 more"):
        use()


def test_an_exception_in_the_block_is_not_hidden_by_failures(
    broker: TroubledBroker, topic: str
) -> None:
    def use() -> None:
        with Producer(broker.bootstrap_servers) as producer:
            producer.send_and_forget(topic, b"v")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError) as raised:
        use()
    assert "besides: 1 records were not delivered" in "".join(raised.value.__notes__)


def test_failures_may_be_logged_alone(
    broker: TroubledBroker, topic: str, caplog: pytest.LogCaptureFixture
) -> None:
    with Producer(broker.bootstrap_servers, failure_policy=LogFailures()) as producer:
        producer.send_and_forget(topic, b"v")
    assert [r.levelno for r in caplog.records if "INVALID_RECORD" in r.message] == [logging.ERROR]


def test_awaited_receipts_raise_and_others_go_to_the_policy(
    broker: TroubledBroker, topic: str, table: Table
) -> None:
    async def send() -> None:
        async with AsyncProducer(broker.bootstrap_servers, failure_policy=table) as producer:
            with pytest.raises(DeliveryFailed):
                await producer.send_and_wait(topic, b"awaited")
            await producer.send_and_forget(topic, b"forgotten")

    asyncio.run(send())
    assert [each.value for each in table.taken] == [b"forgotten"]


def test_what_was_lost_on_the_way_may_be_stored(broker: TroubledBroker, topic: str) -> None:
    broker.follow(lambda _: LoseRequest())
    settings = {"delivery.timeout.ms": SHORT_DELIVERY_MS}
    with Producer(broker.bootstrap_servers, profile="leader", settings=settings) as producer:
        failed = producer.send(topic, b"v").failure(TIMEOUT_S)
    assert failed is not None
    assert (failed.name, failed.is_retriable) == ("_MSG_TIMED_OUT", True)
    assert failed.is_possibly_persisted


@pytest.mark.parametrize("send", ["send_and_wait", "send_and_forget"])
def test_a_fatal_error_ends_a_client_and_not_the_producer(
    broker: TroubledBroker, topic: str, table: Table, send: str
) -> None:
    with Producer(broker.bootstrap_servers, failure_policy=table) as producer:
        broker.follow(at(2, Refuse(ErrorCode.INVALID_PRODUCER_EPOCH)))
        producer.send_and_wait(topic, b"before")
        failed = producer.send(topic, b"fatal").failure(TIMEOUT_S)
        getattr(producer, send)(topic, b"after")
    assert failed is not None
    assert producer.ledger == (2, 1, 0, 0, 0)
    assert table.taken == []


def test_a_broker_that_hangs_is_waited_for(
    broker: TroubledBroker, topic: str, producer: Producer
) -> None:
    broker.follow(at(0, REFUSED))
    producer.send_and_wait(topic, b"before")
    os.kill(broker.broker.pid, signal.SIGSTOP)
    try:
        receipt = producer.send(topic, b"meanwhile")
        with pytest.raises(TimeoutError, match="the record is still tried"):
            receipt.result(timeout_s=0.2)
    finally:
        os.kill(broker.broker.pid, signal.SIGCONT)
    assert receipt.result(TIMEOUT_S).offset == 1


def test_an_outage_longer_than_a_delivery_may_take_is_told_of_every_record(
    broker: TroubledBroker, topic: str, table: Table
) -> None:
    broker.follow(at(0, REFUSED))
    settings = {"delivery.timeout.ms": SHORT_DELIVERY_MS}
    with Producer(broker.bootstrap_servers, failure_policy=table, settings=settings) as producer:
        producer.send_and_wait(topic, b"before")
        broker.broker.kill()
        for number in range(300):
            producer.send_and_forget(topic, b"%d" % number)
        while producer.flush():
            pass  # librdkafka may be late with its verdict
        broker.broker.start()
        while producer.send(topic, b"after").failure(TIMEOUT_S) is not None:
            pass  # librdkafka may take longer to connect again than a delivery may take here
    assert [each.value for each in table.taken] == [b"%d" % number for number in range(300)]
    assert producer.ledger.acknowledged == 2
