"""Transactions: everything in one becomes visible, or nothing; and another instance takes over."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest

from odradek import Producer
from odradek.clients.errors import ProducerFenced, TransactionError
from tests.clients.producer.conftest import ReadBack


@pytest.fixture
def transactional_id() -> str:
    return f"id-{uuid4().hex}"


@pytest.fixture
def producer(servers: str, transactional_id: str) -> Iterator[Producer]:
    with Producer(servers, profile="eos", transactional_id=transactional_id) as made:
        yield made


def test_a_transaction_commits_everything_in_it(
    producer: Producer, create_topic: Callable[..., str], read_back: ReadBack
) -> None:
    first, second = create_topic(), create_topic()
    for number in range(3):
        with producer.transaction():
            producer.send(first, b"%d" % number)
            producer.send(second, b"%d" % number)
    expected = [(None, b"0"), (None, b"1"), (None, b"2")]
    assert (read_back(first), read_back(second)) == (expected, expected)


def test_an_exception_aborts_and_nothing_is_visible(
    producer: Producer, topic: str, read_back: ReadBack
) -> None:
    def run(value: bytes, divisor: int) -> None:
        with producer.transaction():
            producer.send(topic, value).result()
            1 // divisor

    with pytest.raises(ZeroDivisionError):
        run(b"lost", 0)
    run(b"kept", 1)
    assert read_back(topic) == [(None, b"kept")]


def test_records_outside_of_a_transaction_are_refused(
    producer: Producer, servers: str, topic: str
) -> None:
    with pytest.raises(TransactionError, match=r"inside of `with producer.transaction\(\):`"):
        producer.send(topic, b"v")
    with producer.transaction(), pytest.raises(TransactionError, match="open already"):
        producer.transaction().__enter__()
    with Producer(servers) as plain, pytest.raises(TransactionError, match="take the profile eos"):
        plain.transaction().__enter__()


def test_another_instance_fences_the_first(
    producer: Producer, servers: str, transactional_id: str, topic: str, read_back: ReadBack
) -> None:
    def take_over() -> None:
        with (
            Producer(servers, profile="eos", transactional_id=transactional_id) as second,
            second.transaction(),
        ):
            second.send(topic, b"second")

    def write_while_another_takes_over() -> None:
        with producer.transaction():
            producer.send(topic, b"zombie").result()
            take_over()

    with producer.transaction():
        producer.send(topic, b"first")
    with pytest.raises(ProducerFenced, match="this one must end"):
        write_while_another_takes_over()
    with pytest.raises(ProducerFenced), producer.transaction():
        producer.send(topic, b"zombie")
    assert read_back(topic) == [(None, b"first"), (None, b"second")]
