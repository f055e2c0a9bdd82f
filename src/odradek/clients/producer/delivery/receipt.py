"""A record's receipt: what became of it, for threads, for coroutines, for a callback.

Invariants:
- A receipt is settled once, by the producer's own thread, and never changes after that.
- A failure is told to somebody. Whoever asks the receipt, awaits it or gave a callback has been
  told. If the receipt is thrown away or the producer closed before, the failure goes to the
  producer's failure policy.

What it costs is the producer's fixed cost for a record, hence its form: a struct without garbage
collection (it belongs to no cycle), whose own call is the delivery callback. On success nothing
but three fields is written.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Generator
from typing import Any, Protocol

from confluent_kafka import KafkaError, Message
from msgspec import Struct

from odradek.clients.errors import DeliveryFailed
from odradek.clients.producer.delivery.error_classes import SUCCESSES, failed_record
from odradek.clients.producer.delivery.untold_failures import Untold
from odradek.clients.record import FailedRecord, Headers, RecordMetadata

logger = logging.getLogger(__name__)

Waker = Callable[[], None]
ALIVE_CHECK_INTERVAL_S = 1.0
NO_OFFSETS = (None, -1, -1001)
"""How librdkafka says that nobody told it an offset: with acks=0, and for a repeated batch."""

_waiting = threading.Lock()


class Desk(Protocol):
    """What a receipt needs of its producer."""

    acknowledged: int

    def note_failure(self, error: KafkaError, failed: FailedRecord) -> Untold:
        """Count a failure that nobody has looked at yet."""

    def wake_later(self, future: "asyncio.Future[None]") -> None:
        """Resolve the future in its loop, together with others."""

    def require_alive(self) -> None:
        """Raise ProducerClosed when this producer will settle nothing any more."""


class Receipt(Struct, gc=False, eq=False):
    """What `send` returns: ask it (`result`), await it, or give `on_delivery` to be called."""

    _desk: Desk
    topic: str
    _headers: Headers | None = None
    _on_delivery: "Callable[[Receipt], object] | None" = None
    _timestamp_ms: int = 0
    partition: int = -1
    offset: int | None = None
    is_done: bool = False
    _untold: Untold | None = None
    _wakers: tuple[Waker, ...] = ()

    def __call__(self, error: KafkaError | None, message: "Message[Any, Any]") -> None:
        """The delivery report; called by the producer's thread, which nothing may stop."""
        if error is not None and error.code() not in SUCCESSES:
            self._fail(error, message)
        else:
            self.partition = message.partition()  # type: ignore[assignment]
            self.offset = message.offset()
            self._desk.acknowledged += 1
        self.is_done = True
        if self._wakers or self._on_delivery is not None:
            self._tell_others()

    def result(self, timeout_s: float | None = None) -> RecordMetadata:
        """Wait for the acknowledgement; raises DeliveryFailed, or TimeoutError while unsettled."""
        self._wait(timeout_s)
        return self._outcome()

    def failure(self, timeout_s: float | None = None) -> FailedRecord | None:
        """Wait, and return what went wrong, or None; raises TimeoutError while unsettled."""
        self._wait(timeout_s)
        return None if self._untold is None else self._untold.tell()

    def __await__(self) -> Generator[Any, None, RecordMetadata]:
        """Wait in a coroutine; raises DeliveryFailed."""
        if not self.is_done:
            future = asyncio.get_running_loop().create_future()
            self._wake(lambda: self._desk.wake_later(future))
            if not self.is_done:
                yield from future
        return self._outcome()

    def _outcome(self) -> RecordMetadata:
        if self._untold is not None:
            raise DeliveryFailed(self._untold.tell())
        offset = None if self.offset in NO_OFFSETS else self.offset
        return RecordMetadata(self.topic, self.partition, offset)

    def _wait(self, timeout_s: float | None) -> None:
        if self.is_done:
            return
        settled = threading.Event()
        self._wake(settled.set)
        remaining_s = float("inf") if timeout_s is None else timeout_s
        while not self.is_done and not settled.wait(min(remaining_s, ALIVE_CHECK_INTERVAL_S)):
            remaining_s -= ALIVE_CHECK_INTERVAL_S
            if remaining_s <= 0:
                raise TimeoutError(f"no answer within {timeout_s:g} s; the record is still tried")
            self._desk.require_alive()

    def _wake(self, waker: Waker) -> None:
        with _waiting:
            self._wakers = (*self._wakers, waker)

    def _fail(self, error: KafkaError, message: "Message[Any, Any]") -> None:
        self._untold = self._desk.note_failure(
            error, failed_record(error, message, self._headers, self._timestamp_ms)
        )

    def _tell_others(self) -> None:
        for waker in self._wakers:
            waker()
        callback, self._on_delivery = self._on_delivery, None
        if callback is None:
            return
        try:
            callback(self)
        except Exception:
            # Nothing may leave the thread that serves every other record. A failure that the
            # callback did not get to is still untold, and goes to the policy.
            logger.exception("on_delivery of a record for %s raised", self.topic)
        else:
            if self._untold is not None:
                self._untold.tell()
