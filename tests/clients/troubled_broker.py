"""A broker whose answers get lost, whose requests get lost, or which refuses: at a chosen produce.

An embedded broker tells its clients to connect to a proxy. The proxy takes each connection's
requests one after another and asks, for each Produce, what shall happen to it. So what retries do
is decided by the test and not by the moment at which something is killed.
"""

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.headers import (
    RequestHeader,
    decode_request_header,
    has_flexible_response_header,
)
from odradek.protocol.messages.produce import (
    PartitionProduceResponse,
    ProduceRequest,
    ProduceResponse,
    TopicProduceResponse,
)
from odradek.testing import EphemeralBroker

_SIZE = struct.Struct(">i")
_CORRELATION_ID = struct.Struct(">i")


@dataclass(frozen=True)
class Pass:
    """The request and its answer arrive."""


@dataclass(frozen=True)
class LoseRequest:
    """The connection breaks before the broker has the request."""


@dataclass(frozen=True)
class LoseAnswer:
    """The broker does what it was asked, and the connection breaks before it can say so."""


@dataclass(frozen=True)
class Refuse:
    """The broker never sees the request; the client gets this error for every partition."""

    error: ErrorCode


Fate = Pass | LoseRequest | LoseAnswer | Refuse
Script = Callable[[int], Fate]


def at(number: int, fate: Fate) -> Script:
    """This fate for that produce, counted from 1; all others pass."""
    return lambda each: fate if each == number else Pass()


class TroubledBroker:
    """A context manager; `script` says what happens to the n-th Produce request of all clients."""

    def __init__(self) -> None:
        self.script: Script = lambda _: Pass()
        self.produces = 0
        self._counting = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._sockets: set[socket.socket] = set()
        port = self._listener.getsockname()[1]
        self.bootstrap_servers = f"127.0.0.1:{port}"
        self.broker = EphemeralBroker(settings={"advertised.listeners": self.bootstrap_servers})

    def __enter__(self) -> Self:
        self.broker.start()
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for each in (self._listener, *self._sockets):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self.broker.close()

    def follow(self, script: Script) -> None:
        """Count from 1 again, with another script."""
        with self._counting:
            self.script = script
            self.produces = 0

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        host, port = self.broker.address.rsplit(":", 1)
        with ExitStack() as stack, suppress(OSError):
            stack.enter_context(closing(client))
            broker = stack.enter_context(socket.create_connection((host, int(port))))
            self._sockets |= {client, broker}
            while (frame := _receive_frame(client)) is not None:
                if not self._pass_on(frame, client, broker):
                    return

    def _pass_on(self, frame: bytes, client: socket.socket, broker: socket.socket) -> bool:
        header, position = decode_request_header(memoryview(frame))
        fate: Fate = Pass()
        request = None
        if header.api_key == ApiKey.PRODUCE:
            request = ProduceRequest.decode(memoryview(frame)[position:], header.api_version)
            fate = self._next_fate()
        if isinstance(fate, LoseRequest):
            return False
        if isinstance(fate, Refuse):
            assert request is not None
            client.sendall(_framed(_refusal(header, request, fate.error)))
            return True
        broker.sendall(_framed(frame))
        if request is not None and request.acks == 0:
            return True
        answer = _receive_frame(broker)
        if answer is None or isinstance(fate, LoseAnswer):
            return False
        client.sendall(_framed(answer))
        return True

    def _next_fate(self) -> Fate:
        with self._counting:
            self.produces += 1
            return self.script(self.produces)


def _refusal(header: RequestHeader, request: ProduceRequest, error: ErrorCode) -> bytes:
    response = ProduceResponse(
        responses=[
            TopicProduceResponse(
                name=topic.name,
                topic_id=topic.topic_id,
                partition_responses=[
                    PartitionProduceResponse(index=each.index, error_code=error, base_offset=-1)
                    for each in topic.partition_data
                ],
            )
            for topic in request.topic_data
        ]
    )
    tags = b"\0" if has_flexible_response_header(header.api_key, header.api_version) else b""
    front = _CORRELATION_ID.pack(header.correlation_id) + tags
    return front + response.encode(header.api_version)


def _framed(body: bytes) -> bytes:
    return _SIZE.pack(len(body)) + body


def _receive_frame(source: socket.socket) -> bytes | None:
    size = _receive(source, _SIZE.size)
    return None if size is None else _receive(source, _SIZE.unpack(size)[0])


def _receive(source: socket.socket, size: int) -> bytes | None:
    content = bytearray()
    while len(content) < size:
        chunk = source.recv(size - len(content))
        if not chunk:
            return None
        content += chunk
    return bytes(content)
