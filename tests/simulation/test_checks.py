"""Every anomaly is found in a history that has it, and nothing in one that has none."""

from collections.abc import Sequence

import pytest

from odradek.testing.simulation.checks import find_anomalies
from odradek.testing.simulation.history import (
    Assigned,
    Commit,
    CommittedRead,
    Copying,
    FinalLog,
    History,
    Operation,
    Outcome,
    Read,
    TransactionEnd,
    Write,
)

P, Q = ("source", 0), ("source", 1)


def log(*values: str, committed: Sequence[str] | None = None, stable: int = -1) -> FinalLog:
    records = list(enumerate(values))
    kept = [each for each in records if committed is None or each[1] in committed]
    end = len(values)
    return FinalLog(records, kept, end, end if stable < 0 else stable)


def write(
    offset: int, *values: str, partition: tuple[str, int] = P, transaction: str | None = None
) -> Write:
    """A batch that was acknowledged, by the client that its values name."""
    client = values[0].partition(":")[0]
    made = Write(client, 1.0, partition, values, True, True, transaction, offset)
    made.end(2.0)
    return made


def end(transaction: str, *, is_commit: bool = True, outcome: Outcome = Outcome.DONE) -> Operation:
    made = TransactionEnd("a", 3.0, transaction, "id", is_commit)
    made.end(4.0, outcome)
    return made


def read(
    *records: tuple[int, str],
    at: float = 5.0,
    next_offset: int = 2,
    ends: tuple[int, int] = (2, 2),
    transaction: str | None = None,
    partition: tuple[str, int] = P,
) -> Read:
    made = Read("r", at, partition, True, 0, next_offset, records, *ends, transaction)
    made.end(at + 0.5)
    return made


def commit(offset: int, at: float, generation_id: int = -1) -> Commit:
    made = Commit("m", at, "g", P, offset, generation_id)
    made.end(at + 0.5)
    return made


def committed(offset: int, at: float = 9.0) -> CommittedRead:
    made = CommittedRead("m", at, "g", P, offset)
    made.end(at + 0.5)
    return made


def assigned(generation_id: int, at: float) -> Assigned:
    made = Assigned("m", at, "g", generation_id)
    made.end(at)
    return made


def kinds(final: dict[tuple[str, int], FinalLog], *operations: Operation) -> set[str]:
    history = History(operations=list(operations), final=final)
    return {each.kind for each in find_anomalies(history)}


def test_a_sound_history_has_no_anomaly() -> None:
    final = {P: log("a:0", "a:1"), Q: log("a:2", "a:3", committed=["a:2"])}
    assert not kinds(
        final,
        write(0, "a:0", "a:1"),
        write(0, "a:2", partition=Q, transaction="t1"),
        end("t1"),
        write(1, "a:3", partition=Q, transaction="t2"),
        end("t2", is_commit=False),
        read((0, "a:0"), (1, "a:1")),
        commit(1, at=5.0),
        commit(2, at=6.0),
        committed(2),
    )


A = "a:0", "a:1"


@pytest.mark.parametrize(
    ("kind", "values", "operations"),
    [
        ("lost write", A, [write(2, "a:2")]),
        ("lost write", A, [write(0, "b:7")]),
        ("inconsistent offset", A, [read((0, "a:0"), (1, "b:9"))]),
        ("duplicate", ("a:0", "a:0"), [write(0, "a:0")]),
        ("reordered", ("a:1", "a:0"), [write(1, "a:0"), write(0, "a:1")]),
        ("nonmonotonic send", A, [write(1, "a:1"), write(0, "a:0")]),
        ("skipped or foreign record", A, [read((1, "a:1"))]),
        ("skipped or foreign record", A, [read((1, "a:1"), (0, "a:0"))]),
        ("high watermark went back", A, [read(*enumerate(A)), read(at=8.0, ends=(1, 1))]),
        ("last stable offset went back", A, [read(*enumerate(A)), read(at=8.0, ends=(2, 1))]),
        ("aborted read (G1a)", A, [write(0, "a:0", transaction="t"), end("t", is_commit=False)]),
        (
            "aborted read (G1a)",
            A,
            [
                write(0, "a:0", transaction="t"),
                end("t", outcome=Outcome.REFUSED),
                read(*enumerate(A)),
            ],
        ),
        ("early read", A, [write(0, "a:0", transaction="t"), end("t"), read((0, "a:0"), at=2.2)]),
        (
            "torn transaction",
            A,
            [
                write(0, "a:0", transaction="t"),
                write(0, "a:5", partition=Q, transaction="t"),
                end("t", outcome=Outcome.UNKNOWN),
            ],
        ),
        ("lost commit", A, [commit(1, at=5.0), committed(-1)]),
        ("lost commit", A, [commit(1, at=5.0), commit(2, at=6.0), committed(1)]),
        ("unknown commit", A, [commit(1, at=5.0), committed(2)]),
        ("commit beyond log", A, [commit(3, at=5.0), committed(3)]),
        ("zombie commit", A, [assigned(8, at=4.0), commit(1, at=5.0, generation_id=7)]),
        (
            "G1c",
            A,
            [
                write(0, "a:0", transaction="t"),
                end("t"),
                write(1, "a:1", transaction="u"),
                end("u"),
                read((0, "a:0"), transaction="u", next_offset=1),
                read((0, "a:0"), (1, "a:1"), transaction="t"),
            ],
        ),
    ],
)
def test_an_anomaly_is_found(
    kind: str, values: tuple[str, ...], operations: list[Operation]
) -> None:
    assert kind in kinds({P: log(*values), Q: log()}, *operations)


def test_transactions_of_one_id_in_two_orders_are_a_write_cycle() -> None:
    operations = [
        write(0, "a:0", transaction="t"),
        write(1, "a:1", transaction="t", partition=Q),
        write(1, "a:2", transaction="u"),
        write(0, "a:3", transaction="u", partition=Q),
        end("t"),
        end("u"),
    ]
    assert "G0" in kinds({P: log("a:0", "a:2"), Q: log("a:3", "a:1")}, *operations)


def test_an_open_transaction_after_everything_is_undecided() -> None:
    assert kinds({P: log("a:0", "a:1", stable=1)}) == {"undecided"}


@pytest.mark.parametrize("copies", [(), ("a:0@0 by t",), ("a:1@1 by t", "a:0@0 by t")])
def test_a_copy_has_every_record_once_and_in_order(copies: tuple[str, ...]) -> None:
    history = History(final={P: log("a:0", "a:1"), ("target", 0): log(*copies)})
    history.copies.append(Copying(P, ("target", 0)))
    assert [each.kind for each in find_anomalies(history)] == ["copy"]


def test_what_a_client_or_the_broker_complained_of_is_an_anomaly_once() -> None:
    history = History(failures=["it broke", "it broke"])
    assert [str(each) for each in find_anomalies(history)] == ["failure: it broke"]


def test_an_unknown_outcome_excuses_either() -> None:
    unknown = end("t", outcome=Outcome.UNKNOWN)
    for values in (("a:0",), ()):
        final = {P: log("a:0", committed=values)}
        assert not kinds(final, write(0, "a:0", transaction="t"), unknown)
