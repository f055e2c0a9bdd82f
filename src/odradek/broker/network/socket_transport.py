"""One accepted socket as an asyncio transport that can also send files.

asyncio's transports hide their socket, so records would have to be read into memory to be sent.
This one owns the socket: batches go from the page cache to the network without passing through
Python (`sendfile`), which is most of what serving a consumer costs. It calls its protocol as
asyncio calls a `BufferedProtocol`.

What the socket does not take at once waits here, in order. The protocol is asked to pause above
`WRITE_HIGH_WATER_BYTES` and to go on below a quarter of it; how much waits beyond that is therefore
one turn's replies. A file that waits is held open, not read.
"""

import asyncio
import socket
from collections import deque
from typing import Protocol

from odradek.protocol.declaration import Piece

WRITE_HIGH_WATER_BYTES = 256 * 1024
WRITE_LOW_WATER_BYTES = WRITE_HIGH_WATER_BYTES // 4

# Linux alone can be told that a packet goes on in the next call.
_IN_MEMORY = (bytes, bytearray, memoryview)
_MSG_MORE = getattr(socket, "MSG_MORE", 0)


class SocketProtocol(Protocol):
    """What a transport calls; asyncio's BufferedProtocol has these."""

    def get_buffer(self, sizehint: int) -> memoryview: ...

    def buffer_updated(self, nbytes: int) -> None: ...

    def pause_writing(self) -> None: ...

    def resume_writing(self) -> None: ...

    def connection_lost(self, exc: Exception | None) -> None: ...


class SocketTransport:
    """Reads into and writes for one protocol; begins with `start`."""

    __slots__ = (
        "_descriptor",
        "_is_closing",
        "_is_finished",
        "_is_full",
        "_is_reading",
        "_loop",
        "_protocol",
        "_socket",
        "_unsent",
        "_unsent_bytes",
        "peer_host",
    )

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        accepted: socket.socket,
        protocol: SocketProtocol,
        peer_host: str,
    ) -> None:
        accepted.setblocking(False)
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        accepted.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self.peer_host = peer_host
        self._loop = loop
        self._socket = accepted
        self._descriptor = accepted.fileno()
        self._protocol = protocol
        self._unsent: deque[tuple[Piece, int]] = deque()
        self._unsent_bytes = 0
        self._is_reading = False
        self._is_full = False
        self._is_closing = False
        self._is_finished = False

    @property
    def unsent_bytes(self) -> int:
        """What waits for the client to take it."""
        return self._unsent_bytes

    # Reading.

    def resume_reading(self) -> None:
        """Read whenever something is there; how a transport begins, too."""
        if not self._is_reading and not self._is_closing:
            self._is_reading = True
            self._loop.add_reader(self._descriptor, self._read)

    def pause_reading(self) -> None:
        """Leave what comes in the socket, and so with the client."""
        if self._is_reading:
            self._is_reading = False
            self._loop.remove_reader(self._descriptor)

    def _read(self) -> None:
        try:
            received = self._socket.recv_into(self._protocol.get_buffer(-1))
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            self._end(error)
            return
        if received:
            self._protocol.buffer_updated(received)
        else:
            self.close()

    # Writing.

    def write(self, data: Piece, *, is_followed: bool = False) -> None:
        """Send in order; `is_followed` promises more at once, so that both share a packet."""
        if self._is_finished:
            return
        sent = 0
        if not self._unsent:
            try:
                sent = self._send(data, 0, is_followed)
            except OSError as error:
                self._end(error)
                return
            if sent == len(data):
                return
            self._loop.add_writer(self._descriptor, self._send_rest)
        self._unsent.append((data, sent))
        self._unsent_bytes += len(data) - sent
        if self._unsent_bytes > WRITE_HIGH_WATER_BYTES and not self._is_full:
            self._is_full = True
            self._protocol.pause_writing()

    def _send(self, data: Piece, start: int, is_followed: bool) -> int:
        """How many bytes the socket took from `start` on; 0 when it is full."""
        try:
            if isinstance(data, _IN_MEMORY):
                rest = memoryview(data)[start:] if start else data
                return self._socket.send(rest, _MSG_MORE if is_followed else 0)
            return data.send(self._descriptor, start)
        except (BlockingIOError, InterruptedError):
            return 0

    def _send_rest(self) -> None:
        """Send one piece's worth at a time, so that one fast reader cannot hold up the loop."""
        data, start = self._unsent[0]
        try:
            sent = self._send(data, start, is_followed=False)
        except OSError as error:
            self._end(error)
            return
        self._unsent_bytes -= sent
        if start + sent < len(data):
            self._unsent[0] = (data, start + sent)
        else:
            self._unsent.popleft()
        if not self._unsent:
            self._loop.remove_writer(self._descriptor)
            if self._is_closing:
                self._end(None)
        if self._is_full and self._unsent_bytes <= WRITE_LOW_WATER_BYTES:
            self._is_full = False
            self._protocol.resume_writing()

    # Ending.

    def close(self) -> None:
        """Send what waits, then close."""
        if self._is_closing:
            return
        self.pause_reading()
        self._is_closing = True
        if not self._unsent:
            self._end(None)

    def abort(self) -> None:
        """Close now, whatever waits."""
        self._end(None)

    def _end(self, error: Exception | None) -> None:
        if self._is_finished:
            return
        self.pause_reading()
        self._is_closing = self._is_finished = True
        if self._unsent:
            self._loop.remove_writer(self._descriptor)
            self._unsent.clear()
            self._unsent_bytes = 0
        self._loop.call_soon(self._finish, error)

    def _finish(self, error: Exception | None) -> None:
        try:
            self._protocol.connection_lost(error)
        finally:
            self._socket.close()
