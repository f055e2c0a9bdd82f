"""Transactions are seen whole or not at all, and in an order that can be.

torn transaction   of one transaction some records are visible for good and others are not
undecided          a transaction is open although everybody is done
G0                 two transactions of one transactional id are in one order in one partition
                   and in the other order in another. Kafka orders no others: two producers may
                   write to two partitions in different orders
G1c                transactions that read from each other in a circle
copy               a pipeline's output is not its input, each record once and in order
"""

from collections import defaultdict
from collections.abc import Iterator

from odradek.testing.simulation.checks.anomaly import Anomaly
from odradek.testing.simulation.checks.outcomes import outcomes
from odradek.testing.simulation.history import (
    COPY_MARK,
    Copying,
    FinalLog,
    History,
    Read,
    TopicPartition,
    TransactionEnd,
    Write,
)


def find_transaction_anomalies(history: History) -> Iterator[Anomaly]:
    """All of them."""
    yield from _undecided(history.final)
    yield from _torn(history)
    yield from _write_cycles(history)
    yield from _read_cycles(history)
    for copying in history.copies:
        yield from _inexact(history.final, copying)


def _undecided(final: dict[TopicPartition, FinalLog]) -> Iterator[Anomaly]:
    for partition, log in final.items():
        if log.last_stable_offset != log.high_watermark:
            yield Anomaly(
                "undecided",
                f"{partition} is stable up to {log.last_stable_offset}, and ends at "
                f"{log.high_watermark}",
            )


def _torn(history: History) -> Iterator[Anomaly]:
    visible = {
        partition: {value for _, value in log.committed} for partition, log in history.final.items()
    }
    seen: dict[str, set[bool]] = defaultdict(set)
    for write in history.of(Write):
        if write.transaction is not None and write.is_done:
            sights = {value in visible[write.partition] for value in write.values}
            if write.partition in history.tables:
                sights.discard(False)  # it may be outdated; see `tables`
            seen[write.transaction] |= sights
    for transaction, sights in seen.items():
        if len(sights) > 1:
            yield Anomaly("torn transaction", f"a part of {transaction} alone is visible")
    for transaction, committed in outcomes(history).items():
        if committed is False and True in seen[transaction]:
            yield Anomaly("aborted read (G1a)", f"{transaction} is visible, and was not committed")


def _write_cycles(history: History) -> Iterator[Anomaly]:
    ids = {end.transaction: end.transactional_id for end in history.of(TransactionEnd)}
    writers = _writers(history)
    follows: dict[str, set[str]] = defaultdict(set)
    for log in history.final.values():
        last: dict[str, str] = {}
        for _, value in log.committed:
            transaction = writers.get(value)
            if transaction is None or transaction not in ids:
                continue
            before = last.get(ids[transaction], transaction)
            if before != transaction:
                follows[transaction].add(before)
            last[ids[transaction]] = transaction
    for cycle in _cycles(follows):
        yield Anomaly("G0", f"the writes of {' and '.join(cycle)} are ordered both ways")


def _read_cycles(history: History) -> Iterator[Anomaly]:
    writers = _writers(history)
    follows: dict[str, set[str]] = defaultdict(set)
    for read in history.of(Read):
        if read.transaction is None:
            continue
        for _, value in read.records:
            writer = writers.get(value)
            if writer is not None and writer != read.transaction:
                follows[read.transaction].add(writer)
            elif writer is not None:
                yield Anomaly("G1c", f"{read.transaction} read its own {value} as committed")
    for cycle in _cycles(follows):
        yield Anomaly("G1c", f"{' and '.join(cycle)} read from each other")


def _writers(history: History) -> dict[str, str]:
    return {
        value: write.transaction
        for write in history.of(Write)
        if write.transaction is not None
        for value in write.values
    }


def _cycles(follows: dict[str, set[str]]) -> Iterator[list[str]]:
    """What is left when everything is taken away, again and again, that follows nothing left."""
    left = {node: set(before) for node, before in follows.items()}
    while True:
        free = [node for node, before in left.items() if not before & left.keys()]
        if not free:
            break
        for node in free:
            del left[node]
    if left:
        yield sorted(left)


def _inexact(final: dict[TopicPartition, FinalLog], copying: Copying) -> Iterator[Anomaly]:
    wanted = [value for _, value in final[copying.source].committed]
    copies = [value.rpartition(COPY_MARK)[0] for _, value in final[copying.target].committed]
    if copies != wanted:
        missing = [value for value in wanted if value not in set(copies)]
        yield Anomaly(
            "copy",
            f"{copying.target} has {len(copies)} records for {len(wanted)} of {copying.source}; "
            f"missing {missing[:5]}",
        )
