"""Sends a table to its topic, and has the broker killed and restarted meanwhile.

Invariants: the producer is idempotent with acks=all and is told nothing of the crash: it meets a
dead connection, retries, and must neither lose nor double a record. The restart runs in a thread of
its own, so that the producer goes on as another process would.
"""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from odradek.cli.demo.broker_usage import peak_memory_bytes
from odradek.cli.errors import CommandError
from odradek.cli.records.delivery import Delivery, producer_config
from odradek.cli.records.input_formats import OutgoingRecord
from odradek.testing import BrokerStartError, EphemeralBroker

PATIENT_CLIENT = {
    # A broker that is down for a while is no reason to give up, nor to pause for long.
    "delivery.timeout.ms": 120_000,
    "reconnect.backoff.max.ms": 500,
}


class Crash:
    """One kill -9 of the broker with a restart on the same port and data."""

    def __init__(self, broker: EphemeralBroker, *, after_acknowledged: int) -> None:
        self._broker = broker
        self._after_acknowledged = after_acknowledged
        self._restart = threading.Thread(target=self._restart_broker, name="restart")
        self._error: Exception | None = None
        self.acknowledged = 0
        self.in_flight = 0
        self.peak_memory_bytes = 0
        self.downtime_s = 0.0
        self.has_happened = False

    def kill_when_due(self, *, acknowledged: int, in_flight: int) -> bool:
        """Kill the broker once, at the first call with enough acknowledged; True at that call."""
        if self.has_happened or acknowledged < self._after_acknowledged:
            return False
        self.peak_memory_bytes = peak_memory_bytes(self._broker.pid)
        self._broker.kill()
        self.has_happened = True
        self.acknowledged, self.in_flight = acknowledged, in_flight
        self._restart.start()
        return True

    def await_restart(self) -> None:
        """Return once the broker serves again; raise what kept it from that."""
        if self.has_happened:
            self._restart.join()
        if self._error is not None:
            raise CommandError(f"the broker did not come back: {self._error}") from self._error

    def _restart_broker(self) -> None:
        started = time.perf_counter()
        try:
            self._broker.start()
        except (BrokerStartError, OSError) as error:
            self._error = error
        self.downtime_s = time.perf_counter() - started


def load(
    config: dict[str, Any],
    topic: str,
    records: Sequence[OutgoingRecord],
    *,
    watch: Callable[[Delivery], None],
) -> float:
    """Send the records and wait until each is acknowledged; give the seconds it took.

    `watch` is called for every record queued and every moment waited. Raises CommandError when a
    record was not delivered.
    """
    settings = producer_config({**PATIENT_CLIENT, **config}, acks="all", compression="none")
    delivery = Delivery(settings, topic, partition=None, headers=[])
    started = time.perf_counter()
    for record in records:
        delivery.send(record)
        watch(delivery)
    while delivery.unfinished:
        delivery.finish_some()
        watch(delivery)
    if delivery.failed:
        reasons = ", ".join(delivery.failures)
        raise CommandError(f"{delivery.failed:,} records of {topic} were not delivered: {reasons}")
    return time.perf_counter() - started
