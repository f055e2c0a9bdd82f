"""What both faces of a producer share: one librdkafka client, its thread, and the ledger.

Invariants:
- Every record given is counted once: acknowledged, failed, dropped, rejected, or pending.
- A full queue makes the sender wait (or, under `lossy`, drops the record and counts it); the wait
  ends after the time that a delivery may take.
- A fatal error of librdkafka ends that client, not the producer: its pending records fail, a new
  client takes over. Only a fenced transactional producer stays dead, for somebody replaced it.
- In a forked child the producer begins anew, with nothing pending: what the parent had is the
  parent's.

Deliberately not here: how records are awaited (`receipt`), and when to drain (`drain`).
"""

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Producer

from odradek.clients.errors import (
    InvalidSetting,
    KeyRequired,
    ProducerClosed,
    ProducerFenced,
    QueueFull,
)
from odradek.clients.kafka_config import KafkaConfig
from odradek.clients.producer.error_classes import FENCINGS
from odradek.clients.producer.failure_policy import FailureSink
from odradek.clients.producer.ledger import Ledger
from odradek.clients.producer.poller import Poller
from odradek.clients.producer.process_events import immortalise
from odradek.clients.producer.receipt import Receipt, Untold
from odradek.clients.producer.serialization import Serialization, unserializable
from odradek.clients.producer.statistics import StatisticsKeeper
from odradek.clients.producer.topic_limits import TopicLimits
from odradek.clients.profiles import Profile, Value
from odradek.clients.record import FailedRecord, Headers

logger = logging.getLogger(__name__)
librdkafka_logger = logging.getLogger("odradek.clients.librdkafka")


POLL_S = 0.05
"""So long a flush may wait for the thread to notice it."""
ROOM_CHECK_INTERVAL_S = 0.1
PURGE_TIMEOUT_S = 5.0
DRAIN_MARGIN_S = 5.0


