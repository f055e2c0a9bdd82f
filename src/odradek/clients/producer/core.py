"""What both faces of a producer share: one librdkafka client, its thread, and the ledger.

Invariants:
- Every record given is counted once: acknowledged, failed, dropped, rejected, or pending.
- A full queue makes the sender wait (or, under `lossy`, drops the record and counts it); the wait
  ends after the time that a delivery may take.
- A fatal error of librdkafka ends that client, not the producer: its pending records fail, a new
  client takes over.
- In a forked child the producer begins anew, with nothing pending: what the parent had is the
  parent's.

Deliberately not here: how records are awaited (`receipt`), and when to drain (`process_events`).
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Producer

from odradek.clients.errors import InvalidSetting, KeyRequired, ProducerClosed, QueueFull
from odradek.clients.kafka_config import KafkaConfig
from odradek.clients.librdkafka_log import librdkafka_logger
from odradek.clients.producer.delivery.error_classes import HOPELESS
from odradek.clients.producer.delivery.ledger import Ledger
from odradek.clients.producer.delivery.loop_wakeups import LoopWakeups
from odradek.clients.producer.delivery.receipt import Receipt
from odradek.clients.producer.delivery.untold_failures import Untold, UntoldFailures
from odradek.clients.producer.failure_policy import FailureSink
from odradek.clients.producer.habits import FlushHabit
from odradek.clients.producer.poller import Poller
from odradek.clients.producer.process_events import immortalise
from odradek.clients.producer.serialization import Serialization, unserializable
from odradek.clients.producer.statistics import StatisticsKeeper
from odradek.clients.producer.topic_limits import TopicLimits
from odradek.clients.profiles import Profile, Value
from odradek.clients.record import FailedRecord, Headers

logger = logging.getLogger(__name__)

POLL_S = 0.05
"""So long a flush may wait for the thread to notice it."""
ROOM_CHECK_INTERVAL_S = 0.1
PURGE_TIMEOUT_S = 5.0
DRAIN_MARGIN_S = 5.0
"""librdkafka looks for records that timed out once a second."""


class NotAtOnce(BufferError):
    """A record may be queued once `wait` has returned, which blocks, and may raise NotSent."""

    def __init__(self, wait: Callable[[], object]) -> None:
        super().__init__()
        self.wait = wait


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
        self.transaction_timeout_s = int(settings.get("transaction.timeout.ms", 0)) / 1000
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
            wants_all_replicas=str(settings["acks"]) in ("all", "-1"),
            last_error=lambda: self.last_error,
        )
        self._reset()
        self._start()

    def _reset(self) -> None:
        """Nothing pending, nothing counted: at first, and again in a forked child."""
        self.acknowledged = 0
        self.dropped = 0
        self.rejected = 0
        self._failed = 0
        self.last_error: KafkaError | None = None
        self.statistics = StatisticsKeeper()
        self.is_closed = False
        self._is_drained = False
        self._fatal: KafkaError | None = None
        self._healings = 0
        self._flushes = 0
        self._flush_habit = FlushHabit()
        self._waiting = 0
        self._progress = threading.Condition()
        self._failures = UntoldFailures(self.sink)
        self._wakeups = LoopWakeups()

    def _start(self) -> None:
        self.client = self._new_client()
        self._poller = Poller(self._serve)
        self._open()

    def _open(self) -> None:
        """Let records in."""
        self.produce: Callable[..., None] = self.client.produce

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
        """Queue one record and never wait; raises NotSent, NotAtOnce, BufferError without room."""
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
        produce = self.produce
        try:
            if headers or len(value or b"") + len(key or b"") > limit_bytes:
                self._require_fit(topic, key, value, headers)
            if headers is None and timestamp_ms == 0:
                produce(topic, value, key, partition, receipt)
            else:
                produce(
                    topic, value, key, partition, receipt, headers=headers, timestamp=timestamp_ms
                )
        except TypeError as error:
            self.rejected += 1
            raise unserializable(topic, key, value) from error
        except KafkaException as error:
            if produce is self.produce:
                raise self._refused(error.args[0], topic) from error
            raise NotAtOnce(lambda: None) from error  # a new client has taken over meanwhile

    def know(self, topic: str) -> int:
        """Learn a topic's limit from the cluster; raises UnknownTopic, ClusterUnreachable."""
        return int(self._checked(self.limits.limit_bytes, topic, self.client))

    def enqueue_late(self, receipt: Receipt, *record: Any) -> None:
        """Queue one record that had to wait: until then, or drop it; raises NotSent."""
        deadline_s = time.monotonic() + self.drain_time_s()
        while True:
            try:
                return self._enqueue_when_there_is_room(deadline_s, receipt, *record)
            except NotAtOnce as later:
                self.require_patience(deadline_s)
                later.wait()

    def _enqueue_when_there_is_room(
        self, deadline_s: float, receipt: Receipt, *record: Any
    ) -> None:
        with self._progress:
            self._waiting += 1
            try:
                while True:
                    try:
                        return self.enqueue(receipt, *record)
                    except NotAtOnce:
                        raise
                    except BufferError:
                        if self.has_dropped(receipt):
                            return None
                        self.require_patience(deadline_s)
                    self._progress.wait(ROOM_CHECK_INTERVAL_S)
            finally:
                self._waiting -= 1

    def require_patience(self, deadline_s: float) -> None:
        """Raise QueueFull once a sender has waited for as long as a delivery may take."""
        if self._poller.is_current_thread or time.monotonic() > deadline_s:
            self.rejected += 1
            raise QueueFull(
                f"{len(self.client)} records are waiting already, and no room came in"
                f" {self.drain_time_s():g} s; is the cluster down?"
                if not self._poller.is_current_thread
                else "this record must wait, as for room in the queue, and a callback must not"
            )

    def has_dropped(self, receipt: Receipt) -> bool:
        """Whether the profile gives a record up when there is no room for it; it is counted."""
        if self.profile.when_full != "drop":
            return False
        self.dropped += 1
        receipt.is_done = True
        return True

    def flush(self, timeout_s: float | None = None) -> int:
        """Send what lingers and wait until nothing is pending; return how many still are."""
        if self._poller.is_current_thread:
            raise RuntimeError("a callback must not wait for deliveries: it would wait for ever")
        self._flush_habit.notice(sum(self.ledger[:2]) + len(self.client))
        with self._progress:
            self._flushes += 1
            is_empty = self._wait(lambda: not len(self.client), self.drain_time_s(timeout_s))
            self._flushes -= 1
        # Not asked again: a report of statistics that has just come counts there, too.
        return 0 if is_empty else len(self.client)

    def drain_time_s(self, timeout_s: float | None = None) -> float:
        """The time to wait for what is pending: by default until the last of it has timed out."""
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
        if self.flush(timeout_s):
            self.client.purge()
            self._is_drained = not self.flush(PURGE_TIMEOUT_S)
        else:
            self._is_drained = True
        self._poller.stop()
        self._after_events()
        self._failures.hand_over_everything()
        self.sink.close()
        return self.ledger

    @property
    def ledger(self) -> Ledger:
        """What became of every record until now."""
        pending = 0 if self._is_drained else len(self.client)
        return Ledger(self.acknowledged, self._failed, self.dropped, self.rejected, pending)

    # What receipts call

    def note_failure(self, error: KafkaError, failed: FailedRecord) -> Untold:
        """Count a failed record, and mend what its error says is broken."""
        self._failed += 1
        if error.fatal():
            self._fatal = error
        if not failed.is_retriable:
            self.limits.forget(failed.topic)
        return self._failures.keep(failed)

    def wake_later(self, future: "asyncio.Future[None]") -> None:
        """Resolve the future in its own loop, when the events at hand are all served."""
        self._wakeups.add(future)

    def require_alive(self) -> None:
        """Raise ProducerClosed if no pending record will ever be settled."""
        if not len(self.client):
            raise ProducerClosed("this record is not one that the producer will ever hear of")

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
        self._failures.hand_over()
        self._wakeups.send()
        if self._waiting:
            with self._progress:
                self._progress.notify_all()

    def _heal(self, error: KafkaError) -> None:
        """Put a new client in the place of one that is of no more use."""
        self._fatal = None
        if not self._is_beyond_healing(error):
            logger.error("the producer begins anew after a fatal error: %s", error.str())
            broken, self.client = self.client, self._new_client()
            if not self.is_closed:
                self._open()
            broken.purge()
            broken.flush(PURGE_TIMEOUT_S)
        with self._progress:
            self._healings += 1
            self._progress.notify_all()
        self._after_events()

    def _is_beyond_healing(self, error: KafkaError) -> bool:
        """Whether this producer must stay dead."""
        return False

    def break_down(self, error: KafkaError) -> None:
        """Take a fatal error in, and return when it is mended or found to be beyond it."""
        with self._progress:
            healings = self._healings
            self._fatal = self._fatal or error
            self._wait(lambda: self._healings > healings, self.drain_time_s())

    def _wait(self, is_so: Callable[[], bool], timeout_s: float) -> bool:
        self._waiting += 1
        came_so = self._progress.wait_for(is_so, timeout_s)
        self._waiting -= 1
        return came_so

    def _on_error(self, error: KafkaError) -> None:
        says_less = error.code() == KafkaError._ALL_BROKERS_DOWN
        if self.last_error is None or not (says_less or self.last_error.code() in HOPELESS):
            self.last_error = error
        if error.code() == KafkaError._FATAL or error.fatal():
            self._fatal = error

    def _new_client(self) -> Producer:
        try:
            return Producer(self._config)
        except KafkaException as error:
            raise InvalidSetting(
                f"librdkafka refuses the settings: {error.args[0].str()}"
            ) from None

    # What is refused

    def _checked(self, check: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return check(*arguments)
        except Exception:
            self.rejected += 1
            raise

    def _require_fit(
        self, topic: str, key: bytes | None, value: bytes | None, headers: Headers | None
    ) -> None:
        """Raise NotAtOnce where the cluster must be asked first whether the record is too large."""
        if not self.limits.fits(topic, key, value, headers):
            require_fit = self.limits.require_fit
            raise NotAtOnce(
                lambda: self._checked(require_fit, topic, key, value, headers, self.client)
            )

    def _refused(self, error: KafkaError, topic: str) -> Exception:
        """What to raise for a record that librdkafka did not take."""
        if error.fatal() or error.code() == KafkaError._FATAL:
            return NotAtOnce(lambda: self.recover(error))
        self.rejected += 1
        return InvalidSetting(f"a record for {topic} was refused: {error.str()}")

    def recover(self, error: KafkaError) -> None:
        """Return once a record that met a fatal error may be tried again; raises where never."""
        self.break_down(error)

    def _refuse_keyless(self, topic: str) -> None:
        self.rejected += 1
        raise KeyRequired(
            f"a record for {topic} has no key, and the profile {self.profile.name} keeps the order"
            " of each key: give one, or take the profile async"
        )

    def _refuse_closed(self, topic: str, *_: Any, **__: Any) -> None:
        self.rejected += 1
        raise ProducerClosed(f"a record for {topic} came after the producer was closed")

    # What a fork does

    def begin_again_after_fork(self) -> None:
        """In a forked child: its copy has neither the thread nor librdkafka's threads."""
        immortalise(self.client)
        self._reset()
        self.client = _Unborn()
        self.produce = self._produce_first_in_child

    def _produce_first_in_child(self, *record: Any, **rest: Any) -> None:
        logger.warning("the process was forked: its producer begins anew, with nothing pending")
        self._start()
        self.produce(*record, **rest)


class _Unborn(Producer):
    """Stands for the client that a forked child has not needed yet."""

    def __init__(self) -> None:
        """Make no client."""

    def __len__(self) -> int:
        return 0
