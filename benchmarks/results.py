"""What one run of the benchmark found, as it stands in `broker.json`; the report reads this."""

from statistics import median

import msgspec

Sample = dict[str, float]


class Machine(msgspec.Struct):
    """Where the run took place."""

    cpu: str
    cores: int
    memory_gb: float
    kernel: str
    file_system: str
    python: str
    java: str


class Limits(msgspec.Struct):
    """What else was measured in a row's minute: nothing in the row can be faster."""

    dd_page_cache_mb_per_s: float
    dd_disk_mb_per_s: float
    sink: Sample


FULL_ROUNDS = 3
"""Three brokers, nearly thirty rows: more would take longer than a machine stays the same."""


class Results(msgspec.Struct):
    """`samples` by row, then system: one sample a round, in the order of the rounds.

    `gaps` tells, by row and system, why there are no samples; of a system, for the row "".
    """

    recorded_at: str
    command: str
    rounds: int
    warm_up_s: float
    load_factor: float
    page_cache_fill_gb: float
    duration_s: float
    machine: Machine
    limits: dict[str, Limits]
    samples: dict[str, dict[str, list[Sample]]]
    gaps: dict[str, dict[str, str]] = {}

    def add(self, row: str, system: str, sample: Sample) -> None:
        """Append one round's sample."""
        self.samples.setdefault(row, {}).setdefault(system, []).append(sample)

    def add_gap(self, row: str, system: str, reason: str) -> None:
        """Note why the row has nothing for this system; row "" is for all of them."""
        self.gaps.setdefault(row, {})[system] = reason

    def gap(self, row: str, system: str) -> str | None:
        """Return why the row has nothing for this system, if that was noted."""
        return self.gaps.get(row, {}).get(system) or self.gaps.get("", {}).get(system)

    def values(self, row: str, system: str, metric: str) -> list[float]:
        """Return the metric of every round; empty where it was not measured."""
        samples = self.samples.get(row, {}).get(system, [])
        return [sample[metric] for sample in samples if metric in sample]

    def median(self, row: str, system: str, metric: str) -> float | None:
        """Return the median over the rounds; None where the metric was not measured."""
        values = self.values(row, system, metric)
        return median(values) if values else None

    def encode(self) -> bytes:
        """Return the JSON, indented so that a difference can be read."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1)


def decode_results(content: bytes) -> Results:
    """Return the results of an earlier run; raise msgspec.ValidationError for anything else."""
    return msgspec.json.decode(content, type=Results)
