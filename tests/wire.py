"""A bare Kafka connection for tests that send what no client library would."""

import socket
import struct
from types import TracebackType
from typing import Any, Self

from odradek.protocol.declaration import Request, Response
from odradek.protocol.headers import (
    RequestHeader,
    decode_response_header,
    encode_request_header,
)

CLIENT_ID = "tests"
_SIZE = struct.Struct(">i")


def frame_body(request: Request, version: int, correlation_id: int = 0) -> bytes:
    """The bytes of a request after its size: header and fields."""
    header = RequestHeader(request.api_key, version, correlation_id, CLIENT_ID)
    return encode_request_header(header) + request.encode(version)


def framed(body: bytes) -> bytes:
    """The body with its size in front."""
    return _SIZE.pack(len(body)) + body


class KafkaSocket:
    """One connection; use it as a context manager."""

    def __init__(
        self,
        bootstrap_servers: str,
        *,
        timeout_s: float = 60.0,
        receive_buffer_bytes: int | None = None,
    ) -> None:
        host, port = bootstrap_servers.rsplit(":", 1)
        self._socket = socket.socket()
        if receive_buffer_bytes is not None:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer_bytes)
        self._socket.settimeout(timeout_s)
        self._socket.connect((host, int(port)))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._correlation_id = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._socket.close()

    def ask(self, request: Request, response_type: type[Response], version: int) -> Any:
        """Send one request and return its decoded answer."""
        self.say(request, version)
        answer = self.hear(request, response_type, version)
        assert answer is not None, "the broker closed the connection"
        return answer

    def say(self, request: Request, version: int) -> None:
        """Send one request."""
        self._correlation_id += 1
        self.send(framed(frame_body(request, version, self._correlation_id)))

    def hear(self, request: Request, response_type: type[Response], version: int) -> Any:
        """Return the decoded answer to the request said last; None when the broker has closed."""
        reply = self.receive_frame()
        if reply is None:
            return None
        correlation_id, position = decode_response_header(
            memoryview(reply), request.api_key, version
        )
        assert correlation_id == self._correlation_id
        return response_type.decode(memoryview(reply)[position:], version)

    def send(self, content: bytes) -> None:
        """Send bytes; a broker that has closed meanwhile is not an error here."""
        try:
            self._socket.sendall(content)
        except (BrokenPipeError, ConnectionResetError):
            return

    def end_sending(self) -> None:
        """Tell the broker that nothing more comes."""
        try:
            self._socket.shutdown(socket.SHUT_WR)
        except OSError:
            return

    def receive_frame(self) -> bytes | None:
        """Return the next reply without its size, or None when the broker has closed."""
        size = self._receive(_SIZE.size)
        return None if size is None else self._receive(_SIZE.unpack(size)[0])

    def drain(self) -> int:
        """Read until the broker closes; return how many replies came."""
        replies = 0
        while self.receive_frame() is not None:
            replies += 1
        return replies

    def _receive(self, size: int) -> bytes | None:
        content = bytearray()
        while len(content) < size:
            chunk = self._receive_some(size - len(content))
            if not chunk:
                return None
            content += chunk
        return bytes(content)

    def _receive_some(self, size: int) -> bytes:
        try:
            return self._socket.recv(size)
        except ConnectionResetError:
            return b""
