"""The bytes a client has sent and nobody has handled yet, cut into frames without copying.

A frame is a 4-byte size and that many bytes. The buffer grows only as bytes arrive, at most
doubling each time, so a length field alone allocates nothing; what it grows to is claimed from the
memory that all buffers share. Views handed out by `next_frame` are valid until the next
`make_room`.
"""

import struct

from odradek.broker.request_memory import RequestMemory

INITIAL_BYTES = 16 * 1024
BUSY_BYTES_MAX = 256 * 1024
HEADER_BYTES_MIN = 8
SIZE_BYTES = 4
_SIZE = struct.Struct(">i")


class FrameSizeError(Exception):
    """A frame claims a size that no request can have."""


class ReceiveBuffer:
    """A bytearray with handled bytes before `_start` and free space behind `_end`."""

    def __init__(self, max_frame_bytes: int, memory: RequestMemory) -> None:
        self._max_frame_bytes = max_frame_bytes
        self._memory = memory
        self._claimed_bytes = 0
        self.is_starved = False
        """Whether the last `make_room` failed because the shared memory is used up."""
        self._buffer = bytearray(INITIAL_BYTES)
        self._view = memoryview(self._buffer)
        self._start = 0
        self._end = 0

    def free_space(self) -> memoryview:
        """Where the next bytes go; never empty after `make_room` returned True."""
        return self._view[self._end :]

    def fill(self, received_bytes: int) -> None:
        """Count bytes that arrived in `free_space`."""
        self._end += received_bytes

    def next_frame(self) -> memoryview | None:
        """Return the next complete frame without its size, or None until more bytes arrive."""
        start = self._start + SIZE_BYTES
        if start > self._end:
            return None
        size: int = _SIZE.unpack_from(self._buffer, self._start)[0]
        if not HEADER_BYTES_MIN <= size <= self._max_frame_bytes:
            raise FrameSizeError(
                f"a frame of {size} bytes; a request has {HEADER_BYTES_MIN} to "
                f"{self._max_frame_bytes} (socket.request.max.bytes)"
            )
        end = start + size
        if end > self._end:
            return None
        self._start = end
        return self._view[start:end]

    def make_room(self) -> bool:
        """Prepare space for the next read; False if there is none for now.

        Then only handling frames can make any, or, if `is_starved`, somebody else's end.
        """
        was_filled = self._end == len(self._buffer)
        if self._start == self._end:
            self._start = self._end = 0
            if self._claimed_bytes and self._memory.is_scarce:
                self.shrink()
                return True
            if not was_filled:
                return True
        wanted = self._wanted_bytes()
        if self._start and (was_filled or self._start + wanted > len(self._buffer)):
            self._move_to_front()
        if self._end < len(self._buffer) and not was_filled:
            return True
        is_granted = self._grow(wanted)
        has_room = self._end < len(self._buffer)
        self.is_starved = not (is_granted or has_room)
        return has_room

    def shrink(self) -> None:
        """Give memory back once everything that came was handled."""
        if self._start == self._end and len(self._buffer) > INITIAL_BYTES:
            self._replace(INITIAL_BYTES)
            self._release()

    def discard(self) -> None:
        """Give all memory back at once: the client is gone."""
        self._view = memoryview(b"")
        self._buffer = bytearray()
        self._start = self._end = 0
        self._release()

    def _release(self) -> None:
        claimed_bytes, self._claimed_bytes = self._claimed_bytes, 0
        self._memory.release(claimed_bytes)

    def _wanted_bytes(self) -> int:
        """The size of the frame that is arriving, as far as it is known and possible."""
        if self._end - self._start < SIZE_BYTES:
            return SIZE_BYTES
        size: int = _SIZE.unpack_from(self._buffer, self._start)[0]
        return SIZE_BYTES + min(max(size, 0), self._max_frame_bytes)

    def _move_to_front(self) -> None:
        pending = self._end - self._start
        self._view[:pending] = self._view[self._start : self._end]
        self._start, self._end = 0, pending

    def _grow(self, wanted_bytes: int) -> bool:
        """Double, up to the frame that is arriving or to what a busy pipeline deserves.

        False when the shared memory has nothing left to begin with.
        """
        limit = max(wanted_bytes, BUSY_BYTES_MAX)
        size = min(2 * len(self._buffer), limit)
        if size <= len(self._buffer):
            return True
        if self._claimed_bytes < limit:
            if not self._memory.claim(limit - self._claimed_bytes):
                return False
            self._claimed_bytes = limit
        self._replace(size)
        return True

    def _replace(self, size: int) -> None:
        pending = self._end - self._start
        buffer = bytearray(size)
        buffer[:pending] = self._view[self._start : self._end]
        self._buffer = buffer
        self._view = memoryview(buffer)
        self._start, self._end = 0, pending
