"""Every profile at work on one cluster while brokers die, and what became of each record.

Each profile has a topic and a thread of its own. It sends numbered records of a few keys; what is
acknowledged is written down. In the end everything is read back and compared, record by record.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from confluent_kafka import Consumer, TopicPartition

from odradek import KafkaConfig, Producer
from odradek.clients.errors import TransactionAborted
from odradek.clients.producer.delivery.ledger import Ledger
from odradek.clients.producer.delivery.receipt import Receipt
from odradek.clients.producer.failure_policy import LogFailures
from odradek.clients.profiles import PROFILES
from tests.clients.topics import IMPATIENT

KEYS = 7
BATCH_RECORDS = 50
PAUSE_S = 0.1
TIMEOUT_S = 120.0
SMALL_REQUESTS = {"batch.num.messages": 10, "linger.ms": 2}
"""Many requests in flight at any time, so that a kill meets some in every state."""


class Verdict(NamedTuple):
    """What was found when everything was read back."""

    acknowledged: int
    lost: int
    duplicated: int
    reordered: int


@dataclass
class Account:
    """One profile's records. A record's number tells its key: number modulo KEYS."""

    profile: str
    topic: str
    acknowledged: set[int] = field(default_factory=set)
    given: int = 0
    """How many numbers were handed to the producer."""
    ledger: Ledger | None = None

    def note(self, number: int) -> None:
        """Write an acknowledgement down."""
        self.acknowledged.add(number)

    def judge(self, read: list[list[int]]) -> Verdict:
        """Compare with what each partition holds."""
        found = Counter(number for numbers in read for number in numbers)
        latest: dict[int, int] = {}
        reordered = 0
        for number in (number for numbers in read for number in numbers):
            key = number % KEYS
            reordered += number < latest.get(key, -1) and found[number] == 1
            latest[key] = max(number, latest.get(key, -1))
        return Verdict(
            acknowledged=len(self.acknowledged),
            lost=sum(number not in found for number in self.acknowledged),
            duplicated=sum(count - 1 for count in found.values()),
            reordered=reordered,
        )


class Senders:
    """One thread for each account, until `stop`."""

    def __init__(self, kafka: KafkaConfig, accounts: list[Account]) -> None:
        self._kafka = kafka
        self._is_over = threading.Event()
        self.errors: list[Exception] = []
        self._threads = [
            threading.Thread(target=self._send, args=(account,), name=account.profile)
            for account in accounts
        ]

    def start(self) -> None:
        """Let all of them send."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let them close their producers; raises what one of them met."""
        self._is_over.set()
        for thread in self._threads:
            thread.join()
        if self.errors:
            raise self.errors[0]

    def _send(self, account: Account) -> None:
        try:
            with Producer(
                self._kafka,
                profile=account.profile,
                settings=SMALL_REQUESTS,
                failure_policy=LogFailures(),
                transactional_id=account.topic if account.profile == "eos" else None,
            ) as producer:
                self._send_batches(producer, account)
            account.ledger = producer.ledger
        except Exception as error:  # noqa: BLE001 - `stop` raises it in the thread of the test
            self.errors.append(error)

    def _send_batches(self, producer: Producer, account: Account) -> None:
        first = 0
        while not self._is_over.is_set():
            numbers = range(first, first + BATCH_RECORDS)
            if PROFILES[account.profile].is_transactional:
                send_in_transaction(producer, account, numbers)
            else:
                send_each(producer, account, numbers)
            first += BATCH_RECORDS
            account.given = first
            self._is_over.wait(PAUSE_S)


def send_each(producer: Producer, account: Account, numbers: range) -> None:
    """Send the numbers; each is written down when its receipt says so."""

    def note(number: int, receipt: Receipt) -> None:
        if receipt.failure() is None:
            account.note(number)

    for number in numbers:
        producer.send(
            account.topic,
            b"%d" % number,
            b"%d" % (number % KEYS),
            on_delivery=lambda receipt, number=number: note(number, receipt),
        )


def send_in_transaction(producer: Producer, account: Account, numbers: range) -> None:
    """Send the numbers in one transaction, again and again until it is committed."""
    while True:
        try:
            with producer.transaction():
                for number in numbers:
                    producer.send(account.topic, b"%d" % number, b"%d" % (number % KEYS))
        except TransactionAborted:
            continue
        account.acknowledged.update(numbers)
        return


@contextmanager
def senders_at_work(kafka: KafkaConfig, accounts: list[Account]) -> Iterator[Senders]:
    """All accounts' senders, for the length of the block; then their producers are closed."""
    senders = Senders(kafka, accounts)
    senders.start()
    try:
        yield senders
    finally:
        senders.stop()


def read_back(kafka: KafkaConfig, topic: str) -> list[list[int]]:
    """The numbers that readers of committed data find in each partition, in the log's order."""
    consumer = Consumer(
        {**kafka.librdkafka(), **IMPATIENT, "group.id": "ledger", "enable.auto.commit": False}
    )
    try:
        partitions = consumer.list_topics(topic, timeout=TIMEOUT_S).topics[topic].partitions
        return [_read_partition(consumer, topic, partition) for partition in sorted(partitions)]
    finally:
        consumer.close()


def _read_partition(consumer: Consumer, topic: str, partition: int) -> list[int]:
    place = TopicPartition(topic, partition, 0)
    _, end = consumer.get_watermark_offsets(place, timeout=TIMEOUT_S)
    consumer.assign([place])
    numbers: list[int] = []
    while consumer.position([place])[0].offset < end:
        message = consumer.poll(1.0)
        if message is not None and message.error() is None:
            numbers.append(int(message.value() or b""))
    return numbers
