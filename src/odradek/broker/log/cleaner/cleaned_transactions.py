"""Which transactional batches are aborted, and which markers nobody needs any more.

Fed with the batches of a log in order. Records of an aborted transaction go at once. Its marker
stays as long as any of its batches may still be there for a reader, and so does its entry in the
transaction index; that of a committed transaction stays while the transaction has records left.
"""

from collections.abc import Iterable

from odradek.broker.log.transaction_index import AbortedTransaction
from odradek.protocol.records.batch import BatchHeader


class CleanedTransactions:
    """`aborted` are all that reach into the batches which will be shown."""

    def __init__(self, aborted: Iterable[AbortedTransaction]) -> None:
        self._coming = sorted(aborted, key=lambda one: one.first_offset, reverse=True)
        self._aborted: dict[int, AbortedTransaction] = {}
        self._with_batches: set[int] = set()
        self._committed: set[int] = set()
        self.kept: list[AbortedTransaction] = []
        """Aborted transactions of which batches were seen: they belong into the new index."""

    def is_aborted(self, header: BatchHeader) -> bool:
        """Whether a batch of data belongs to an aborted transaction."""
        self._begin_until(header.last_offset)
        if not header.is_transactional:
            return False
        aborted = self._aborted.get(header.producer_id)
        # One that ended before may have lost its marker, or the batches begin behind that.
        if aborted is not None and header.last_offset < aborted.last_offset:
            self._with_batches.add(header.producer_id)
            return True
        self._committed.add(header.producer_id)
        return False

    def is_needless(self, header: BatchHeader, *, is_abort: bool) -> bool:
        """Whether nothing is left of the transaction that this marker ends."""
        self._begin_until(header.last_offset)
        if not is_abort:
            was_seen = header.producer_id in self._committed
            self._committed.discard(header.producer_id)
            return not was_seen
        aborted = self._aborted.pop(header.producer_id, None)
        had_batches = header.producer_id in self._with_batches
        self._with_batches.discard(header.producer_id)
        if aborted is None or not had_batches:
            return True
        self.kept.append(aborted)
        return False

    def _begin_until(self, offset: int) -> None:
        while self._coming and self._coming[-1].first_offset <= offset:
            aborted = self._coming.pop()
            self._aborted[aborted.producer_id] = aborted
