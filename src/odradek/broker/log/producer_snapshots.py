"""The `.snapshot` files of a partition: producer states at an offset, the newest kept.

One is written when a segment is rolled and at a clean stop, empty ones included, so that recovery
never has to look further back than the last roll. At least two are kept, and always one at or below
the beginning of the segment that holds the recovery point: a newer one may not have reached the
disk before a power loss, and the segment's transactions are replayed from its beginning.
"""

from odradek.broker.log.errors import CorruptFileError
from odradek.broker.log.files import Files
from odradek.broker.log.producer_snapshot_file import decode_snapshot, encode_snapshot
from odradek.broker.log.producer_state import ProducerStateManager
from odradek.broker.log.segment import SNAPSHOT_SUFFIX, offset_name
from odradek.event_log import get_logger

logger = get_logger(__name__)

SNAPSHOTS_KEPT = 2


class ProducerSnapshots:
    """Which snapshots exist, by offset, oldest first."""

    __slots__ = ("_directory", "_files", "_offsets")

    def __init__(self, files: Files, directory: str, offsets: list[int]) -> None:
        self._files = files
        self._directory = directory
        self._offsets = sorted(offsets)

    @property
    def newest_offset(self) -> int:
        """-1 when there is none."""
        return self._offsets[-1] if self._offsets else -1

    def path(self, offset: int) -> str:
        return f"{self._directory}/{offset_name(offset)}{SNAPSHOT_SUFFIX}"

    def write(self, offset: int, producers: ProducerStateManager) -> str:
        """Write the snapshot at `offset` and return its path."""
        path = self.path(offset)
        self._files.write_file(path, encode_snapshot(producers))
        if offset not in self._offsets:
            self._offsets = sorted([*self._offsets, offset])
        return path

    def remove_old(self, scanned_from: int) -> None:
        """Remove what recovery, which scans from this segment on, will not ask for."""
        while len(self._offsets) > SNAPSHOTS_KEPT and self._offsets[1] <= scanned_from:
            self._files.unlink(self.path(self._offsets[0]))
            del self._offsets[0]

    def load_newest(self, at_most: int) -> tuple[int, ProducerStateManager]:
        """The newest intact snapshot not above `at_most`; (-1, empty) when there is none."""
        for offset in reversed(self._offsets):
            if offset <= at_most:
                path = self.path(offset)
                try:
                    return offset, decode_snapshot(path, self._files.read_file(path))
                except CorruptFileError as error:
                    logger.warning("ignoring a producer snapshot", reason=str(error))
        return -1, ProducerStateManager({})

    def remove_above(self, offset: int) -> None:
        """Remove snapshots of offsets that the log no longer reaches."""
        while self._offsets and self._offsets[-1] > offset:
            self._files.unlink(self.path(self._offsets[-1]))
            self._offsets.pop()
