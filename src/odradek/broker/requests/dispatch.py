"""From the bytes of a frame to the handler of its API, and back to the bytes of its reply.

What cannot be answered closes the connection, as with Kafka: an unknown API, a version outside the
advertised range, a request that does not decode. The one exception is ApiVersions itself, which
tells a client of an unknown version what is served.
"""

import asyncio
import struct
from collections.abc import Callable
from typing import Protocol

import msgspec

from odradek.broker.apis import SERVED
from odradek.broker.apis.api import Api
from odradek.broker.apis.api_versions import refuse_version
from odradek.broker.request import CloseConnection, Encodable, PendingResponse, RequestContext
from odradek.broker.requests.plain_commit import OFFSET_COMMIT, handle_plain_commit
from odradek.broker.requests.plain_produce import PRODUCE, handle_plain_produce
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Piece
from odradek.protocol.headers import (
    RequestHeader,
    decode_request_header,
    has_flexible_response_header,
)
from odradek.protocol.messages.api_versions import ApiVersion

_OLDEST = 0
_SIZE_BYTES = 4
_HEAD = struct.Struct(">ii")
_FLEXIBLE_HEAD = struct.Struct(">iix")

SERVED_VERSIONS = [
    ApiVersion(api_key=key, min_version=api.versions.lowest, max_version=api.versions.highest)
    for key, api in sorted(SERVED.items())
]


class Route(msgspec.Struct, frozen=True):
    """An API in one version; `head` packs a reply's size and header."""

    api: Api
    api_version: int
    is_pipelined: bool
    head: struct.Struct


class Reply(Protocol):
    """A place in a connection's queue of replies; `pending` is what it waits for, if anything.

    Behind a reply that is not `is_pipelined` no request is handled until it has left.
    """

    @property
    def is_pipelined(self) -> bool: ...

    @property
    def pending(self) -> PendingResponse | None: ...

    def encode(self, parts: list[Piece]) -> None:
        """Append the bytes of a reply that is ready, with size and header."""


class MessageReply(msgspec.Struct, eq=False):
    """The reply that a declared message is, or will be."""

    route: Route
    correlation_id: int
    response: Encodable | PendingResponse

    @property
    def is_pipelined(self) -> bool:
        return self.route.is_pipelined

    @property
    def pending(self) -> PendingResponse | None:
        response = self.response
        return response if isinstance(response, asyncio.Future) else None

    def encode(self, parts: list[Piece]) -> None:
        response = self.response
        if isinstance(response, asyncio.Future):
            response = response.result()
        route = self.route
        body = response.encode_parts(route.api_version)
        size = route.head.size - _SIZE_BYTES
        for part in body:
            size += len(part)
        parts.append(route.head.pack(size, self.correlation_id))
        parts += body


Dispatch = Callable[[Broker, memoryview, str], Reply | None]


def dispatch(broker: Broker, frame: memoryview, client_host: str) -> Reply | None:
    """Handle one frame; None means that the request wants no reply.

    Raises CloseConnection, and DecodeError from decoding, whose text is for the log.
    """
    reply: Reply | None = None
    api_key = frame[1]  # its lower byte, which tells what is worth trying
    if api_key == PRODUCE:
        reply = handle_plain_produce(broker, frame)
    elif api_key == OFFSET_COMMIT:
        reply = _dispatch_plain_commit(broker, frame)
    return dispatch_message(broker, frame, client_host) if reply is None else reply


def _dispatch_plain_commit(broker: Broker, frame: memoryview) -> Reply | None:
    commit = handle_plain_commit(broker, frame)
    if commit is None:
        return None
    route = _ROUTES[OFFSET_COMMIT, commit.answer.api_version]
    return MessageReply(route, commit.answer.correlation_id, commit.response)


def dispatch_message(broker: Broker, frame: memoryview, client_host: str) -> Reply | None:
    """As `dispatch`, for any request: decode it, hand it to its API's handler."""
    header, position = decode_request_header(frame)
    route = _ROUTES.get((header.api_key, header.api_version))
    if route is None:
        return _refuse(header)
    # Bytes after the last field are ignored, as Kafka does: librdkafka sends three of them with
    # the Metadata request for all topics.
    request, _ = route.api.request_type.decode_at(frame, position, header.api_version)
    context = RequestContext(header.api_version, header.client_id, client_host)
    response = route.api.handle(broker, request, context)
    return None if response is None else MessageReply(route, header.correlation_id, response)


def _refuse(header: RequestHeader) -> Reply:
    if header.api_key == ApiKey.API_VERSIONS:
        route = _ROUTES[ApiKey.API_VERSIONS, _OLDEST]
        return MessageReply(route, header.correlation_id, refuse_version(SERVED_VERSIONS))
    try:
        name = ApiKey(header.api_key).name
    except ValueError:
        name = "unknown"
    raise CloseConnection(
        f"API {header.api_key} ({name}) version {header.api_version} is not served"
    )


def _route(api: Api, api_version: int) -> Route:
    is_flexible = has_flexible_response_header(api.key, api_version)
    head = _FLEXIBLE_HEAD if is_flexible else _HEAD
    return Route(api, api_version, api.is_pipelined, head)


# Produce is advertised from version 0 and declared from version 3: what is in between is refused.
_ROUTES = {
    (api.key.value, version): _route(api, version)
    for api in SERVED.values()
    for version in range(api.versions.lowest, api.versions.highest + 1)
    if api.request_type.versions.includes(version)
}
