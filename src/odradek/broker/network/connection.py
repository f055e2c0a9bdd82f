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

A turn is bounded, too: a client that has sent thousands of requests has some of them handled, and
the rest after everybody else has had a turn. Reading goes on meanwhile only into the room there is.

What breaks here (a frame that makes no sense, a bug in a handler) closes this connection only.
"""

import asyncio
from collections import deque
from collections.abc import Callable

from odradek.broker.network.receive_buffer import FrameSizeError, ReceiveBuffer
from odradek.broker.network.socket_transport import SocketTransport
from odradek.broker.request import CloseConnection, PendingResponse
from odradek.broker.requests.dispatch import Dispatch, Reply
from odradek.broker.runtime import Broker
from odradek.protocol.declaration import Buffer, Piece
from odradek.protocol.errors import DecodeError

UNSENT_REPLIES_MAX = 1024
TURN_PRODUCES_MAX = 256
TURN_ROUNDS_MAX = 16
JOINED_BYTES_MAX = 32 * 1024
IN_MEMORY = (bytes, bytearray, memoryview)


class Connection:
    """The protocol that a transport drives for one accepted socket; `on_lost` hears of its end."""

    def __init__(
        self, broker: Broker, dispatch: Dispatch, on_lost: Callable[["Connection"], None]
    ) -> None:
        self._broker = broker
        self._dispatch = dispatch
        self._on_lost = on_lost
        self._received = ReceiveBuffer(broker.frame_bytes_max, broker.request_memory)
        self._replies: deque[Reply] = deque()
        self._parked: PendingResponse | None = None
        self._is_writable = True
        self._is_closing = False
        self._is_read_paused = False
        self._is_turn_due = False
        self._has_received = True
        self._unsent_bytes = 0
        self._active_at_s = 0.0
        self.client_host = ""
        self.lost: asyncio.Future[None] = broker.loop.create_future()
        self._transport: SocketTransport

    # What the transport calls.

    def connection_made(self, transport: SocketTransport) -> None:
        self._transport = transport
        self.client_host = transport.peer_host
        transport.resume_reading()

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._received.free_space()

    def buffer_updated(self, nbytes: int) -> None:
        self._received.fill(nbytes)
        self._has_received = True
        self._take_turn()

    def pause_writing(self) -> None:
        self._is_writable = False

    def resume_writing(self) -> None:
        self._is_writable = True
        self._take_turn()

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_closing = True
        self._on_lost(self)
        for reply in self._replies:
            if reply.pending is not None:
                reply.pending.cancel()
        self._replies.clear()
        self._broker.request_memory.forget(self._try_reading)
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

    def idle_s(self, now_s: float) -> float:
        """For how long nothing came and nothing was taken, as far as earlier calls could see.

        A client that waits for an answer is not idle; one that does not take its answers is.
        """
        unsent_bytes = self._transport.unsent_bytes
        is_waiting = bool(self._replies) and not unsent_bytes
        if self._has_received or is_waiting or unsent_bytes != self._unsent_bytes:
            self._has_received = False
            self._unsent_bytes = unsent_bytes
            self._active_at_s = now_s
        return now_s - self._active_at_s

    # One turn.

    def _take_turn(self) -> None:
        if self._is_turn_due:
            self._throttle_reading()
            return
        rounds = TURN_ROUNDS_MAX
        try:
            while rounds > 0 and (taken := self._handle_frames()):
                rounds -= taken
                self._write_and_send()
            self._write_and_send()
        except (DecodeError, FrameSizeError, CloseConnection) as error:
            self._give_up(str(error))
        except Exception:  # noqa: BLE001 - a bug costs this connection, never the broker
            self._broker.client_log.exception("request failed", client=self.client_host)
            self._give_up("a request failed inside the broker")
        else:
            self._throttle_reading()
            if rounds <= 0:
                self._is_turn_due = True
                self._broker.loop.call_soon(self._take_due_turn)

    def _take_due_turn(self) -> None:
        """Go on after others had their turn."""
        self._is_turn_due = False
        if not self._is_closing:
            self._take_turn()

    def _write_and_send(self) -> None:
        self._broker.write_staged()
        self._send_ready_replies()

    def _give_up(self, reason: str) -> None:
        """Answer what came before the fault, then close."""
        self._broker.client_log.info("closing connection", client=self.client_host, reason=reason)
        try:
            self._write_and_send()
        except Exception:  # noqa: BLE001 - the fault was in answering
            self._broker.client_log.exception("reply failed", client=self.client_host)
        self.close()

    def _handle_frames(self) -> int:
        """Handle what is here; 0 when there is no more to do, else how many rounds this took.

        An answer that may be large leaves before the next request is handled: it is a round. So
        many produces that others have waited long enough are all that a turn has.
        """
        for _ in range(TURN_PRODUCES_MAX):
            if not self._is_writable or self._parked is not None or self._is_closing:
                return 0
            if len(self._replies) >= UNSENT_REPLIES_MAX:
                return 0
            frame = self._received.next_frame()
            if frame is None:
                return 0
            reply = self._dispatch(self._broker, frame, self.client_host)
            if reply is None:
                continue
            self._replies.append(reply)
            if reply.pending is not None:
                self._await_response(reply.pending, reply.is_pipelined)
            if not reply.is_pipelined:
                return 1
        return TURN_ROUNDS_MAX

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
        elif not has_room:
            if self._received.is_starved:
                self._broker.request_memory.wait(self._try_reading)
            if not self._is_read_paused:
                self._is_read_paused = True
                self._transport.pause_reading()

    def _try_reading(self) -> None:
        if not self._is_closing:
            self._throttle_reading()
