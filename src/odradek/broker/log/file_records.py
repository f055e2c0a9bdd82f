"""Record batches that are still in their segment's file: what a large read returns.

They have a length, so they can stand in a response; the bytes move from the page cache to a socket
when they are sent, and never pass through Python. The file stays open as long as this object lives,
so a segment may be deleted meanwhile. What was below the high watermark when it was read never
changes: a log is cut only behind what its readers may see.
"""

from odradek.broker.log.handles import OpenFile


class FileRecords:
    """`size_bytes` bytes of whole batches from `position` on."""

    __slots__ = ("_file", "_position", "_size_bytes")

    def __init__(self, file: OpenFile, position: int, size_bytes: int) -> None:
        self._file = file
        self._position = position
        self._size_bytes = size_bytes

    def __len__(self) -> int:
        return self._size_bytes

    def __bytes__(self) -> bytes:
        """Read them after all."""
        file = self._file
        return file.files.pread(file.descriptor, self._size_bytes, self._position)

    def send(self, socket_descriptor: int, start: int) -> int:
        """Send on from byte `start`; how many bytes the socket took.

        Raises BlockingIOError when it takes none, OSError when the connection or the file is gone.
        """
        file = self._file
        sent = file.files.send_file(
            socket_descriptor, file.descriptor, self._position + start, self._size_bytes - start
        )
        if sent == 0:
            raise OSError(f"the segment ends {self._size_bytes - start} bytes too early")
        return sent
