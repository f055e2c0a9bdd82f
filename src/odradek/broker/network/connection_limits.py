"""How many connections there may be: in all, from one address, and new ones in a second.

Values are looked up for every connection that comes, so a change of the settings acts at once. As
with Kafka, a client that would be one too many for its address is turned away, while one too many
for the broker, or too early for the rate, waits in the system's backlog.
"""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from odradek.broker.metadata.effective_configs import EffectiveConfigs

BURST_S = 1.0
"""How much of the rate may be saved up; Kafka measures its rate over such windows, too."""

MAX = "max.connections"
MAX_PER_ADDRESS = "max.connections.per.ip"
CREATION_RATE = "max.connection.creation.rate"


class Refusal(NamedTuple):
    """Why a connection is not let in: the setting, and a sentence for the log."""

    setting: str
    reason: str


class ConnectionLimits:
    """Counts open connections and says who may come."""

    def __init__(self, configs: EffectiveConfigs, now_s: float) -> None:
        self._configs = configs
        self._open: Counter[str] = Counter()
        self._open_in_all = 0
        self._allowance = float("inf")
        self._allowed_at_s = now_s

    def add(self, host: str) -> None:
        """A connection was let in."""
        self._open[host] += 1
        self._open_in_all += 1
        self._allowance -= 1

    def discard(self, host: str) -> None:
        """A connection that was let in is gone."""
        self._open_in_all -= 1
        self._open[host] -= 1
        if not self._open[host]:
            del self._open[host]

    def find_pause(self) -> Refusal | None:
        """Why nobody can be let in before somebody leaves."""
        limit = self._configs.broker_int("max.connections")
        if self._open_in_all < limit:
            return None
        return Refusal(MAX, f"{self._open_in_all} are open, and {limit} may be ({MAX})")

    def delay_s(self, now_s: float) -> float:
        """How long to wait before the next may come, so that the rate is kept."""
        rate = self._configs.broker_int("max.connection.creation.rate")
        elapsed_s, self._allowed_at_s = now_s - self._allowed_at_s, now_s
        self._allowance = min(self._allowance + elapsed_s * rate, max(rate * BURST_S, 1.0))
        if self._allowance >= 1:
            return 0.0
        return (1 - self._allowance) / rate if rate else BURST_S

    def find_refusal(self, host: str) -> Refusal | None:
        """Why a client of this address is turned away."""
        limit = self._limit_of(host)
        if self._open[host] < limit:
            return None
        return Refusal(
            MAX_PER_ADDRESS,
            f"{self._open[host]} connections of this address are open, and {limit} may be "
            f"({MAX_PER_ADDRESS})",
        )

    def _limit_of(self, host: str) -> int:
        overrides = self._configs.broker_value("max.connections.per.ip.overrides")
        own = _parse_overrides(str(overrides or "")).get(host)
        return self._configs.broker_int("max.connections.per.ip") if own is None else own


def _parse_overrides(text: str) -> Mapping[str, int]:
    """`address:count` pairs; the validator of the setting has seen them."""
    pairs = (item.strip().rpartition(":") for item in text.split(",") if item.strip())
    return {address.strip("[]"): int(count) for address, _, count in pairs}
