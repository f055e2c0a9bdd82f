"""What clients did and what they were told: all that the checks may look at.

Every operation has the time at which it began and, once its outcome is known, at which it ended. An
operation without an end may have happened or not, and may still happen.

Values are unique: a value names the producer, the partition and the record's number there.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import TypeVar

TopicPartition = tuple[str, int]
NEVER = float("inf")

COPY_MARK = "@"
"""Stands in a copy between the value and what tells this copy from others."""


class Outcome(Enum):
    """What a client knows of an operation."""

    UNKNOWN = "unknown"
    DONE = "done"
    REFUSED = "refused"


@dataclass(slots=True, eq=False)
class Operation:
    """Something that was asked of the broker."""

    client: str
    begun_s: float
    ended_s: float = field(default=NEVER, kw_only=True)
    outcome: Outcome = field(default=Outcome.UNKNOWN, kw_only=True)

    def end(self, now_s: float, outcome: Outcome = Outcome.DONE) -> None:
        self.ended_s, self.outcome = now_s, outcome

    @property
    def is_done(self) -> bool:
        return self.outcome is Outcome.DONE


T = TypeVar("T", bound=Operation)


@dataclass(slots=True, eq=False)
class Write(Operation):
    """A batch of a producer, however often it was sent. `base_offset`: what it was told."""

    partition: TopicPartition
    values: tuple[str, ...]
    is_idempotent: bool
    is_promised: bool
    """Whether an acknowledgement promises that no failure of the schedule takes it back."""
    transaction: str | None = None
    base_offset: int = -1


@dataclass(slots=True, eq=False)
class Read(Operation):
    """A fetch of one partition, with the records that the application gets to see."""

    partition: TopicPartition
    is_committed_only: bool
    fetch_offset: int
    next_offset: int = 0
    records: tuple[tuple[int, str], ...] = ()
    high_watermark: int = -1
    last_stable_offset: int = -1
    transaction: str | None = None


@dataclass(slots=True, eq=False)
class TransactionEnd(Operation):
    """EndTxn, however often it was sent."""

    transaction: str
    transactional_id: str
    is_commit: bool


@dataclass(slots=True, eq=False)
class Commit(Operation):
    """An offset committed for a group, by a member of a generation or in a transaction."""

    group: str
    partition: TopicPartition
    offset: int
    generation_id: int = -1


@dataclass(slots=True, eq=False)
class Assigned(Operation):
    """SyncGroup: the member has its part in a generation, which therefore is stored."""

    group: str
    generation_id: int


@dataclass(slots=True, eq=False)
class CommittedRead(Operation):
    """OffsetFetch: -1 where nothing is committed."""

    group: str
    partition: TopicPartition
    offset: int = -1


@dataclass(slots=True)
class FinalLog:
    """One partition after everything: all its records, and those that are not aborted."""

    records: list[tuple[int, str]]
    committed: list[tuple[int, str]]
    high_watermark: int
    last_stable_offset: int


@dataclass(slots=True)
class Copying:
    """A pipeline that copied all of one partition into another."""

    source: TopicPartition
    target: TopicPartition


@dataclass(slots=True)
class Table:
    """What is known of a compacted partition."""

    delete_retention_s: float
    cleaned_offset: int = 0
    """Everything below was cleaned, and cleaned again after its tombstones' time was over."""


@dataclass(slots=True)
class History:
    """Everything of one run."""

    operations: list[Operation] = field(default_factory=list)
    copies: list[Copying] = field(default_factory=list)
    tables: dict[TopicPartition, Table] = field(default_factory=dict)
    final: dict[TopicPartition, FinalLog] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    """What must never happen, told by whoever noticed it."""

    def of(self, kind: type[T]) -> list[T]:
        """All operations of one kind, in the order in which they began."""
        return [each for each in self.operations if isinstance(each, kind)]
