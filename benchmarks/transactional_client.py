"""A transactional client of librdkafka in a process of its own: `python -m ... produce --port P`.

`produce` writes transactions of so many records. `copy` reads as many records of another topic
before each, writes them, and commits its position with them. Prints one line of JSON. A
transaction takes from its begin, or from asking for what it copies, until its commit is
acknowledged; connecting is not counted.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence

import msgspec
from confluent_kafka import Consumer, KafkaException, Message, Producer, TopicPartition

from benchmarks.librdkafka_client import HOST, TIMEOUT_S, receive, values_of


class TransactionTimes(msgspec.Struct, frozen=True):
    """What one client did; `records` are those of all its transactions."""

    transactions: int
    records: int
    seconds: float
    p50_us: float
    p99_us: float


def main() -> int:
    """Run what the command line asks for; return the exit code."""
    options = _parse_options()
    try:
        transact = copier(options) if options.mode == "copy" else producer_of(options)
        times = measure(transact, options.transactions, options.records)
    except (KafkaException, TimeoutError) as error:
        sys.stderr.write(f"librdkafka: {error}\n")
        return 1
    sys.stdout.write(msgspec.json.encode(times).decode() + "\n")
    return 0


def producer_of(options: argparse.Namespace) -> Callable[[int], None]:
    """Return what writes the transaction of a number: the same records each time."""
    producer = _connect(options)
    values = values_of(options.value_bytes)[: options.records]

    def transact(number: int) -> None:
        producer.begin_transaction()
        _write(producer, options.topic, values)
        if options.abort_every and number % options.abort_every == 0:
            producer.flush(TIMEOUT_S)
            producer.abort_transaction(TIMEOUT_S)
        else:
            producer.commit_transaction(TIMEOUT_S)

    return transact


def copier(options: argparse.Namespace) -> Callable[[int], None]:
    """Return what copies the next records of the source, from its beginning."""
    producer = _connect(options)
    consumer = Consumer(
        {
            "bootstrap.servers": f"{HOST}:{options.port}",
            "group.id": options.topic,
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
        }
    )
    consumer.assign([TopicPartition(options.source, 0, 0)])
    group = consumer.consumer_group_metadata()

    def transact(_: int) -> None:
        messages = _receive_all(consumer, options.records)
        producer.begin_transaction()
        _write(producer, options.topic, [message.value() or b"" for message in messages])
        position = TopicPartition(options.source, 0, (messages[-1].offset() or 0) + 1)
        producer.send_offsets_to_transaction([position], group, TIMEOUT_S)
        producer.commit_transaction(TIMEOUT_S)

    return transact


def measure(transact: Callable[[int], None], transactions: int, records: int) -> TransactionTimes:
    """Let so many transactions follow each other, and time each."""
    times_s: list[float] = []
    started = time.monotonic()
    for number in range(1, transactions + 1):
        began = time.perf_counter()
        transact(number)
        times_s.append(time.perf_counter() - began)
    seconds = time.monotonic() - started
    times_s.sort()
    return TransactionTimes(
        transactions,
        transactions * records,
        seconds,
        p50_us=times_s[transactions // 2] * 1e6,
        p99_us=times_s[transactions * 99 // 100] * 1e6,
    )


def _connect(options: argparse.Namespace) -> Producer:
    producer = Producer(
        {
            "bootstrap.servers": f"{HOST}:{options.port}",
            "transactional.id": options.topic,
            "linger.ms": 5,
            "compression.type": "none",
        }
    )
    producer.init_transactions(TIMEOUT_S)
    return producer


def _write(producer: Producer, topic: str, values: Sequence[bytes]) -> None:
    if producer.produce_batch(topic, [{"value": value} for value in values], 0) != len(values):
        raise TimeoutError("librdkafka's queue is full")


def _receive_all(consumer: Consumer, count: int) -> list[Message]:
    deadline = time.monotonic() + TIMEOUT_S
    messages: list[Message] = []
    while len(messages) < count:
        messages += receive(consumer, count - len(messages), deadline)
    return messages


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mode", choices=("produce", "copy"))
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--topic", required=True)
    parser.add_argument("--source", default="", help="the topic to copy")
    parser.add_argument("--transactions", type=int, required=True)
    parser.add_argument("--records", type=int, required=True, help="in each transaction")
    parser.add_argument("--value-bytes", type=int, default=100)
    parser.add_argument("--abort-every", type=int, default=0, help="abort each n-th; 0: none")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
