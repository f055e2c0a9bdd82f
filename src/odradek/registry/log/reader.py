"""A thread that reads the topic from its start, and hands what it read to the event loop.

Only committed transactions are read. Batches are large while there is much and never waited for:
the delay of a write is that of one fetch. The next is read once the one before was taken in, so
that a start needs little more memory than what it keeps. The topic is read to its end when it is as
far as the end was at the start, or when there is nothing more: others may write without a pause.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple

from confluent_kafka import (
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    TopicPartition,
)

from odradek.clients.kafka_config import KafkaConfig
from odradek.clients.librdkafka_log import librdkafka_logger
from odradek.event_log import get_logger
from odradek.registry.log.interface import Claim
from odradek.registry.state.codec import Written

logger = get_logger(__name__)

BATCH_RECORDS = 100
FETCH_BYTES = 1024 * 1024
QUEUED_KIB = 512
"""What librdkafka has read ahead; it also is what a topic full of schemas leaves in memory."""
WATERMARKS_TIMEOUT_S = 5.0
MARKER_RECORDS = 2
"""The last record that is delivered lies so far before the end: one transaction marker between."""
WAIT_S = 0.1
"""How long a thread may take to notice that it is to end."""
CLAIM_HEADER = "odradek-writer"
LIFE_HEADER = "odradek-writer-life"
TOPIC_HEADER = "odradek-writer-topic"
CLAIM_HEADERS = (CLAIM_HEADER, LIFE_HEADER, TOPIC_HEADER)
"""What a claim is told in, in the order of its fields."""
FATAL = {KafkaError._AUTO_OFFSET_RESET, KafkaError.TOPIC_AUTHORIZATION_FAILED}
"""What does not pass by itself: the topic was cut, or is not for us. An unknown topic may pass: a
broker that has just started does not know of its topics yet."""


class Entry(NamedTuple):
    """A record, where it lies, and who claims with it to write from now on."""

    written: Written
    offset: int
    timestamp_ms: int
    claim: Claim | None


class Batch(NamedTuple):
    """What was read at once, up to which offset, and whether that was all there was at the
    start."""

    entries: Sequence[Entry]
    read_up_to: int
    is_at_end: bool
    fault: str | None


class Reader:
    """Reads one topic for as long as it lives."""

    def __init__(self, kafka: KafkaConfig, topic: str, deliver: Callable[[Batch], None]) -> None:
        self._consumer = Consumer(
            {
                **kafka.librdkafka(),
                "group.id": "odradek-registry-reader",  # required, and never joined
                "enable.auto.commit": False,
                "enable.partition.eof": True,
                "auto.offset.reset": "error",
                "isolation.level": "read_committed",
                "fetch.message.max.bytes": FETCH_BYTES,
                "queued.max.messages.kbytes": QUEUED_KIB,
                "fetch.queue.backoff.ms": 1,
                "fetch.error.backoff.ms": 50,
                "reconnect.backoff.max.ms": 1_000,
                "logger": librdkafka_logger,
            }
        )
        self._topic = topic
        self._deliver = deliver
        self._loop = asyncio.get_running_loop()
        self._ending = threading.Event()
        self._taken = threading.Event()
        self._thread = threading.Thread(target=self._run, name="schemas-reader", daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        """End the thread."""
        self._ending.set()
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        start, end = self._ends_of_topic()
        # Assigned at an offset, and after its leader is known, reading begins at once; else
        # librdkafka waits for half a second before it asks again.
        self._consumer.assign([TopicPartition(self._topic, 0, start)])
        if start == end:
            self._hand_over(Batch((), end - 1, is_at_end=True, fault=None))
        while not self._ending.is_set():
            messages = self._consumer.consume(1, WAIT_S)
            if messages:
                messages += self._consumer.consume(BATCH_RECORDS, 0)
                self._take(_batch(messages, end))
        self._consumer.close()

    def _take(self, batch: Batch) -> None:
        if batch.fault is not None:
            logger.error("reading ends", reason=batch.fault)
        self._hand_over(batch)

    def _ends_of_topic(self) -> tuple[int, int]:
        place = TopicPartition(self._topic, 0)
        while not self._ending.is_set():
            try:
                start, end = self._consumer.get_watermark_offsets(place, WATERMARKS_TIMEOUT_S)
            except KafkaException as error:
                logger.warning("the ends of the topic are asked for again", after=str(error))
            else:
                return int(start), int(end)
        return 0, 0

    def _hand_over(self, batch: Batch) -> None:
        self._taken.clear()
        try:
            self._loop.call_soon_threadsafe(self._take_in, batch)
        except RuntimeError:  # the loop has ended, and with it whoever could be told
            self._ending.set()
        while not (self._ending.is_set() or self._taken.wait(WAIT_S)):
            pass

    def _take_in(self, batch: Batch) -> None:
        """In the event loop."""
        try:
            self._deliver(batch)
        finally:
            self._taken.set()


def _batch(messages: "Sequence[Message[bytes, bytes]]", end: int) -> Batch:
    entries: list[Entry] = []
    read_up_to, is_at_end, fault = -1, False, None
    for message in messages:
        error = message.error()
        if error is None:
            entries.append(_entry(message))
            read_up_to = entries[-1].offset
            is_at_end |= read_up_to >= end - MARKER_RECORDS
        elif error.code() == KafkaError._PARTITION_EOF:
            read_up_to = (message.offset() or 0) - 1  # markers are read, and not delivered
            is_at_end = True
        elif error.code() in FATAL:
            fault = f"the topic cannot be read any more: {error.str()} ({error.name()})"
        else:
            logger.warning("reading goes on", after=error.str())
    return Batch(entries, read_up_to, is_at_end, fault)


def _entry(message: "Message[bytes, bytes]") -> Entry:
    headers = dict(message.headers() or ())
    told = [_text(headers.get(name) or "") for name in CLAIM_HEADERS]
    claim = Claim(*told) if all(told) else None
    written = Written(message.key() or b"", message.value())
    return Entry(written, message.offset() or 0, message.timestamp()[1], claim)


def _text(header: bytes | str) -> str:
    return header if isinstance(header, str) else header.decode()
