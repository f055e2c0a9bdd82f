"""A transactional producer: whoever opens one last writes, and all before it are fenced by Kafka.

Two instances can therefore never both write, whatever each of them believes. A producer whose
transaction did not end as asked is thrown away: opening the next one settles what became of it.

In a thread of its own, for librdkafka's calls block.
"""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from odradek.clients.kafka_config import KafkaConfig
from odradek.clients.librdkafka_log import librdkafka_logger
from odradek.registry.log.interface import TooLarge
from odradek.registry.state.codec import Written

FENCING = {
    KafkaError._FENCED,
    KafkaError.PRODUCER_FENCED,
    KafkaError.INVALID_PRODUCER_EPOCH,
    KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
}
PLAIN_END = Written(b'{"keytype": "NOOP", "magic": 0}', None)
"""Says nothing, as a claim does, but with blanks: compaction takes neither for the other. The
order is Confluent's: Karapace writes every key in another one once it has seen such a key."""
PLAIN_END_TIMEOUT_S = 1.0
TOO_LARGE = {KafkaError.MSG_SIZE_TOO_LARGE, KafkaError.RECORD_LIST_TOO_LARGE}


class Fenced(Exception):
    """Another instance writes; nothing of this transaction will be read."""


class NotWritten(Exception):
    """Kafka did not take it in time; whether it ever will is settled by the next writer."""


class Writer:
    """One producer, from opening to the first error."""

    def __init__(
        self, kafka: KafkaConfig, topic: str, transactional_id: str, timeout_s: float
    ) -> None:
        self._kafka = kafka
        self._topic = topic
        self._timeout_s = timeout_s
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="schemas-writer")
        self._producer = Producer(
            {
                **kafka.librdkafka(),
                "transactional.id": transactional_id,
                "transaction.timeout.ms": int(max(timeout_s, 1) * 1000),
                "message.timeout.ms": int(max(timeout_s, 1) * 1000),
                "linger.ms": 0,
                "reconnect.backoff.max.ms": 1_000,
                "logger": librdkafka_logger,
            }
        )

    async def open(self) -> None:
        """Fence every writer before; raises NotWritten."""
        await self._in_thread(self._producer.init_transactions, self._timeout_s)

    async def write(
        self, records: Sequence[Written], headers: Mapping[str, str] | None = None
    ) -> int:
        """Write all in one transaction, and give the last one's offset; raises Fenced,
        NotWritten, TooLarge."""
        return int(await self._in_thread(self._write, records, dict(headers or {})))

    async def end_plainly(self) -> None:
        """Let the topic end with a record of no transaction, if Kafka takes it at once.

        The end of a transaction is an offset that nobody is given, and Karapace is ready only when
        it was given the last one. After a claim of another instance the record does no harm.
        """
        with contextlib.suppress(TimeoutError, Fenced, NotWritten):
            async with asyncio.timeout(PLAIN_END_TIMEOUT_S):
                await self._in_thread(_write_plainly, self._kafka, self._topic, PLAIN_END)

    def close(self) -> None:
        """Let go of it; an open transaction is aborted by who opens the next, or by its timeout."""
        self._thread.submit(self._let_go)
        self._thread.shutdown(wait=False)

    def _let_go(self) -> None:
        """Destroying a producer may take a while, which no event loop is to wait."""
        del self._producer

    def _write(self, records: Sequence[Written], headers: dict[str, str]) -> int:
        offsets: list[int] = []
        failures: list[KafkaError] = []

        def note(error: KafkaError | None, message: "Message[bytes, bytes]") -> None:
            if error is None:
                offsets.append(message.offset() or 0)
            else:
                failures.append(error)

        self._producer.begin_transaction()
        try:
            for record in records:
                self._producer.produce(
                    self._topic,
                    key=record.key,
                    value=record.value,
                    partition=0,
                    headers=list(headers.items()) or None,
                    on_delivery=note,
                )
            self._producer.commit_transaction(self._timeout_s)
        except KafkaException as exception:
            failures.append(exception.args[0])
            if TOO_LARGE.isdisjoint(error.code() for error in failures):
                raise
            # Else the next writer is told to try again until Kafka has done it.
            self._producer.abort_transaction(self._timeout_s)
            raise TooLarge(exception.args[0].str()) from exception
        return max(offsets)

    async def _in_thread(self, call: Any, *arguments: Any) -> Any:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._thread, call, *arguments)
        except KafkaException as exception:
            error: KafkaError = exception.args[0]
            if error.code() in FENCING:
                raise Fenced(error.str()) from exception
            raise NotWritten(f"{error.str()} ({error.name()})") from exception


def _write_plainly(kafka: KafkaConfig, topic: str, record: Written) -> None:
    def give_up(error: KafkaError) -> None:
        if error.code() == KafkaError._ALL_BROKERS_DOWN:
            producer.purge()

    producer = Producer(
        {
            **kafka.librdkafka(),
            "linger.ms": 0,
            "message.timeout.ms": int(PLAIN_END_TIMEOUT_S * 1000),
            "error_cb": give_up,
            "logger": librdkafka_logger,
        }
    )
    producer.produce(topic, key=record.key, value=record.value, partition=0)
    producer.flush(PLAIN_END_TIMEOUT_S)
