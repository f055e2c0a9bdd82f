"""What compaction may take away and what it must not, in histories made by hand."""

from collections.abc import Sequence

import pytest

from odradek.testing.simulation.checks import find_anomalies
from odradek.testing.simulation.history import (
    FinalLog,
    History,
    Operation,
    Read,
    Table,
    TransactionEnd,
    Write,
)

P = ("table", 0)
RETENTION_S = 10.0


def write(
    offset: int, *texts: str, at: float = 1.0, transaction: str | None = None, is_done: bool = True
) -> Write:
    made = Write("a", at, P, texts, True, True, transaction, offset if is_done else -1)
    if is_done:
        made.end(at + 0.5)
    return made


def read(next_offset: int, *records: tuple[int, str], at: float = 5.0) -> Read:
    made = Read("r", at, P, True, 0, next_offset, records, 9, 9)
    made.end(at + 0.5)
    return made


def end(transaction: str, *, is_commit: bool) -> Operation:
    made = TransactionEnd("a", 2.0, transaction, "id", is_commit)
    made.end(3.0)
    return made


def kinds(
    operations: Sequence[Operation], *final: tuple[int, str], cleaned_offset: int = 0
) -> list[str]:
    """The kinds of anomalies when the final log has these records."""
    log = FinalLog(list(final), list(final), 9, 9)
    history = History(
        operations=list(operations),
        tables={P: Table(RETENTION_S, cleaned_offset)},
        final={P: log},
    )
    return sorted({anomaly.kind for anomaly in find_anomalies(history)})


def test_a_value_may_go_when_a_later_one_is_there() -> None:
    assert kinds([write(0, "k=a:0", "k=a:1")], (1, "k=a:1")) == []


def test_the_latest_value_may_not_go() -> None:
    assert kinds([write(0, "k=a:0", "k=a:1")], (0, "k=a:0")) == ["lost value"]
    assert kinds([write(0, "k=a:0")]) == ["lost value"]


def test_another_key_replaces_nothing() -> None:
    assert kinds([write(0, "k=a:0", "other=a:1")], (1, "other=a:1")) == ["lost value"]


def test_what_was_aborted_replaces_nothing() -> None:
    aborted = [write(1, "k=a:1", transaction="t"), end("t", is_commit=False)]
    assert kinds([write(0, "k=a:0"), *aborted]) == ["lost value"]
    committed = [write(1, "k=a:1", transaction="t"), end("t", is_commit=True)]
    assert kinds([write(0, "k=a:0"), *committed], (1, "k=a:1")) == []


def test_what_nobody_was_told_of_may_have_replaced_something() -> None:
    assert kinds([write(0, "k=a:0"), write(1, "k!a:1", is_done=False)]) == []


def test_a_reader_may_miss_only_what_was_replaced_before_it_read() -> None:
    first, second = write(0, "k=a:0"), write(1, "k=a:1", at=7.0)
    assert kinds([first, second, read(1, at=8.0)], (1, "k=a:1")) == []
    assert kinds([first, second, read(1, at=5.0)], (1, "k=a:1")) == ["lost value"]


def test_a_tombstone_stays_until_its_time_is_over() -> None:
    deleted = write(0, "k!a:0", at=1.0)
    assert kinds([deleted, read(1, at=20.0)]) == []
    assert kinds([deleted, read(1, at=5.0)]) == ["early deletion"]


def test_what_was_deleted_does_not_come_back() -> None:
    deleted = write(0, "k=a:0", "k!a:1")
    assert kinds([deleted]) == []
    assert kinds([deleted], (0, "k=a:0")) == ["came back"]


@pytest.mark.parametrize(
    "left", [[(0, "k=a:0"), (1, "k=a:1")], [(1, "k=a:1"), (2, "other!a:2")]], ids=str
)
def test_what_was_cleaned_has_each_key_once_and_no_tombstone(left: list[tuple[int, str]]) -> None:
    writes = [write(0, "k=a:0", "k=a:1", "other!a:2")]
    assert kinds(writes, *left) == []
    assert kinds(writes, *left, cleaned_offset=3) == ["not compacted"]


def test_offsets_stay_as_they_are() -> None:
    assert "inconsistent offset" in kinds([write(0, "k=a:0", "k=a:1")], (0, "k=a:1"))
