"""What readers saw while everything was going on.

skipped or foreign record   between two positions a reader got other records than there are
aborted read (G1a)          a read_committed reader got a record of an aborted transaction
early read                  ... or of one whose commit nobody had asked for yet
high watermark went back    and likewise the last stable offset: later answers show at least
                            what every answer showed that had arrived before they were asked for
"""

from collections.abc import Callable, Iterator
from itertools import groupby
from operator import attrgetter

from odradek.testing.simulation.checks.anomaly import Anomaly
from odradek.testing.simulation.checks.outcomes import outcomes
from odradek.testing.simulation.history import History, Read, TransactionEnd, Write


def find_read_anomalies(history: History) -> Iterator[Anomaly]:
    """All of them, over all readers."""
    reads = history.of(Read)
    yield from _wrong_records(history, reads)
    yield from _aborted_reads(history, reads)
    by_partition = sorted(reads, key=attrgetter("partition"))
    for _, group in groupby(by_partition, key=attrgetter("partition")):
        of_partition = list(group)
        yield from _gone_back(of_partition, "high watermark", attrgetter("high_watermark"))
        yield from _gone_back(of_partition, "last stable offset", attrgetter("last_stable_offset"))


def _wrong_records(history: History, reads: list[Read]) -> Iterator[Anomaly]:
    for read in reads:
        log = history.final[read.partition]
        stored = log.committed if read.is_committed_only else log.records
        wanted = {record for record in stored if read.fetch_offset <= record[0] < read.next_offset}
        got = set(read.records)
        offsets = [offset for offset, _ in read.records]
        if read.partition in history.tables:
            got &= wanted  # what was outdated since is no longer there
        if got != wanted or offsets != sorted(offsets):
            yield Anomaly(
                "skipped or foreign record",
                f"{read.client} read {read.partition} from {read.fetch_offset} to "
                f"{read.next_offset}; missing {sorted(wanted - got)}, too many "
                f"{sorted(got - wanted)}",
            )


def _aborted_reads(history: History, reads: list[Read]) -> Iterator[Anomaly]:
    ends = outcomes(history)
    transactions = {
        value: write.transaction
        for write in history.of(Write)
        if write.transaction is not None
        for value in write.values
    }
    asked_s = {end.transaction: end.begun_s for end in history.of(TransactionEnd) if end.is_commit}
    for read in reads:
        for offset, value in read.records if read.is_committed_only else ():
            transaction = transactions.get(value)
            if transaction is None:
                continue
            where = f"{read.client} read {value} of {transaction} at {read.partition} {offset}"
            if ends[transaction] is False:
                yield Anomaly("aborted read (G1a)", f"{where}, which was not committed")
            elif read.ended_s < asked_s[transaction]:
                yield Anomaly("early read", f"{where}, before its commit was asked for")


def _gone_back(reads: list[Read], name: str, end_of: Callable[[Read], int]) -> Iterator[Anomaly]:
    answered = sorted(reads, key=attrgetter("ended_s"))
    highest, position = -1, 0
    for read in sorted(reads, key=attrgetter("begun_s")):
        while position < len(answered) and answered[position].ended_s < read.begun_s:
            highest = max(highest, end_of(answered[position]))
            position += 1
        if end_of(read) < highest:
            yield Anomaly(
                f"{name} went back",
                f"{read.client} was told {end_of(read)} for {read.partition}, after {highest}",
            )
