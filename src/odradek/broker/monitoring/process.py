"""The process: memory, processor time, files. What the system does not tell is left out."""

import platform
import resource
from collections.abc import Callable, Iterator

from odradek import __version__
from odradek.broker.monitoring.family import (
    Family,
    MetricType,
    Sample,
    Theme,
    gauge,
    labelled_gauge,
)
from odradek.broker.runtime import Broker

STATM = "/proc/self/statm"
DESCRIPTORS = "/proc/self/fd"
PAGE_BYTES = resource.getpagesize()


def _where_told(name: str, documentation: str, read: Callable[[Broker], float]) -> Family:
    """A gauge of something that only some systems tell."""

    def read_if_told(broker: Broker) -> Iterator[Sample]:
        try:
            yield Sample((), read(broker))
        except OSError:
            return

    return Family(name, MetricType.GAUGE, documentation, (), read_if_told)


def _memory_bytes(broker: Broker, column: int) -> int:
    return int(broker.files.read_file(STATM).split()[column]) * PAGE_BYTES


def _cpu_seconds(_: Broker) -> Iterator[Sample]:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    yield Sample((), usage.ru_utime + usage.ru_stime)


def _build(broker: Broker) -> Iterator[Sample]:
    loop = type(broker.loop).__module__.partition(".")[0]
    yield Sample((__version__, platform.python_version(), loop), 1)


THEMES = (
    Theme(
        "Process",
        (
            Family(
                "process_cpu_seconds_total",
                MetricType.COUNTER,
                "Seconds of processor time, the system's share included.",
                (),
                _cpu_seconds,
            ),
            _where_told(
                "process_resident_memory_bytes",
                "Bytes of memory in use.",
                lambda broker: _memory_bytes(broker, 1),
            ),
            _where_told(
                "process_virtual_memory_bytes",
                "Bytes of address space in use.",
                lambda broker: _memory_bytes(broker, 0),
            ),
            _where_told(
                "process_open_fds",
                "Open files and sockets.",
                lambda broker: len(broker.files.list_directory(DESCRIPTORS)),
            ),
            gauge(
                "process_max_fds",
                "Files and sockets that may be open.",
                lambda _: resource.getrlimit(resource.RLIMIT_NOFILE)[0],
            ),
            gauge(
                "process_start_time_seconds",
                "When the broker started, in seconds since 1970.",
                lambda broker: broker.started_ms / 1000,
            ),
            labelled_gauge(
                "odradek_build_info",
                "Always 1; the labels say which odradek runs, and on what.",
                ("version", "python", "event_loop"),
                _build,
            ),
        ),
    ),
)
