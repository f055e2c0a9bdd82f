"""Walking a segment file from header to header, without reading what lies between.

Small batches share one read; a batch that reaches beyond the piece read is stepped over. Costs
about a microsecond a batch, so callers start from an index entry, not from the beginning.
"""

from collections.abc import Iterator

from odradek.broker.log.errors import CorruptFileError
from odradek.broker.log.handles import FileHandles
from odradek.protocol.records.batch import HEADER, HEADER_BYTES, BatchHeader

PIECE_BYTES = 16 * 1024


def walk_headers(
    handles: FileHandles, path: str, position: int, end: int
) -> Iterator[tuple[int, BatchHeader]]:
    """Position and header of every batch in [position, end), which must start on a boundary.

    Raises CorruptFileError when there is no header where one must be.
    """
    piece, piece_start = b"", position
    while position < end:
        within = position - piece_start
        if within + HEADER_BYTES > len(piece):
            piece = handles.files.pread(
                handles.descriptor(path), min(PIECE_BYTES, end - position), position
            )
            piece_start, within = position, 0
            if len(piece) < HEADER_BYTES:
                raise CorruptFileError(f"{path} has no batch header at {position}")
        header = BatchHeader._make(HEADER.unpack_from(piece, within))
        if header.size_bytes < HEADER_BYTES:
            raise CorruptFileError(f"{path} has a batch of {header.size_bytes} bytes at {position}")
        yield position, header
        position += header.size_bytes
