"""`leader-epoch-checkpoint`: at which offset each leader epoch began.

A consumer that lost contact asks where the epoch it knew ended, and so finds out whether records it
has read were truncated meanwhile (KIP-101, KIP-320). Entries rise in epoch and in start offset.

The file is text: version 0, the number of entries, then `epoch start_offset` lines. It is written
before the offsets it covers count as recovered; behind the recovery point the scan finds the epochs
again in the batches themselves.
"""

from bisect import bisect_right

from odradek.broker.log.checkpoint_files import format_checkpoint, parse_checkpoint

FILE_NAME = "leader-epoch-checkpoint"
UNDEFINED_EPOCH = -1
UNDEFINED_OFFSET = -1


class LeaderEpochCache:
    """The entries of one partition."""

    __slots__ = ("_epochs", "_start_offsets", "is_dirty")

    def __init__(self, entries: list[tuple[int, int]]) -> None:
        self._epochs = [epoch for epoch, _ in entries]
        self._start_offsets = [start for _, start in entries]
        self.is_dirty = False

    def __len__(self) -> int:
        return len(self._epochs)

    @property
    def latest_epoch(self) -> int:
        return self._epochs[-1] if self._epochs else UNDEFINED_EPOCH

    @property
    def entries(self) -> list[tuple[int, int]]:
        """`(epoch, start_offset)` in order."""
        return list(zip(self._epochs, self._start_offsets, strict=True))

    def assign(self, epoch: int, start_offset: int) -> None:
        """Note that `epoch` is in force from `start_offset` on; older epochs are ignored."""
        if epoch > self.latest_epoch:
            self._epochs.append(epoch)
            self._start_offsets.append(start_offset)
            self.is_dirty = True

    def epoch_for_offset(self, offset: int) -> int:
        """The epoch in which the record at `offset` was written."""
        entry = bisect_right(self._start_offsets, offset) - 1
        return self._epochs[entry] if entry >= 0 else UNDEFINED_EPOCH

    def end_offset_for(self, epoch: int, log_end_offset: int) -> tuple[int, int]:
        """The largest known epoch not above `epoch`, and the offset at which it ended.

        The latest epoch has not ended: it answers the log end offset. An epoch above it is unknown
        and answers (-1, -1). One below the first answers itself with where the first began.
        """
        if epoch == UNDEFINED_EPOCH or epoch > self.latest_epoch:
            return UNDEFINED_EPOCH, UNDEFINED_OFFSET
        if not self._epochs:
            return epoch, log_end_offset
        if epoch == self.latest_epoch:
            return epoch, log_end_offset
        higher = bisect_right(self._epochs, epoch)
        floor_epoch = self._epochs[higher - 1] if higher else epoch
        return floor_epoch, self._start_offsets[higher]

    def truncate_from_end(self, end_offset: int) -> None:
        """Forget epochs that began at or behind `end_offset`."""
        while self._start_offsets and self._start_offsets[-1] >= end_offset:
            self._epochs.pop()
            self._start_offsets.pop()
            self.is_dirty = True

    def truncate_from_start(self, start_offset: int) -> None:
        """Forget what lies before `start_offset`; the epoch in force there begins with it."""
        first = bisect_right(self._start_offsets, start_offset) - 1
        if first < 0 or self._start_offsets[first] == start_offset == self._start_offsets[0]:
            return
        del self._epochs[:first]
        del self._start_offsets[:first]
        self._start_offsets[0] = start_offset
        self.is_dirty = True

    def to_bytes(self) -> bytes:
        return format_checkpoint(f"{epoch} {start}" for epoch, start in self.entries)

    @classmethod
    def from_bytes(cls, path: str, content: bytes) -> "LeaderEpochCache":
        """Raises CorruptFileError."""
        return cls([(epoch, start) for epoch, start in parse_checkpoint(path, content, 2)])
