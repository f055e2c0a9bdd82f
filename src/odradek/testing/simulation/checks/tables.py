"""Compaction keeps every key's latest value, and in the end nothing else.

lost value      a committed value of a table is missing, though nothing can have replaced it
early deletion  ... or a tombstone, before its time was over
came back       a value is there although a tombstone behind it has been there
not compacted   long after the cleaner had its chance a key is there twice, or a tombstone still

Whether offsets stay as they are, is judged with all other offsets (`writes`).
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from odradek.testing.simulation.checks.anomaly import Anomaly
from odradek.testing.simulation.checks.outcomes import outcomes
from odradek.testing.simulation.history import History, Read, Table, TopicPartition, Write
from odradek.testing.simulation.texts import is_tombstone, key_of

ALWAYS = float("inf")


def find_table_anomalies(history: History) -> Iterator[Anomaly]:
    """All of them, over all compacted partitions."""
    for partition, table in history.tables.items():
        yield from _Judge(history, partition, table).find()


@dataclass(frozen=True, slots=True)
class _View:
    """What somebody saw of the offsets from `start` to `end`, at a time."""

    who: str
    at_s: float
    start: int
    end: int
    records: frozenset[tuple[int, str]]


class _Judge:
    """Compares what was seen of one partition with what is known to have been committed."""

    def __init__(self, history: History, partition: TopicPartition, table: Table) -> None:
        self._partition = partition
        self._table = table
        self._final = history.final[partition]
        self._writes = [each for each in history.of(Write) if each.partition == partition]
        self._ends = outcomes(history)
        self._reads = [each for each in history.of(Read) if each.partition == partition]
        self._begun_s = {text: each.begun_s for each in self._writes for text in each.values}
        self._committed = self._known_to_be_committed()
        self._replacing = self._possible_successors()

    def find(self) -> Iterator[Anomaly]:
        for read in self._reads:
            seen = frozenset(read.records)
            view = _View(read.client, read.ended_s, read.fetch_offset, read.next_offset, seen)
            yield from self._missing(view)
        final = frozenset(self._final.committed)
        end = self._final.high_watermark
        yield from self._missing(_View("the final log", ALWAYS, 0, end, final))
        yield from self._came_back()
        yield from self._not_compacted()

    def _known_to_be_committed(self) -> set[tuple[int, str]]:
        known = set(self._final.committed)
        for read in self._reads:
            if read.is_committed_only:
                known.update(read.records)
        for write in self._writes:
            if write.is_done and write.is_promised and self._is_committed(write) is True:
                known.update(enumerate(write.values, write.base_offset))
        return known

    def _is_committed(self, write: Write) -> bool | None:
        return True if write.transaction is None else self._ends[write.transaction]

    def _possible_successors(self) -> dict[str, list[tuple[float, float]]]:
        """By key: when a write that may have been committed began, and its offset if it is known.

        One of which nobody knows the offset may be anywhere.
        """
        offsets = {text: offset for offset, text in self._committed}
        found: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for write in self._writes:
            if self._is_committed(write) is False:
                continue
            for place, text in enumerate(write.values):
                told = write.base_offset + place if write.is_done else ALWAYS
                found[key_of(text)].append((write.begun_s, offsets.get(text, told)))
        return found

    def _missing(self, view: _View) -> Iterator[Anomaly]:
        for offset, text in sorted(self._committed - view.records):
            if not view.start <= offset < view.end or self._is_replaced(text, offset, view.at_s):
                continue
            where = f"{text} of {self._partition} offset {offset} is missing for {view.who}"
            if not is_tombstone(text):
                yield Anomaly("lost value", where)
            elif view.at_s < self._begun_s[text] + self._table.delete_retention_s:
                yield Anomaly("early deletion", where)

    def _is_replaced(self, text: str, offset: int, at_s: float) -> bool:
        return any(
            begun_s < at_s and offset < successor
            for begun_s, successor in self._replacing[key_of(text)]
        )

    def _came_back(self) -> Iterator[Anomaly]:
        deleted: dict[str, int] = {}
        for offset, text in self._committed:
            if is_tombstone(text):
                deleted[key_of(text)] = max(offset, deleted.get(key_of(text), -1))
        there = set(self._final.committed)
        gone = {key: offset for key, offset in deleted.items() if self._is_gone(key, offset, there)}
        for offset, text in self._final.committed:
            if offset < gone.get(key_of(text), -1):
                yield Anomaly(
                    "came back",
                    f"{text} is at {self._partition} offset {offset}, and was deleted at "
                    f"{gone[key_of(text)]}, where the tombstone is gone",
                )

    def _is_gone(self, key: str, offset: int, there: set[tuple[int, str]]) -> bool:
        return not any(place == offset and key_of(text) == key for place, text in there)

    def _not_compacted(self) -> Iterator[Anomaly]:
        latest: dict[str, int] = {}
        for offset, text in self._final.committed:
            if offset >= self._table.cleaned_offset:
                break
            where = f"{text} is still at {self._partition} offset {offset}"
            if is_tombstone(text):
                yield Anomaly("not compacted", f"{where}: a tombstone")
            if key_of(text) in latest:
                yield Anomaly("not compacted", f"{where}, with an older record of its key")
            latest[key_of(text)] = offset
