"""Is a row worse than it was? Compares two runs by their ratios to Apache Kafka.

Pure. The figures themselves cannot be compared across runs, because the machine differs from hour
to hour; Apache Kafka is the yardstick that was beside us both times.
"""

from collections.abc import Iterator
from typing import NamedTuple

from benchmarks.results import Results
from benchmarks.rows import APACHE, ODRADEK, ROWS, Criterion, Row

WORSE_MAX = 1.1


class Change(NamedTuple):
    """One metric's ratio to Apache Kafka in two runs; `worse` is 1.1 for 10 % worse."""

    row: Row
    criterion: Criterion
    before: float
    now: float

    @property
    def worse(self) -> float:
        if self.criterion.better == "higher":
            return self.before / self.now
        return self.now / self.before

    @property
    def verdict(self) -> str:
        return "kept" if self.worse <= WORSE_MAX else "**worse**"


def ratio_of(results: Results, row: Row, metric: str) -> float | None:
    """Return the median of odradek divided by that of Apache Kafka; None without both."""
    apache = results.median(row.name, APACHE, metric)
    ours = results.median(row.name, ODRADEK, metric)
    return ours / apache if ours and apache else None


def compare(before: Results, now: Results) -> Iterator[Change]:
    """Yield what both runs measured against Apache Kafka, in the order of the rows."""
    for row in ROWS:
        for criterion in row.criteria:
            earlier = ratio_of(before, row, criterion.metric)
            later = ratio_of(now, row, criterion.metric)
            if criterion.against_apache and earlier is not None and later is not None:
                yield Change(row, criterion, earlier, later)
