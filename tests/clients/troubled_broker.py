"""A broker whose answers get lost, whose requests get lost, or which refuses: at a chosen produce.

A proxy before any broker, ours or Apache's: where the broker tells its address, clients are told
the proxy's. It takes each connection's requests one after another and asks, for each Produce, what
shall happen to it. So what retries do is decided by the test and not by the moment at which
something is killed. It can also hang, and be cut off, which to its clients is an outage.
"""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.headers import (
    RequestHeader,
    decode_request_header,
    has_flexible_response_header,
)
from odradek.protocol.messages.find_coordinator import FindCoordinatorResponse
from odradek.protocol.messages.metadata import MetadataResponse
from odradek.protocol.messages.offset_fetch import OffsetFetchResponse
from odradek.protocol.messages.produce import (
    PartitionProduceResponse,
    ProduceRequest,
    ProduceResponse,
    TopicProduceResponse,
)

_SIZE = struct.Struct(">i")
_CORRELATION_ID = struct.Struct(">i")
SEVERAL_COORDINATORS = 4
"""The version from which FindCoordinator answers for several keys."""


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

    def __init__(self, servers: str) -> None:
        self._broker = _address(servers)
        self.script: Script = lambda _: Pass()
        self.produces = 0
        self.offset_fetch_errors: list[ErrorCode] = []
        """What the next OffsetFetch requests get, one each, whatever the broker answers."""
        self._counting = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._sockets: set[socket.socket] = set()
        self._is_cut_off = False
        self._is_awake = threading.Event()
        self._is_awake.set()
        port = self._listener.getsockname()[1]
        self.bootstrap_servers = f"127.0.0.1:{port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._is_awake.set()
        self._disconnect()

    @contextmanager
    def outage(self) -> Iterator[None]:
        """Every connection breaks, old ones and new ones, for the length of the block."""
        self._is_cut_off = True
        self._disconnect()
        try:
            yield
        finally:
            self._is_cut_off = False

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Connections stay, and nothing is answered, for the length of the block."""
        self._is_awake.clear()
        try:
            yield
        finally:
            self._is_awake.set()

    def _disconnect(self) -> None:
        for each in tuple(self._sockets):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

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
        with ExitStack() as stack, suppress(OSError):
            stack.enter_context(closing(client))
            broker = stack.enter_context(socket.create_connection(self._broker))
            pair = {client, broker}
            self._sockets.update(pair)
            stack.callback(self._sockets.difference_update, pair)
            while (frame := _receive_frame(client)) is not None:
                self._is_awake.wait()
                if self._is_cut_off or not self._pass_on(frame, client, broker):
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
        client.sendall(_framed(self._changed(header, answer)))
        return True

    def _changed(self, header: RequestHeader, answer: bytes) -> bytes:
        if header.api_key == ApiKey.OFFSET_FETCH and self.offset_fetch_errors:
            return _with_error(header, answer, self.offset_fetch_errors.pop(0))
        return self._with_own_address(header, answer)

    def _with_own_address(self, header: RequestHeader, answer: bytes) -> bytes:
        """The answer, with the proxy's address where a broker's stands."""
        front = len(_front(header))
        body, version = memoryview(answer)[front:], header.api_version
        host, port = _address(self.bootstrap_servers)
        told: MetadataResponse | FindCoordinatorResponse
        places: list[Any]
        if header.api_key == ApiKey.METADATA:
            told = MetadataResponse.decode(body, version)
            places = list(told.brokers)
        elif header.api_key == ApiKey.FIND_COORDINATOR:
            told = FindCoordinatorResponse.decode(body, version)
            places = [told] if version < SEVERAL_COORDINATORS else list(told.coordinators)
        else:
            return answer
        for place in places:
            place.host, place.port = host, port
        return answer[:front] + told.encode(version)

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
    return _front(header) + response.encode(header.api_version)


def _with_error(header: RequestHeader, answer: bytes, error: ErrorCode) -> bytes:
    """An answer to OffsetFetch with this error for the group instead of its offsets."""
    front = len(_front(header))
    told = OffsetFetchResponse.decode(memoryview(answer)[front:], header.api_version)
    told.error_code, told.topics = error, []
    for group in told.groups:
        group.error_code, group.topics = error, []
    return answer[:front] + told.encode(header.api_version)


def _front(header: RequestHeader) -> bytes:
    """The header of the answer."""
    tags = b"\0" if has_flexible_response_header(header.api_key, header.api_version) else b""
    return _CORRELATION_ID.pack(header.correlation_id) + tags


def _address(servers: str) -> tuple[str, int]:
    host, port = servers.rsplit(":", 1)
    return host, int(port)


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
