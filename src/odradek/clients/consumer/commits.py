"""What of the records handed out is processed, and how much of that is not committed yet.

Invariants: an offset to commit is that of the next record; offsets of a partition that is gone are
forgotten with it. Pure: no Kafka and no clock here.
"""

from collections.abc import Iterable, Sequence

from odradek.clients.consumer.record import ConsumedRecord
from odradek.clients.record import Partition


class Progress:
    """The state of one consumer."""

    def __init__(self) -> None:
        self._in_hand: Sequence[ConsumedRecord] = ()
        self._uncommitted: dict[Partition, int] = {}
        self.processed = 0
        """Records since the last commit."""

    def hand_out(self, records: Sequence[ConsumedRecord]) -> None:
        """The application has these now, and is done with those before."""
        self.settle()
        self._in_hand = records

    def settle(self) -> None:
        """The application is done with what it has."""
        for record in self._in_hand:
            self._uncommitted[record.place] = record.offset + 1
        self.processed += len(self._in_hand)
        self._in_hand = ()

    def drop(self) -> None:
        """The application is not done with what it has, and never will be."""
        self._in_hand = ()

    def uncommitted(self, partitions: Iterable[Partition] | None = None) -> dict[Partition, int]:
        """The offsets to commit, of these partitions or of all."""
        if partitions is None:
            return dict(self._uncommitted)
        wanted = set(partitions)
        return {place: offset for place, offset in self._uncommitted.items() if place in wanted}

    def note_commit(self, offsets: Iterable[Partition]) -> None:
        """These partitions are committed as far as they were processed."""
        self.forget(offsets)
        if not self._uncommitted:
            self.processed = 0

    def forget(self, partitions: Iterable[Partition]) -> None:
        """These partitions are somebody else's, or are read from another place now."""
        gone = set(partitions)
        for place in gone:
            self._uncommitted.pop(place, None)
        self._in_hand = [record for record in self._in_hand if record.place not in gone]
