"""No failure ends nowhere: who looks gets it, what nobody looked at goes to the failure policy."""

import asyncio
import logging
import threading
from collections.abc import Iterator
from uuid import uuid4

import pytest

from odradek import AsyncProducer, Producer
from odradek.clients.errors import DeliveryFailed, TransactionAborted, UndeliveredRecords
from odradek.clients.producer.delivery.receipt import Receipt
from odradek.clients.producer.failure_policy import LogFailures
from odradek.clients.record import FailedRecord
from odradek.protocol.errors import ErrorCode
from tests.clients.producer.conftest import ReadBack
from tests.clients.producer.ledgers import Account, send_in_transaction
from tests.clients.troubled_broker import LoseRequest, Pass, Refuse, TroubledBroker, at

TIMEOUT_S = 60.0
SHORT_DELIVERY_MS = 5_000
"""Waited for in full; what is to be sent before the trouble must be sent in that time, too."""
REFUSED = Refuse(ErrorCode.INVALID_RECORD)
FATAL = Refuse(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER)
"""To the request that is the first in flight."""


class Table:
    """A failure policy that keeps what it was given."""

    def __init__(self) -> None:
        self.taken: list[FailedRecord] = []
        self.closed = 0

    def take(self, failed: FailedRecord) -> None:
        self.taken.append(failed)

    def close(self) -> None:
        self.closed += 1


@pytest.fixture(autouse=True)
def refusing(broker: TroubledBroker) -> None:
    broker.follow(lambda _: REFUSED)


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
    broker: TroubledBroker,
    topic: str,
    table: Table,
    send: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with Producer(broker.bootstrap_servers, failure_policy=table) as producer:
        broker.follow(at(2, FATAL))
        producer.send_and_wait(topic, b"before")
        failed = producer.send(topic, b"fatal").failure(TIMEOUT_S)
        getattr(producer, send)(topic, b"after")
    assert failed is not None
    assert producer.ledger == (2, 1, 0, 0, 0)
    assert table.taken == []
    assert "the producer begins anew after a fatal error" in caplog.text


class SlowTable(Table):
    """A failure policy that keeps its producer from doing anything until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.is_taking, self.may_go_on = threading.Event(), threading.Event()

    def take(self, failed: FailedRecord) -> None:
        super().take(failed)
        self.is_taking.set()
        assert self.may_go_on.wait(TIMEOUT_S)


def test_coroutines_wait_for_a_new_client_without_blocking_their_loop(
    broker: TroubledBroker, topic: str, read_back: ReadBack
) -> None:
    table = SlowTable()

    async def send() -> None:
        async with AsyncProducer(
            broker.bootstrap_servers, failure_policy=table, value_serializer="json"
        ) as producer:
            broker.follow(at(1, FATAL))
            await producer.send_and_forget(topic, {"number": 1})
            assert await asyncio.to_thread(table.is_taking.wait, TIMEOUT_S)
            sending = asyncio.create_task(producer.send_and_wait(topic, {"number": 2}))
            await asyncio.sleep(0)  # it has met the client that is of no more use
            table.may_go_on.set()
            await sending

    asyncio.run(send())
    assert [failed.value for failed in table.taken] == [b'{"number":1}']
    assert read_back(topic) == [(None, b'{"number":2}')]


def test_a_broker_that_hangs_is_waited_for(
    broker: TroubledBroker, topic: str, producer: Producer
) -> None:
    broker.follow(lambda _: Pass())
    producer.send_and_wait(topic, b"before")
    with broker.hanging():
        receipt = producer.send(topic, b"meanwhile")
        with pytest.raises(TimeoutError, match="the record is still tried"):
            receipt.result(timeout_s=0.2)
    assert receipt.result(TIMEOUT_S).offset == 1


def test_an_outage_longer_than_a_delivery_may_take_is_told_of_every_record(
    broker: TroubledBroker, topic: str, table: Table
) -> None:
    broker.follow(lambda _: Pass())
    settings = {"delivery.timeout.ms": SHORT_DELIVERY_MS}
    with Producer(broker.bootstrap_servers, failure_policy=table, settings=settings) as producer:
        producer.send_and_wait(topic, b"before")
        with broker.outage():
            for number in range(300):
                producer.send_and_forget(topic, b"%d" % number)
            while producer.flush():
                pass  # librdkafka may be late with its verdict
        while producer.send(topic, b"after").failure(TIMEOUT_S) is not None:
            pass  # librdkafka may take longer to connect again than a delivery may take here
    assert [each.value for each in table.taken] == [b"%d" % number for number in range(300)]
    assert producer.ledger.acknowledged == 2


def test_a_topic_that_was_known_is_so_in_an_outage_after_a_permanent_error_too(
    broker: TroubledBroker, topic: str, producer: Producer
) -> None:
    broker.follow(at(1, REFUSED))
    assert producer.send(topic, b"refused").failure(TIMEOUT_S) is not None
    with broker.outage():
        receipt = producer.send(topic, b"amid")
    assert receipt.result(TIMEOUT_S).offset == 0


QUICK_ATTEMPTS = {"retry.backoff.ms": 1, "retry.backoff.max.ms": 1, "linger.ms": 0}


def test_a_hundred_attempts_in_vain_are_a_failure_and_the_next_record_goes_on(
    broker: TroubledBroker, topic: str
) -> None:
    broker.follow(lambda _: Refuse(ErrorCode.NOT_ENOUGH_REPLICAS))
    with Producer(broker.bootstrap_servers, settings=QUICK_ATTEMPTS) as producer:
        failed = producer.send(topic, b"in vain").failure(TIMEOUT_S)
        assert failed is not None
        assert (failed.name, failed.is_retriable) == ("NOT_ENOUGH_REPLICAS", True)
        assert broker.produces == 100
        broker.follow(lambda _: Pass())
        assert producer.send_and_wait(topic, b"next").offset == 0


def test_attempts_in_vain_abort_a_transaction_which_may_be_run_again(
    broker: TroubledBroker, topic: str, read_back: ReadBack
) -> None:
    broker.follow(lambda _: Refuse(ErrorCode.NOT_ENOUGH_REPLICAS))
    settings = {**QUICK_ATTEMPTS, "retries": 2}
    with Producer(
        broker.bootstrap_servers,
        profile="eos",
        transactional_id=f"id-{uuid4().hex}",
        settings=settings,
    ) as producer:
        with pytest.raises(TransactionAborted), producer.transaction():
            producer.send(topic, b"v")
        broker.follow(lambda _: Pass())
        send_in_transaction(producer, Account("eos", topic), range(1))
    assert read_back(topic) == [(b"0", b"0")]


def test_an_election_is_no_attempt(broker: TroubledBroker, topic: str) -> None:
    refusals = 5
    electing = Refuse(ErrorCode.NOT_LEADER_OR_FOLLOWER)
    broker.follow(lambda number: electing if number <= refusals else Pass())
    settings = {**QUICK_ATTEMPTS, "retries": 1}
    with Producer(broker.bootstrap_servers, settings=settings) as producer:
        assert producer.send_and_wait(topic, b"v").offset == 0
    assert broker.produces > refusals
