"""One request on its way through the broker, and its place in the queue of replies."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

import msgspec

from odradek.protocol.declaration import Piece


class Encodable(Protocol):
    """A response: a declared message, or one that writes the same bytes on a shorter way."""

    def encode_parts(self, version: int) -> Sequence[Piece]: ...


PendingResponse = asyncio.Future[Encodable]


class RequestContext(msgspec.Struct, frozen=True, gc=False):
    """What a handler may know about who asks, besides the request itself."""

    api_version: int
    client_id: str | None
    client_host: str


class CloseConnection(Exception):
    """A request that Kafka answers by closing the connection; the message is the reason to log."""
