"""How many requests of each API and version came, how long they took, how they failed."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from odradek.broker.meters.durations import Durations
from odradek.protocol.compiler import ErrorFinder, compile_error_finder
from odradek.protocol.schema import StructType


class RequestMeters:
    """The counters of all requests.

    `counts` has them by API key and version, `errors` the error codes in responses by API key and
    code (none for success), `durations` the time from a request's arrival to its answer by API key.
    """

    __slots__ = ("clock_s", "counts", "durations", "errors")

    def __init__(self, clock_s: Callable[[], float]) -> None:
        self.clock_s = clock_s
        self.counts: defaultdict[tuple[int, int], int] = defaultdict(int)
        self.errors: defaultdict[tuple[int, int], int] = defaultdict(int)
        self.durations: defaultdict[int, Durations] = defaultdict(Durations)

    def note_answer(self, api_key: int, started_s: float) -> None:
        """A timed request is answered."""
        self.durations[api_key].observe((self.clock_s() - started_s) * 1000)

    def note_errors(self, api_key: int, response: Any) -> None:
        """Count every error code in a response."""
        for error_code in _FINDERS[type(response)](response):
            self.errors[api_key, error_code] += 1


class _ErrorFinders(dict[StructType, ErrorFinder]):
    """Finds the error codes of a response by its class; a missing finder is compiled."""

    def __missing__(self, struct: StructType) -> ErrorFinder:
        self[struct] = compile_error_finder(struct)
        return self[struct]


_FINDERS = _ErrorFinders()
