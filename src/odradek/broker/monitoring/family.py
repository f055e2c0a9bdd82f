"""A metric: its name, what it means, and how it is read from the broker.

Names are those that Strimzi's rules for the Prometheus JMX exporter give to Kafka's own metrics, in
lower case, so that dashboards and alerts made for Kafka find them. What Kafka does not have begins
with `odradek_`; what every process has is named as Prometheus' own client libraries name it.

A read yields samples, and now and then None: what came so far took a while, and whoever reads may
let others have the loop before going on.
"""

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

import msgspec

from odradek.broker.meters import Durations
from odradek.broker.runtime import Broker


class MetricType(StrEnum):
    """Types of the text format; a counter only ever grows, until the broker starts again."""

    COUNTER = "counter"
    GAUGE = "gauge"
    SUMMARY = "summary"


class Sample(NamedTuple):
    """One number: values of the labels, and what is appended to the family's name."""

    labels: tuple[str, ...]
    value: float
    suffix: str = ""


Read = Callable[[Broker], Iterable[Sample | None]]


class Family(msgspec.Struct, frozen=True):
    """One metric with all its label values; `documentation` says what it counts, in which unit."""

    name: str
    type: MetricType
    documentation: str
    labels: tuple[str, ...]
    read: Read


class Theme(NamedTuple):
    """Metrics that belong together."""

    title: str
    families: tuple[Family, ...]


def gauge(name: str, documentation: str, read: Callable[[Broker], float]) -> Family:
    """A number that goes up and down."""
    return Family(name, MetricType.GAUGE, documentation, (), _only(read))


def counter(name: str, documentation: str, read: Callable[[Broker], float]) -> Family:
    """A number that grows."""
    return Family(name, MetricType.COUNTER, documentation, (), _only(read))


def labelled_gauge(name: str, documentation: str, labels: tuple[str, ...], read: Read) -> Family:
    return Family(name, MetricType.GAUGE, documentation, labels, read)


def labelled_counter(name: str, documentation: str, labels: tuple[str, ...], read: Read) -> Family:
    return Family(name, MetricType.COUNTER, documentation, labels, read)


def summary_samples(labels: tuple[str, ...], durations: Durations) -> Iterator[Sample]:
    """The samples of one summary, whose last label is the quantile."""
    for quantile, duration_ms in durations.quantiles():
        yield Sample((*labels, quantile), duration_ms)
    yield Sample(labels, durations.sum_ms, "_sum")
    yield Sample(labels, durations.count, "_count")


def _only(read: Callable[[Broker], float]) -> Read:
    return lambda broker: (Sample((), read(broker)),)
