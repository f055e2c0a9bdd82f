"""Acknowledged records are where they were said to be, once, and in order.

lost write           an acknowledged record is not in the final log (of a table: see `tables`)
inconsistent offset  an offset had one record for one observer and another for the next
duplicate            a record of an idempotent producer is there twice
reordered            a record of an idempotent producer stands behind a later one
nonmonotonic send    a later batch of a producer was acknowledged at a lower offset
"""

from collections.abc import Iterator

from odradek.testing.simulation.checks.anomaly import Anomaly
from odradek.testing.simulation.checks.outcomes import outcomes
from odradek.testing.simulation.history import History, Read, TopicPartition, Write


def find_write_anomalies(history: History) -> Iterator[Anomaly]:
    """All of them, over all partitions."""
    yield from _lost_writes(history)
    yield from _inconsistent_offsets(history)
    yield from _repeated_or_reordered(history)
    yield from _nonmonotonic_sends(history)


def _promised_writes(history: History) -> Iterator[Write]:
    """Acknowledged writes whose transaction, if any, was acknowledged as committed."""
    ends = outcomes(history)
    for write in history.of(Write):
        if not (write.is_done and write.is_promised):
            continue
        if write.transaction is None or ends[write.transaction] is True:
            yield write


def _lost_writes(history: History) -> Iterator[Anomaly]:
    final = {partition: dict(log.committed) for partition, log in history.final.items()}
    for write in _promised_writes(history):
        if write.partition in history.tables:
            continue
        stored = final[write.partition]
        for offset, value in enumerate(write.values, write.base_offset):
            if stored.get(offset) != value:
                yield Anomaly(
                    "lost write",
                    f"{value} was acknowledged at {write.partition} offset {offset}, where there "
                    f"is {stored.get(offset)}",
                )


def _inconsistent_offsets(history: History) -> Iterator[Anomaly]:
    known: dict[tuple[TopicPartition, int], str] = {}

    def observe(partition: TopicPartition, offset: int, value: str, who: str) -> Iterator[Anomaly]:
        before = known.setdefault((partition, offset), value)
        if before != value:
            yield Anomaly(
                "inconsistent offset",
                f"{partition} offset {offset} was {before}, and {value} for {who}",
            )

    for write in history.of(Write):
        if write.is_done and write.is_promised:
            for offset, value in enumerate(write.values, write.base_offset):
                yield from observe(write.partition, offset, value, write.client)
    for read in history.of(Read):
        for offset, value in read.records:
            yield from observe(read.partition, offset, value, read.client)
    for partition, log in history.final.items():
        for offset, value in log.records:
            yield from observe(partition, offset, value, "the final log")


def _repeated_or_reordered(history: History) -> Iterator[Anomaly]:
    numbered = {
        value: write for write in history.of(Write) if write.is_idempotent for value in write.values
    }
    for partition, log in history.final.items():
        places = {value: offset for offset, value in reversed(log.records)}
        for offset, value in log.records:
            if value in numbered and places[value] != offset:
                yield Anomaly(
                    "duplicate", f"{value} is at {partition} offsets {places[value]} and {offset}"
                )
    yield from _reordered(history)


def _reordered(history: History) -> Iterator[Anomaly]:
    last: dict[tuple[str, TopicPartition], tuple[int, str]] = {}
    places = {
        partition: {value: offset for offset, value in log.records}
        for partition, log in history.final.items()
    }
    for write in history.of(Write):
        if not write.is_idempotent:
            continue
        for value in write.values:
            offset = places[write.partition].get(value)
            if offset is None:
                continue
            before = last.get((write.client, write.partition), (-1, ""))
            if offset < before[0]:
                yield Anomaly(
                    "reordered",
                    f"{value} stands at {write.partition} offset {offset}, behind it at "
                    f"{before[0]} the earlier {before[1]}",
                )
            last[write.client, write.partition] = offset, value


def _nonmonotonic_sends(history: History) -> Iterator[Anomaly]:
    last: dict[tuple[str, TopicPartition], Write] = {}
    for write in history.of(Write):
        if not (write.is_done and write.is_promised):
            continue
        before = last.get((write.client, write.partition))
        if before is not None and write.is_idempotent and write.base_offset <= before.base_offset:
            yield Anomaly(
                "nonmonotonic send",
                f"{write.values[0]} was acknowledged at {write.partition} offset "
                f"{write.base_offset}, after {before.values[0]} at {before.base_offset}",
            )
        last[write.client, write.partition] = write
