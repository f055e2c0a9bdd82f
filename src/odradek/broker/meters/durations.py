"""How long something took: count and sum of all observations, quantiles of the newest ones."""

from collections import deque
from collections.abc import Iterator

KEPT = 512
QUANTILES = ("0.50", "0.75", "0.95", "0.98", "0.99", "0.999")
"""The quantiles that Kafka's own metrics have, spelled as exporters spell them."""


class Durations:
    """Milliseconds; the newest `KEPT` observations are remembered one by one."""

    __slots__ = ("_newest", "count", "sum_ms")

    def __init__(self) -> None:
        self.count = 0
        self.sum_ms = 0.0
        self._newest: deque[float] = deque(maxlen=KEPT)

    def observe(self, duration_ms: float) -> None:
        self.count += 1
        self.sum_ms += duration_ms
        self._newest.append(duration_ms)

    def quantiles(self) -> Iterator[tuple[str, float]]:
        """Each quantile and its milliseconds; nothing before the first observation."""
        ordered = sorted(self._newest)
        if ordered:
            for quantile in QUANTILES:
                yield quantile, ordered[min(int(float(quantile) * len(ordered)), len(ordered) - 1)]