class ProducerCore:
    """One producer without a face."""

    def __init__(
        self,
        kafka: KafkaConfig,
        profile: Profile,
        settings: dict[str, Value],
        sink: FailureSink,
        transactional_id: str | None,
        serialization: Serialization | None = None,
    ) -> None:
        self.profile = profile
        self._serialize = None if serialization is None else serialization.bytes_of
        self.sink = sink
        self.transactional_id = transactional_id
        self.delivery_timeout_s = int(settings["delivery.timeout.ms"]) / 1000
        self._config: dict[str, Any] = {
            **settings,
            **kafka.librdkafka(),
            **({"transactional.id": transactional_id} if transactional_id else {}),
            "error_cb": self._on_error,
            "stats_cb": lambda report: self.statistics.take(report),
            "logger": librdkafka_logger,
        }
        self.limits = TopicLimits(
            {**kafka.librdkafka(), "logger": librdkafka_logger},
            int(settings["batch.size"]),
            lambda: self.last_error,
        )
        self._begin()

    def _begin(self) -> None:
        """Start with nothing pending: at first, and again in a forked child."""
        self.acknowledged = 0
        self.dropped = 0
        self.rejected = 0
        self._failed = 0
        self.last_error: str | None = None
        self.statistics = StatisticsKeeper()
        self.fenced_by: KafkaError | None = None
        self.is_closed = False
        self._fatal: KafkaError | None = None
        self._flushes = 0
        self._senders_waiting = 0
        self._progress = threading.Condition()
        self._untold: dict[int, FailedRecord] = {}
        self._given_up: deque[FailedRecord] = deque()
        self._futures: deque[asyncio.Future[None]] = deque()
        self.client = self._new_client()
        self.produce: Callable[..., None] = self.client.produce
        self._poller = Poller(self._serve)

    # What senders call

    def enqueue(
        self,
        receipt: Receipt,
        value: Any,
        key: Any,
        headers: Headers | None,
        partition: int,
        timestamp_ms: int,
    ) -> None:
        """Queue one record; raises NotSent, and BufferError while there is no room for it."""
        topic = receipt.topic
        if self._serialize is not None:
            key, value, headers = self._checked(self._serialize, topic, key, value, headers)
        limit_bytes = self.limits.known.get(topic) or self.know(topic)
        if key is None and self.profile.requires_keys:
            self._refuse_keyless(topic)
        if isinstance(value, str):
            value = value.encode()
        if isinstance(key, str):
            key = key.encode()
        try:
            if headers or len(value or b"") + len(key or b"") > limit_bytes:
                self._checked(self.limits.require_fit, topic, key, value, headers, self.client)
            if headers is None and timestamp_ms == 0:
                self.produce(topic, value, key, partition, receipt)
            else:
                self.produce(
                    topic, value, key, partition, receipt, headers=headers, timestamp=timestamp_ms
                )
        except TypeError as error:
            self.rejected += 1
            raise unserializable(topic, key, value) from error
        except KafkaException as error:
            self._refused(error.args[0], topic)
            self.enqueue(receipt, value, key, headers, partition, timestamp_ms)

    def know(self, topic: str) -> int:
        """Learn a topic's limit from the cluster; raises UnknownTopic, ClusterUnreachable."""
        return int(self._checked(self.limits.limit_bytes, topic, self.client))

    def enqueue_late(self, receipt: Receipt, *record: Any) -> None:
        """Queue one record that found the queue full: wait, or drop it; raises NotSent."""
        if self.profile.when_full == "drop":
            self.drop(receipt)
            return
        deadline_s = time.monotonic() + self.delivery_timeout_s
        with self._progress:
            self._senders_waiting += 1
            try:
                while True:
                    try:
                        return self.enqueue(receipt, *record)
                    except BufferError:
                        self.require_patience(deadline_s)
                    self._progress.wait(ROOM_CHECK_INTERVAL_S)
            finally:
                self._senders_waiting -= 1

    def require_patience(self, deadline_s: float) -> None:
        """Raise QueueFull once a sender has waited for as long as a delivery may take."""
        if self._poller.is_current_thread or time.monotonic() > deadline_s:
            self.rejected += 1
            raise QueueFull(
                f"{len(self.client)} records are waiting already, and no room came in"
                f" {self.delivery_timeout_s:g} s; is the cluster down?"
                if not self._poller.is_current_thread
                else "the queue is full, and a callback must not wait for room"
            )

    def drop(self, receipt: Receipt) -> None:
        """Count a record that the profile gives up when there is no room for it."""
        self.dropped += 1
        receipt.is_done = True

    def flush(self, timeout_s: float | None = None) -> int:
        """Send what lingers and wait until nothing is pending; return how many still are."""
        if self._poller.is_current_thread:
            raise RuntimeError("a callback must not wait for deliveries: it would wait for ever")
        with self._progress:
            self._flushes += 1
            self._progress.wait_for(lambda: not len(self.client), self.drain_time_s(timeout_s))
            self._flushes -= 1
        return len(self.client)

    def drain_time_s(self, timeout_s: float | None) -> float:
        """The time to wait for all that is pending: by default until the last has timed out."""
        return self.delivery_timeout_s + DRAIN_MARGIN_S if timeout_s is None else timeout_s

    def close(self, timeout_s: float | None = None) -> Ledger:
        """Drain, end the thread, and give the policy what nobody has looked at; may raise for it.

        What is not delivered in time is given up and fails. Closing again changes nothing.
        """
        with self._progress:
            if self.is_closed:
                return self.ledger
            self.is_closed = True
            self.produce = self._refuse_closed
        self.flush(timeout_s)
        if len(self.client):
            self.client.purge()
            self.flush(PURGE_TIMEOUT_S)
        self._poller.stop()
        while self._untold:
            self._given_up.append(self._untold.popitem()[1])
        self._after_events()
        self.sink.close()
        return self.ledger

    @property
    def ledger(self) -> Ledger:
        """What became of every record until now."""
        return Ledger(
            self.acknowledged, self._failed, self.dropped, self.rejected, len(self.client)
        )

    # What receipts call

    def note_failure(self, error: KafkaError, failed: FailedRecord) -> Untold:
        """Count a failed record, and mend what its error says is broken."""
        self._failed += 1
        if error.fatal():
            self._fatal = error
        if not failed.is_retriable:
            self.limits.forget(failed.topic)
        return Untold(failed, self._untold, self._given_up.append)

    def wake_later(self, future: "asyncio.Future[None]") -> None:
        """Resolve the future in its own loop, when the events at hand are all served."""
        self._futures.append(future)

    def require_alive(self) -> None:
        """Raise ProducerClosed if no pending record will ever be settled."""
        if self.is_closed and not len(self.client):
            raise ProducerClosed("the producer was closed, and this record is not one of its own")

    # What the thread does

    def _serve(self) -> None:
        client = self.client
        if self._flushes and len(client):
            client.flush(POLL_S)
        else:
            client.poll(POLL_S)
        self._after_events()
        if self._fatal is not None:
            self._heal(self._fatal)

    def _after_events(self) -> None:
        while self._given_up:
            self._hand_over(self._given_up.popleft())
        if self._senders_waiting or self._flushes:
            with self._progress:
                self._progress.notify_all()
        if self._futures:
            self._wake_loops()

    def _hand_over(self, failed: FailedRecord) -> None:
        try:
            self.sink.take(failed)
        except Exception:
            logger.exception("the failure policy did not take: %s", failed)

    def _wake_loops(self) -> None:
        futures, self._futures = self._futures, deque()
        loops: dict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = {}
        for future in futures:
            loops.setdefault(future.get_loop(), []).append(future)
        for loop, theirs in loops.items():
            try:
                loop.call_soon_threadsafe(_resolve, theirs)
            except RuntimeError:  # the loop is closed: nobody waits there any more
                logger.debug("%d receipts were awaited in a loop that is closed", len(theirs))

    def _heal(self, error: KafkaError) -> None:
        """Put a new client in the place of one that is of no more use."""
        self._fatal = None
        if error.code() in FENCINGS:
            self.fenced_by = error
            return
        logger.error("the producer begins anew after a fatal error: %s", error.str())
        broken = self.client
        with self._progress:
            self.client = self._new_client()
            if not self.is_closed:
                self.produce = self.client.produce
        broken.purge()
        broken.flush(PURGE_TIMEOUT_S)
        self._after_events()

    def _on_error(self, error: KafkaError) -> None:
        self.last_error = error.str()
        if error.code() == KafkaError._FATAL or error.fatal():
            self._fatal = error

    # What becomes of refusals, closing and forks

    def _new_client(self) -> Producer:
        try:
            return Producer(self._config)
        except KafkaException as error:
            raise InvalidSetting(
                f"librdkafka refuses the settings: {error.args[0].str()}"
            ) from None

    def _checked(self, check: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return check(*arguments)
        except Exception:
            self.rejected += 1
            raise

    def _refused(self, error: KafkaError, topic: str) -> None:
        """Return when the record may be tried once more; raise where it may not."""
        if error.code() in FENCINGS or self.fenced_by is not None:
            self.rejected += 1
            raise ProducerFenced(
                f"another producer has taken over the transactional id {self.transactional_id}"
            )
        if not error.fatal() and error.code() != KafkaError._FATAL:
            self.rejected += 1
            raise InvalidSetting(f"a record for {topic} was refused: {error.str()}")
        client = self.client
        with self._progress:
            self._fatal = self._fatal or error
            self._senders_waiting += 1
            self._progress.wait_for(lambda: self.client is not client, self.delivery_timeout_s)
            self._senders_waiting -= 1

    def _refuse_keyless(self, topic: str) -> None:
        self.rejected += 1
        raise KeyRequired(
            f"a record for {topic} has no key, and the profile {self.profile.name} keeps the order"
            " of each key: give one, or take the profile async"
        )

    def _refuse_closed(self, topic: str, *_: Any, **__: Any) -> None:
        self.rejected += 1
        raise ProducerClosed(f"a record for {topic} came after the producer was closed")

    def begin_again_after_fork(self) -> None:
        """Called in a forked child: its copy has neither the thread nor librdkafka's threads."""
        immortalise(self.client)
        self.produce = self._produce_first_in_child

    def _produce_first_in_child(self, topic: str, *record: Any, **rest: Any) -> None:
        logger.warning("the process was forked: its producer begins anew, with nothing pending")
        self._begin()
        self.produce(topic, *record, **rest)


def _resolve(futures: list["asyncio.Future[None]"]) -> None:
    for future in futures:
        if not future.done():
            future.set_result(None)
