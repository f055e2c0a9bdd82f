"""What a partition must still hold after a crash, compared with what was acknowledged. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise


@dataclass(frozen=True, slots=True, order=True)
class Stamp:
    """Identifies a record in its own value: which producer sent it, as which of its records."""

    producer: int
    sequence: int

    def to_value(self, padding_bytes: int) -> bytes:
        return b"%d %d %s" % (self.producer, self.sequence, b"." * padding_bytes)

    @classmethod
    def from_value(cls, value: bytes) -> "Stamp":
        producer, sequence, _ = value.split(b" ", 2)
        return cls(int(producer), int(sequence))


@dataclass(slots=True)
class Verdict:
    """Counts of what went wrong, and each case in words; all zero is what must be."""

    acknowledged: int = 0
    lost: int = 0
    duplicated: int = 0
    out_of_order: int = 0
    gaps: int = 0
    cases: list[str] = field(default_factory=list)

    def add(self, other: "Verdict") -> None:
        self.acknowledged += other.acknowledged
        self.lost += other.lost
        self.duplicated += other.duplicated
        self.out_of_order += other.out_of_order
        self.gaps += other.gaps
        self.cases += other.cases


def judge(
    records: Sequence[tuple[int, Stamp]],
    acknowledged: Mapping[Stamp, int],
    *,
    exactly_once: bool,
    partition: str,
) -> Verdict:
    """Judge one partition: its records with their offsets, and the acknowledged ones with theirs.

    `exactly_once` forbids duplicates, which a producer without idempotence may cause by a retry.
    """
    verdict = Verdict(acknowledged=len(acknowledged))
    at_offset = dict(records)
    lost = [stamp for stamp, offset in acknowledged.items() if at_offset.get(offset) != stamp]
    verdict.lost = _count(verdict, f"{partition} lost", lost)
    copies = Counter(stamp for _, stamp in records)
    repeated = [stamp for stamp, count in copies.items() if count > 1]
    if exactly_once:
        verdict.duplicated = _count(verdict, f"{partition} duplicated", repeated)
    verdict.out_of_order = _count(verdict, f"{partition} out of order", _behind(copies))
    offsets = [offset for offset, _ in records]
    holes = [after for before, after in pairwise(offsets) if after != before + 1]
    verdict.gaps = _count(verdict, f"{partition} gap before offset", holes)
    return verdict


def _behind(first_seen: Iterable[Stamp]) -> list[Stamp]:
    """Return the records that stand after a later one of the same producer."""
    latest: dict[int, int] = {}
    behind = []
    for stamp in first_seen:
        if stamp.sequence < latest.get(stamp.producer, -1):
            behind.append(stamp)
        latest[stamp.producer] = max(stamp.sequence, latest.get(stamp.producer, -1))
    return behind


def _count(verdict: Verdict, what: str, cases: Sequence[object]) -> int:
    verdict.cases += [f"{what}: {case}" for case in cases[:5]]
    return len(cases)
