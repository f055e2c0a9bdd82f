"""Which offsets of a partition are not decided yet.

A transaction is ongoing from its first batch to its marker, and *ending* from its marker until the
high watermark has passed that: only then is its end safe from a power loss. The last stable offset
is the first offset of any of both; who reads committed data alone stops there.
"""

from collections.abc import Iterable

NO_TRANSACTION = -1


class OngoingTransactions:
    """First offsets; `first_unstable_offset` is the lowest of them, or -1."""

    __slots__ = ("_ending", "_ongoing", "first_unstable_offset")

    def __init__(self, ongoing: Iterable[tuple[int, int]]) -> None:
        # First offsets rise as transactions begin, so the first key is the lowest.
        self._ongoing = dict(sorted(ongoing))
        self._ending: dict[int, int] = {}
        self.first_unstable_offset = NO_TRANSACTION
        self._refresh()

    def __len__(self) -> int:
        return len(self._ongoing)

    @property
    def has_ending(self) -> bool:
        return bool(self._ending)

    def begin(self, first_offset: int, producer_id: int) -> None:
        """A producer wrote the first batch of a transaction."""
        self._ongoing[first_offset] = producer_id
        if self.first_unstable_offset == NO_TRANSACTION:
            self.first_unstable_offset = first_offset

    def end(self, first_offset: int, marker_offset: int) -> int:
        """Its marker is in the log; return the last stable offset once that is safe."""
        del self._ongoing[first_offset]
        self._ending[first_offset] = marker_offset
        return next(iter(self._ongoing), marker_offset + 1)

    def release(self, high_watermark: int) -> None:
        """Markers below the high watermark are safe."""
        self._ending = {
            first_offset: marker_offset
            for first_offset, marker_offset in self._ending.items()
            if marker_offset >= high_watermark
        }
        self._refresh()

    def take_back(self, first_after: int, first_before: int, producer_id: int) -> None:
        """Undo a beginning (`first_after`) or an end (`first_before`)."""
        if first_after != NO_TRANSACTION:
            del self._ongoing[first_after]
        if first_before != NO_TRANSACTION:
            del self._ending[first_before]
            self._ongoing = dict(sorted([*self._ongoing.items(), (first_before, producer_id)]))
        self._refresh()

    def _refresh(self) -> None:
        first = next(iter(self._ongoing), NO_TRANSACTION)
        if self._ending:
            first_ending = min(self._ending)
            first = first_ending if first == NO_TRANSACTION else min(first, first_ending)
        self.first_unstable_offset = first
