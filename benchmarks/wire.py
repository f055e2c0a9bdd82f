"""Requests written by hand: does the broker answer, where do partitions end, is a group served.

They are written out here so that a measured start depends on no client's connection logic, back-off
or import time.
"""

import socket
import struct
import time
from collections.abc import Callable

from odradek.ops.cluster.ports import HOST

POLL_INTERVAL_S = 0.001
REPLY_TIMEOUT_S = 60.0
_LIST_OFFSETS, _OFFSET_FETCH, _FIND_COORDINATOR, _API_VERSIONS = 2, 9, 10, 18
_LATEST = -1
_LISTED = struct.Struct(">ihqq")


def wait_until(
    condition: Callable[[], bool],
    *,
    timeout_s: float,
    what: str,
    interval_s: float = POLL_INTERVAL_S,
) -> None:
    """Return once `condition` holds, asking every `interval_s`; raise TimeoutError at the end."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} took more than {timeout_s:g} s")
        time.sleep(interval_s)


def answers_api_versions(port: int) -> bool:
    """Return whether the broker answers one ApiVersions v0 request without an error."""
    reply = _ask(port, _API_VERSIONS, 0, b"")
    return reply is not None and struct.unpack_from(">h", reply)[0] == 0


def end_offset(port: int, topic: str) -> int | None:
    """Return the end offset of partition 0; None while nobody knows it."""
    offsets = end_offsets(port, topic, 1)
    return offsets[0] if offsets else None


def end_offsets(port: int, topic: str, partitions: int) -> list[int] | None:
    """Return the end offset of each partition (ListOffsets v1), in order.

    None while any of them has no leader here that knows it.
    """
    body = struct.pack(">ii", -1, 1) + _string(topic) + struct.pack(">i", partitions)
    body += b"".join(struct.pack(">iq", index, _LATEST) for index in range(partitions))
    reply = _ask(port, _LIST_OFFSETS, 1, body)
    if reply is None:
        return None
    position = 4 + len(_string(topic)) + 4
    offsets = [-1] * partitions
    for index, error_code, _, offset in _LISTED.iter_unpack(reply[position:]):
        if error_code != 0:
            return None
        offsets[index] = offset
    return offsets


def serves_group(port: int, group: str, topic: str) -> bool:
    """Return whether the group has a coordinator (FindCoordinator v0, OffsetFetch v1) that answers.

    Asking for the first time makes the broker create the topic of the groups.
    """
    found = _ask(port, _FIND_COORDINATOR, 0, _string(group))
    if found is None or struct.unpack_from(">h", found)[0] != 0:
        return False
    body = _string(group) + struct.pack(">i", 1) + _string(topic) + struct.pack(">ii", 1, 0)
    fetched = _ask(port, _OFFSET_FETCH, 1, body)
    return fetched is not None and struct.unpack_from(">h", fetched, len(fetched) - 2)[0] == 0


def _string(text: str) -> bytes:
    encoded = text.encode()
    return struct.pack(">h", len(encoded)) + encoded


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
