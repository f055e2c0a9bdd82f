"""One client connection: frames in, replies out, in request order.

Every wakeup of the socket is one turn: all complete frames in the receive buffer are handled, then
what they staged is written to the logs in one go, then their replies leave together. Nothing that
points into the receive buffer outlives the turn. Only produces are taken together like this; after
any other request the turn pauses to send, so that a pipeline of reads costs the memory of one.

A response that is not ready (a parked Fetch, a produce waiting for the disk) holds its place in the
queue of replies; replies behind it wait, so order holds. Produce requests go on being handled
meanwhile, which is what lets one disk sync serve many of them; any other unready response stops the
connection from handling more, as Kafka does. A client that does not read its replies is not read
from either, so it costs one receive buffer and one response.

What breaks here (a frame that makes no sense, a bug in a handler) closes this connection only.
"""

import asyncio
from collections import deque

from odradek.broker.dispatch import Dispatch, Reply
from odradek.broker.receive_buffer import FrameSizeError, ReceiveBuffer
from odradek.broker.request import CloseConnection, PendingResponse
from odradek.broker.runtime import Broker
from odradek.broker.socket_transport import SocketTransport
from odradek.protocol.declaration import Buffer, Piece
from odradek.protocol.errors import DecodeError

UNSENT_REPLIES_MAX = 1024
JOINED_BYTES_MAX = 32 * 1024
IN_MEMORY = (bytes, bytearray, memoryview)


class Connection:
    """The protocol that a transport drives for one accepted socket; in `connections` while open."""

    def __init__(self, broker: Broker, dispatch: Dispatch, connections: set["Connection"]) -> None:
        self._broker = broker
        self._dispatch = dispatch
        self._connections = connections
        self._received = ReceiveBuffer(broker.frame_bytes_max)
        self._replies: deque[Reply] = deque()
        self._parked: PendingResponse | None = None
        self._is_writable = True
        self._is_closing = False
        self._is_read_paused = False
        self.client_host = ""
        self.lost: asyncio.Future[None] = broker.loop.create_future()
        self._transport: SocketTransport

    # What the transport calls.

    def connection_made(self, transport: SocketTransport) -> None:
        self._transport = transport
        self.client_host = transport.peer_host
        self._connections.add(self)
        self._broker.connection_meter.accepted += 1
        transport.resume_reading()

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._received.free_space()

    def buffer_updated(self, nbytes: int) -> None:
        self._received.fill(nbytes)
        self._take_turn()

    def pause_writing(self) -> None:
        self._is_writable = False

    def resume_writing(self) -> None:
        self._is_writable = True
        self._take_turn()

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_closing = True
        self._connections.discard(self)
        self._broker.connection_meter.closed += 1
        for reply in self._replies:
            if reply.pending is not None:
                reply.pending.cancel()
        self._replies.clear()
        self._received.discard()
        self.lost.set_result(None)

    # What the server calls.

    def close(self) -> None:
        """Send what is ready and close."""
        self._is_closing = True
        self._transport.close()

    def abort(self) -> None:
        """Close without sending what the client does not read."""
        self._transport.abort()

    def release_idle_memory(self) -> None:
        """Shrink the receive buffer if nothing is in it."""
        self._received.shrink()

    # One turn.

    def _take_turn(self) -> None:
        try:
            while self._handle_frames():
                self._write_and_send()
            self._write_and_send()
        except (DecodeError, FrameSizeError, CloseConnection) as error:
            self._give_up(str(error))
        except Exception:  # a bug costs this connection, never the broker
            self._broker.log.exception("request failed", client=self.client_host)
            self._give_up("a request failed inside the broker")
        else:
            self._throttle_reading()

    def _write_and_send(self) -> None:
        self._broker.write_staged()
        self._send_ready_replies()

    def _give_up(self, reason: str) -> None:
        """Answer what came before the fault, then close."""
        self._broker.log.info("closing connection", client=self.client_host, reason=reason)
        try:
            self._write_and_send()
        except Exception:  # the fault was in answering
            self._broker.log.exception("reply failed", client=self.client_host)
        self.close()

    def _handle_frames(self) -> bool:
        """Handle what is here; True to be called again once the answers have left.

        An answer that may be large leaves before the next request is handled.
        """
        while self._is_writable and self._parked is None and not self._is_closing:
            if len(self._replies) >= UNSENT_REPLIES_MAX:
                return False
            frame = self._received.next_frame()
            if frame is None:
                return False
            reply = self._dispatch(self._broker, frame, self.client_host)
            if reply is None:
                continue
            self._replies.append(reply)
            if reply.pending is not None:
                self._await_response(reply.pending, reply.is_pipelined)
            if not reply.is_pipelined:
                return True
        return False

    def _await_response(self, response: PendingResponse, is_pipelined: bool) -> None:
        if not is_pipelined:
            self._parked = response
        response.add_done_callback(self._on_response_ready)

    def _on_response_ready(self, response: PendingResponse) -> None:
        if self._is_closing or response.cancelled():
            return
        if self._parked is response:
            self._parked = None
        self._take_turn()

    def _send_ready_replies(self) -> None:
        parts: list[Piece] = []
        while self._replies and not self._is_closing:
            pending = self._replies[0].pending
            if pending is not None and not pending.done():
                break
            self._replies.popleft().encode(parts)
        if parts:
            self._send(parts)

    def _send(self, parts: list[Piece]) -> None:
        """Small neighbours leave as one buffer; large ones are passed on uncopied."""
        small: list[Buffer] = []
        for part in parts:
            if isinstance(part, IN_MEMORY) and len(part) < JOINED_BYTES_MAX:
                small.append(part)
                continue
            if small:
                self._transport.write(b"".join(small), is_followed=True)
                small = []
            self._transport.write(part)
        if small:
            self._transport.write(b"".join(small))

    def _throttle_reading(self) -> None:
        has_room = self._received.make_room()
        if has_room and self._is_read_paused:
            self._is_read_paused = False
            self._transport.resume_reading()
        elif not has_room and not self._is_read_paused:
            self._is_read_paused = True
            self._transport.pause_reading()
