"""One request on its way through the broker, and its place in the queue of replies."""

import asyncio

import msgspec

from odradek.protocol.declaration import Response

PendingResponse = asyncio.Future[Response]


class RequestContext(msgspec.Struct, frozen=True):
    """What a handler may know about who asks, besides the request itself."""

    api_key: int
    api_version: int
    correlation_id: int
    client_id: str | None
    client_host: str


class Reply(msgspec.Struct, eq=False):
    """A place in a connection's queue of replies; `response` may still be pending.

    `is_pipelined`: requests behind it may be handled while it is.
    """

    context: RequestContext
    response: Response | PendingResponse
    is_pipelined: bool


class CloseConnection(Exception):
    """A request that Kafka answers by closing the connection; the message is the reason to log."""
