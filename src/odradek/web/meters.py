"""Requests counted, and written in Prometheus' text format.

Labels are routes as they are declared, never paths as they came: there are as many series as
routes.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Gauge(NamedTuple):
    """A number of the part as it is now."""

    name: str
    documentation: str
    value: float


class Meters:
    """How many requests each route had, how they ended, and how long they took together."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, int], int] = {}
        self._seconds: dict[tuple[str, str], float] = {}

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request was answered."""
        counted = (method, route, status)
        self._counts[counted] = self._counts.get(counted, 0) + 1
        timed = (method, route)
        self._seconds[timed] = self._seconds.get(timed, 0.0) + seconds

    def exposition(self, gauges: Iterable[Gauge]) -> str:
        """Everything, as a scraper reads it."""
        return "\n".join([*self._lines(), *_gauge_lines(gauges)]) + "\n"

    def _lines(self) -> Iterator[str]:
        yield "# HELP odradek_http_requests_total Requests answered, by route and status."
        yield "# TYPE odradek_http_requests_total counter"
        for (method, route, status), count in sorted(self._counts.items()):
            labels = f'method="{method}",route="{route}",status="{status}"'
            yield f"odradek_http_requests_total{{{labels}}} {count}"
        yield "# HELP odradek_http_request_seconds_total Time that requests took, by route."
        yield "# TYPE odradek_http_request_seconds_total counter"
        for (method, route), seconds in sorted(self._seconds.items()):
            labels = f'method="{method}",route="{route}"'
            yield f"odradek_http_request_seconds_total{{{labels}}} {seconds:.6f}"


def _gauge_lines(gauges: Iterable[Gauge]) -> Iterator[str]:
    for gauge in gauges:
        yield f"# HELP {gauge.name} {gauge.documentation}"
        yield f"# TYPE {gauge.name} gauge"
        yield f"{gauge.name} {gauge.value}"
