"""One producer or consumer of librdkafka in a process of its own: `python -m ... produce --port P`.

Prints one line of JSON. The clock runs from the first record handed over to the last one
acknowledged, or from the first record received to the last one: connecting is not counted, nor is
that first record.
"""

import argparse
import random
import sys
import time

import msgspec
from confluent_kafka import Consumer, KafkaException, Message, Producer, TopicPartition

BATCH_MESSAGES = 5_000
QUEUED_MAX = 200_000
TIMEOUT_S = 60.0
HOST = "127.0.0.1"


class ClientResult(msgspec.Struct, frozen=True):
    """What one client did; `bytes` are those of the values."""

    records: int
    bytes: int
    seconds: float


def main() -> int:
    """Run what the command line asks for; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mode", choices=("produce", "consume"))
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--topic", required=True)
    parser.add_argument("--records", type=int, required=True)
    parser.add_argument("--value-bytes", type=int, default=100)
    options = parser.parse_args()
    try:
        if options.mode == "produce":
            result = produce(options.port, options.topic, options.records, options.value_bytes)
        else:
            result = consume(options.port, options.topic, options.records)
    except (KafkaException, TimeoutError) as error:
        sys.stderr.write(f"librdkafka: {error}\n")
        return 1
    sys.stdout.write(msgspec.json.encode(result).decode() + "\n")
    return 0


def produce(port: int, topic: str, records: int, value_bytes: int) -> ClientResult:
    """Produce to partition 0 with linger 5 ms, acks=1 and no compression."""
    producer = Producer(
        {
            "bootstrap.servers": f"{HOST}:{port}",
            "acks": 1,
            "linger.ms": 5,
            "compression.type": "none",
            "delivery.report.only.error": True,
            "queue.buffering.max.messages": QUEUED_MAX,
            "queue.buffering.max.kbytes": 1_000_000,
        }
    )
    producer.list_topics(topic, TIMEOUT_S)
    failed: list[str] = []

    def note_delivery(error: object, _: Message) -> None:
        if error is not None:
            failed.append(str(error))

    # A batch is handed over in one call, so that Python's share of the work stays small.
    batch = [{"value": value} for value in values_of(value_bytes)]
    started = time.monotonic()
    for done in range(0, records, BATCH_MESSAGES):
        while len(producer) > QUEUED_MAX - BATCH_MESSAGES:
            producer.poll(0.01)
        some = batch[: records - done]
        if producer.produce_batch(topic, some, 0, note_delivery) != len(some):
            raise TimeoutError("librdkafka's queue is full")
        producer.poll(0)
    left = producer.flush(TIMEOUT_S)
    seconds = time.monotonic() - started
    if left or failed:
        raise TimeoutError(f"{left + len(failed)} records were not delivered {failed[:1]}")
    return ClientResult(records, records * value_bytes, seconds)


def values_of(value_bytes: int) -> list[bytes]:
    """Return one batch of values; each differs from its neighbours."""
    noise = random.Random(1).randbytes(value_bytes + BATCH_MESSAGES)
    return [noise[start : start + value_bytes] for start in range(BATCH_MESSAGES)]


def consume(port: int, topic: str, records: int) -> ClientResult:
    """Consume partition 0 from its beginning, without a group."""
    consumer = Consumer(
        {
            "bootstrap.servers": f"{HOST}:{port}",
            "group.id": "not-used",
            "enable.auto.commit": False,
            "fetch.wait.max.ms": 100,
            # Above its default of 64 MB librdkafka rests for a second (fetch.queue.backoff.ms): a
            # broker that is faster than this program would be measured as the slower one.
            "queued.min.messages": 500_000,
            "queued.max.messages.kbytes": 1_000_000,
        }
    )
    consumer.assign([TopicPartition(topic, 0, 0)])
    deadline = time.monotonic() + TIMEOUT_S
    received = len(receive(consumer, 1, deadline))
    received_bytes = 0
    started = time.monotonic()
    while received < records:
        messages = receive(consumer, min(BATCH_MESSAGES, records - received), deadline)
        received_bytes += sum(map(len, messages))
        received += len(messages)
    seconds = time.monotonic() - started
    consumer.close()
    return ClientResult(received - 1, received_bytes, seconds)


def receive(consumer: Consumer, count: int, deadline: float) -> list[Message]:
    """At least one message and at most `count`. Raises KafkaException and TimeoutError."""
    messages: list[Message] = []
    while not messages:
        if time.monotonic() > deadline:
            raise TimeoutError(f"no further record within {TIMEOUT_S:g} s of the start")
        messages = consumer.consume(count, 1.0)
    for message in messages:
        if (error := message.error()) is not None:
            raise KafkaException(error)
    return messages


if __name__ == "__main__":
    sys.exit(main())
