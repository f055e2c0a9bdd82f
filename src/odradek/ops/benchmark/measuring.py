"""Measures one producer: its best throughput, then its latency at half of that."""

import resource
from collections.abc import Callable, Mapping
from typing import Any

from odradek.ops.benchmark.matrix import Cell
from odradek.ops.benchmark.results import Sample, latencies_of
from odradek.ops.benchmark.sending import Sender, payloads
from odradek.ops.benchmark.topics import Shape, temporary_topic

MILLION = 1_000_000
BrokerCpu = Callable[[], float | None]
"""Tells the processor time that all brokers have used; None where nobody knows."""


class Meter:
    """How long to send, where to, and how to learn what the brokers spent."""

    def __init__(
        self,
        settings: Mapping[str, Any],
        shape: Shape,
        *,
        duration_s: float,
        seed: int,
        broker_cpu_s: BrokerCpu = lambda: None,
    ) -> None:
        self._settings = settings
        self._shape = shape
        self._duration_s = duration_s
        self._seed = seed
        self._broker_cpu_s = broker_cpu_s

    def measure(self, cell: Cell) -> Sample:
        """Send a cell's records, twice; the topic is gone afterwards."""
        values = payloads(cell.size_bytes, self._seed)
        settings = {**self._settings, **cell.settings}
        with temporary_topic(self._settings, self._shape) as topic:
            fast = Sender(settings, topic, values)
            fast.connect()
            client_before, brokers_before = own_cpu_s(), self._broker_cpu_s()
            elapsed_s = fast.send_for(self._duration_s)
            client_after, brokers_after = own_cpu_s(), self._broker_cpu_s()
            records_per_s = fast.acknowledged / elapsed_s
            steady = Sender(settings, topic, values)
            steady.connect()
            steady.send_at(records_per_s / 2, self._duration_s)
        millions = max(1, fast.acknowledged) / MILLION
        return Sample(
            cell=cell,
            records_sent=fast.acknowledged + steady.acknowledged,
            records_per_s=records_per_s,
            failed_records=fast.failed + steady.failed,
            wire_bytes_per_record=fast.wire_bytes_per_record,
            client_cpu_s_per_million=(client_after - client_before) / millions,
            broker_cpu_s_per_million=_per(millions, brokers_before, brokers_after),
            latencies=latencies_of(steady.latencies_s or [0.0]),
        )


def _per(millions: float, before_s: float | None, after_s: float | None) -> float | None:
    return None if before_s is None or after_s is None else (after_s - before_s) / millions


def own_cpu_s() -> float:
    """The processor time of this process, librdkafka's threads included."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
