"""Two requests written by hand: does the broker answer, and where does a partition end.

They are written out here so that a measured start depends on no client's connection logic, back-off
or import time.
"""

import socket
import struct
import time
from collections.abc import Callable

from benchmarks.processes import HOST

POLL_INTERVAL_S = 0.001
REPLY_TIMEOUT_S = 60.0
_API_VERSIONS, _LIST_OFFSETS = 18, 2
_LATEST = -1


def wait_until(condition: Callable[[], bool], *, timeout_s: float, what: str) -> None:
    """Return once `condition` holds, asking every millisecond; raise TimeoutError at the end."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} took more than {timeout_s:g} s")
        time.sleep(POLL_INTERVAL_S)


def answers_api_versions(port: int) -> bool:
    """Return whether the broker answers one ApiVersions v0 request without an error."""
    reply = _ask(port, _API_VERSIONS, 0, b"")
    return reply is not None and struct.unpack_from(">h", reply)[0] == 0


def end_offset(port: int, topic: str, partition: int = 0) -> int | None:
    """Return the end offset of the partition (ListOffsets v1); None while nobody knows it."""
    name = topic.encode()
    topics = struct.pack(">iih", -1, 1, len(name)) + name
    reply = _ask(port, _LIST_OFFSETS, 1, topics + struct.pack(">iiq", 1, partition, _LATEST))
    if reply is None:
        return None
    partition_position = 4 + 2 + len(name) + 4
    _, error_code, _, offset = struct.unpack_from(">ihqq", reply, partition_position)
    return int(offset) if error_code == 0 else None


def _ask(port: int, api_key: int, version: int, body: bytes) -> bytes | None:
    """Return the reply after its correlation id; None when nobody listens or answers."""
    request = struct.pack(">hhih", api_key, version, 1, -1) + body
    try:
        with socket.create_connection((HOST, port), timeout=REPLY_TIMEOUT_S) as connection:
            connection.sendall(struct.pack(">i", len(request)) + request)
            with connection.makefile("rb") as replies:
                length = struct.unpack(">i", replies.read(4))[0]
                return replies.read(length)[4:]
    except (OSError, struct.error):
        return None
