"""A thread that reads the topic from its start, and hands what it read to the event loop.

Only committed transactions are read. Batches are large while there is much and never waited for:
the delay of a write is that of one fetch. The topic is read to its end when it is as far as the end
was at the start, or when there is nothing more: others may write without a pause.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple

from confluent_kafka import (
    OFFSET_BEGINNING,
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

BATCH_RECORDS = 2_000
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
    """What was read at once, and whether that was all there was at the start."""

    entries: Sequence[Entry]
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
                "fetch.message.max.bytes": 8 * 1024 * 1024,
                "fetch.error.backoff.ms": 50,
                "reconnect.backoff.max.ms": 1_000,
                "logger": librdkafka_logger,
            }
        )
        self._place = TopicPartition(topic, 0)
        self._consumer.assign([TopicPartition(topic, 0, OFFSET_BEGINNING)])
        self._deliver = deliver
        self._loop = asyncio.get_running_loop()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="schemas-reader", daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        """End the thread."""
        self._ending.set()
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        end = self._end_of_topic()
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

    def _end_of_topic(self) -> int:
        while not self._ending.is_set():
            try:
                return int(
                    self._consumer.get_watermark_offsets(self._place, WATERMARKS_TIMEOUT_S)[1]
                )
            except KafkaException as error:
                logger.warning("the end of the topic is asked for again", after=str(error))
        return 0

    def _hand_over(self, batch: Batch) -> None:
        try:
            self._loop.call_soon_threadsafe(self._deliver, batch)
        except RuntimeError:  # the loop has ended, and with it whoever could be told
            self._ending.set()


def _batch(messages: "Sequence[Message[bytes, bytes]]", end: int) -> Batch:
    entries: list[Entry] = []
    is_at_end, fault = False, None
    for message in messages:
        error = message.error()
        if error is None:
            entries.append(_entry(message))
            is_at_end |= entries[-1].offset >= end - MARKER_RECORDS
        elif error.code() == KafkaError._PARTITION_EOF:
            is_at_end = True
        elif error.code() in FATAL:
            fault = f"the topic cannot be read any more: {error.str()} ({error.name()})"
        else:
            logger.warning("reading goes on", after=error.str())
    return Batch(entries, is_at_end, fault)


def _entry(message: "Message[bytes, bytes]") -> Entry:
    headers = dict(message.headers() or ())
    told = [_text(headers.get(name) or "") for name in CLAIM_HEADERS]
    claim = Claim(*told) if all(told) else None
    written = Written(message.key() or b"", message.value())
    return Entry(written, message.offset() or 0, message.timestamp()[1], claim)


def _text(header: bytes | str) -> str:
    return header if isinstance(header, str) else header.decode()
