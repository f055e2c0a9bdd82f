"""One way to produce, in a process of its own: `python -m benchmarks.producer_client WAY ...`.

Prints one line of JSON. The clock runs from the first record handed over to the last one
acknowledged, after one record that is not counted; CPU is that of the whole process, librdkafka's
threads included.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Callable

import msgspec
from confluent_kafka import KafkaError, Message
from confluent_kafka import Producer as RawProducer

from odradek import AsyncProducer, Producer
from odradek.clients.profiles import PROFILES, settings_of

VALUE = b"x" * 100
IN_FLIGHT = 64
PACED_RECORDS, PACE_S = 100, 0.01
TIMEOUT_S = 300.0


class WayResult(msgspec.Struct, frozen=True):
    """What one way of producing did."""

    records: int
    seconds: float
    cpu_seconds: float
    records_per_batch: float = 0.0
    """As the producer's statistics say; 0 where they were not asked."""


class Clock:
    """Wall and CPU time since it was made."""

    def __init__(self) -> None:
        self._started_s = time.perf_counter()
        self._started_cpu_s = time.process_time()

    def read(self, records: int) -> WayResult:
        """What the records took."""
        return WayResult(
            records,
            time.perf_counter() - self._started_s,
            time.process_time() - self._started_cpu_s,
        )


def raw(servers: str, topic: str, records: int) -> WayResult:
    """confluent-kafka as its documentation shows it, with the settings of the profile async."""
    failures: list[KafkaError] = []

    def on_delivery(error: KafkaError | None, _: "Message[bytes, bytes]") -> None:
        if error is not None:
            failures.append(error)

    producer = RawProducer(
        {**settings_of(PROFILES["async"]), "bootstrap.servers": servers, "log_level": 0}
    )
    producer.produce(topic, VALUE, on_delivery=on_delivery)
    producer.flush(TIMEOUT_S)
    clock = Clock()
    for _ in range(records):
        while True:
            try:
                producer.produce(topic, VALUE, on_delivery=on_delivery)
                break
            except BufferError:
                producer.poll(0.1)
        producer.poll(0)
    if producer.flush(TIMEOUT_S) or failures:
        raise RuntimeError(f"the raw client delivered not everything: {failures[:1]}")
    return clock.read(records)


def threads(servers: str, topic: str, records: int) -> WayResult:
    """`Producer.send`, each record with its receipt."""
    with Producer(servers) as producer:
        producer.send_and_wait(topic, VALUE)
        clock = Clock()
        for _ in range(records):
            producer.send(topic, VALUE)
        producer.flush()
        return clock.read(records)


def sticky(servers: str, topic: str, records: int) -> WayResult:
    """`Producer.send` of records without keys: one partition after another has its batch filled."""
    return _batched(servers, topic, records, sticky_linger_ms=20)


def scattered(servers: str, topic: str, records: int) -> WayResult:
    """The same, each record to a partition by chance, as before sticky partitioning."""
    return _batched(servers, topic, records, sticky_linger_ms=0)


def _batched(servers: str, topic: str, records: int, *, sticky_linger_ms: int) -> WayResult:
    settings = {"sticky.partitioning.linger.ms": sticky_linger_ms, "statistics.interval.ms": 1000}
    with Producer(servers, settings=settings) as producer:
        producer.send_and_wait(topic, VALUE)
        clock = Clock()
        for sent in range(records):
            producer.send(topic, VALUE)
            if sent % PACED_RECORDS == 0:
                time.sleep(PACE_S)  # as fast as they can be, any way makes full batches
        producer.flush()
        result = clock.read(records)
        while producer.stats().records <= records:
            time.sleep(PACE_S)
        return msgspec.structs.replace(result, records_per_batch=producer.stats().records_per_batch)


def coroutines(servers: str, topic: str, records: int) -> WayResult:
    """`await AsyncProducer.send`, each record with its receipt."""

    async def run() -> WayResult:
        async with AsyncProducer(servers) as producer:
            await producer.send_and_wait(topic, VALUE)
            clock = Clock()
            for _ in range(records):
                await producer.send(topic, VALUE)
            await producer.flush()
            return clock.read(records)

    return asyncio.run(run())


def awaited(servers: str, topic: str, records: int) -> WayResult:
    """`await AsyncProducer.send_and_wait` under the profile sync, 64 of them in flight."""

    async def run() -> WayResult:
        async with AsyncProducer(servers, profile="sync") as producer:
            await producer.send_and_wait(topic, VALUE)

            async def send_some() -> None:
                for _ in range(records // IN_FLIGHT):
                    await producer.send_and_wait(topic, VALUE)

            clock = Clock()
            await asyncio.gather(*(send_some() for _ in range(IN_FLIGHT)))
            return clock.read(records // IN_FLIGHT * IN_FLIGHT)

    return asyncio.run(run())


WAYS: dict[str, Callable[[str, str, int], WayResult]] = {
    "raw": raw,
    "threads": threads,
    "coroutines": coroutines,
    "sticky": sticky,
    "scattered": scattered,
    "awaited": awaited,
}


def main() -> int:
    """Produce in the way that the command line names; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("way", choices=WAYS)
    parser.add_argument("--servers", required=True)
    parser.add_argument("--topic", required=True)
    parser.add_argument("--records", type=int, required=True)
    options = parser.parse_args()
    result = WAYS[options.way](options.servers, options.topic, options.records)
    sys.stdout.write(msgspec.json.encode(result).decode() + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
