"""Reading the segments that are cleaned, and writing the one that takes their place.

A new segment is written beside the old ones under the suffix `.cleaned`, with its indexes, and is
on stable storage before it has a name that counts.
"""

from collections.abc import Callable, Iterator

from odradek.broker.log.errors import CorruptFileError
from odradek.broker.log.files import Files
from odradek.broker.log.segment import (
    CLEANED_SUFFIX,
    INDEX_SUFFIX,
    SEGMENT_SUFFIXES,
    TIME_INDEX_SUFFIX,
    TRANSACTION_INDEX_SUFFIX,
    ActiveSegment,
)
from odradek.broker.log.transaction_index import AbortedTransaction, TransactionIndex
from odradek.protocol.records.batch import (
    CHECKSUMMED_FROM,
    HEADER,
    HEADER_BYTES,
    MAGIC,
    BatchHeader,
    parse_header,
)
from odradek.protocol.records.checksum import crc32c

READ_BYTES = 1024 * 1024
WRITE_BYTES = 1024 * 1024

Throttle = Callable[[int], None]
"""Called with every number of bytes read or written; may wait."""


def read_segment(
    files: Files, path: str, size_bytes: int, throttle: Throttle
) -> Iterator[tuple[BatchHeader, memoryview]]:
    """Every batch of a segment. Raises CorruptFileError where one is damaged."""
    descriptor = files.open_for_reading(path)
    try:
        position = 0
        piece_bytes = READ_BYTES
        while position < size_bytes:
            piece = files.pread(descriptor, min(piece_bytes, size_bytes - position), position)
            throttle(len(piece))
            taken = 0
            for header, batch in _whole_batches(path, position, piece):
                yield header, batch
                taken += len(batch)
            if not taken:
                piece_bytes = _bytes_needed(path, position, piece, size_bytes)
            position += taken
    finally:
        files.close(descriptor)


def _whole_batches(path: str, start: int, piece: bytes) -> Iterator[tuple[BatchHeader, memoryview]]:
    view = memoryview(piece)
    position = 0
    while len(piece) - position >= HEADER_BYTES:
        header = BatchHeader._make(HEADER.unpack_from(piece, position))
        end = position + header.size_bytes
        if header.magic != MAGIC or header.size_bytes < HEADER_BYTES:
            raise CorruptFileError(f"{path} has no batch at {start + position}")
        if end > len(piece):
            return
        if crc32c(view[position + CHECKSUMMED_FROM : end]) != header.crc:
            raise CorruptFileError(
                f"{path} has a batch with a wrong checksum at {start + position}"
            )
        yield header, view[position:end]
        position = end


def _bytes_needed(path: str, position: int, piece: bytes, size_bytes: int) -> int:
    """How much to read for a batch that is larger than a piece."""
    needed = parse_header(piece).size_bytes if len(piece) >= HEADER_BYTES else size_bytes
    if needed <= len(piece) or position + needed > size_bytes:
        raise CorruptFileError(f"{path} ends in the middle of the batch at {position}")
    return needed


class CleanedSegment:
    """A segment in the making."""

    def __init__(
        self,
        files: Files,
        directory: str,
        base_offset: int,
        index_interval_bytes: int,
        throttle: Throttle,
    ) -> None:
        self._files = files
        self._indexed = ActiveSegment(directory, base_offset, created_ms=0)
        self._interval_bytes = index_interval_bytes
        self._throttle = throttle
        self._pending: list[bytes] = []
        self._pending_bytes = 0
        path = self._indexed.log_path + CLEANED_SUFFIX
        self._descriptor = files.open(path, create=True)
        files.truncate(self._descriptor, 0)

    @property
    def size_bytes(self) -> int:
        return self._indexed.end_position

    def append(self, batch: bytes | memoryview) -> None:
        """Add a batch behind the others. Raises OSError."""
        header = parse_header(batch)
        self._indexed.stage_batch(header, header.last_offset, len(batch), self._interval_bytes)
        self._pending.append(bytes(batch))
        self._pending_bytes += len(batch)
        if self._pending_bytes >= WRITE_BYTES:
            self._write()

    def _write(self) -> None:
        self._files.write_all(self._descriptor, self._pending, self._indexed.size_bytes)
        self._indexed.commit_staged()
        self._throttle(self._pending_bytes)
        self._pending, self._pending_bytes = [], 0

    def finish(self, aborted: list[AbortedTransaction]) -> None:
        """Write the rest, and the indexes; all of it is on stable storage afterwards."""
        self._write()
        self._files.fdatasync(self._descriptor)
        self._indexed.seal()
        self._write_beside(INDEX_SUFFIX, self._indexed.offset_index.to_bytes())
        self._write_beside(TIME_INDEX_SUFFIX, self._indexed.time_index.to_bytes())
        index = TransactionIndex()
        for transaction in aborted:
            index.append(transaction)
        # Even when it is empty, so that it replaces an index that is not.
        self._write_beside(TRANSACTION_INDEX_SUFFIX, index.to_bytes())

    def _write_beside(self, suffix: str, content: bytes) -> None:
        self._files.write_file(self._indexed.stem + suffix + CLEANED_SUFFIX, content, sync=True)

    def close(self) -> None:
        """Close the file, finished or not."""
        self._files.close(self._descriptor)


def remove_cleaned(files: Files, stem: str) -> None:
    """Remove what a cleaning wrote and nobody wants."""
    for suffix in SEGMENT_SUFFIXES:
        path = stem + suffix + CLEANED_SUFFIX
        if files.exists(path):
            files.unlink(path)
