"""One request on its way through the broker, and its place in the queue of replies."""

import asyncio

import msgspec

from odradek.protocol.declaration import Response

PendingResponse = asyncio.Future[Response]


class RequestContext(msgspec.Struct, frozen=True, gc=False):
    """What a handler may know about who asks, besides the request itself."""

    api_version: int
    client_id: str | None
    client_host: str


class CloseConnection(Exception):
    """A request that Kafka answers by closing the connection; the message is the reason to log."""
