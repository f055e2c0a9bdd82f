"""From the bytes of a frame to the handler of its API, and back to the bytes of its reply.

What cannot be answered closes the connection, as with Kafka: an unknown API, a version outside the
advertised range, a request that does not decode. The one exception is ApiVersions itself, which
tells a client of an unknown version what is served.
"""

import asyncio
import struct

from odradek.broker.apis import SERVED
from odradek.broker.apis.api_versions import refuse_version
from odradek.broker.request import CloseConnection, Reply, RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.headers import decode_request_header, encode_response_header
from odradek.protocol.messages.api_versions import ApiVersion

_SIZE = struct.Struct(">i")
_OLDEST = 0

SERVED_VERSIONS = [
    ApiVersion(api_key=key, min_version=api.versions.lowest, max_version=api.versions.highest)
    for key, api in sorted(SERVED.items())
]


def dispatch(broker: Broker, frame: memoryview, client_host: str) -> Reply | None:
    """Handle one frame; None means that the request wants no reply.

    Raises CloseConnection, and DecodeError from decoding, whose text is for the log.
    """
    header, position = decode_request_header(frame)
    context = RequestContext(
        header.api_key, header.api_version, header.correlation_id, header.client_id, client_host
    )
    api = SERVED.get(header.api_key)
    if api is None or not api.versions.includes(header.api_version):
        return _refuse(context)
    if not api.request_type.versions.includes(header.api_version):
        raise CloseConnection(_describe(context, "a version that is advertised and refused"))
    # Bytes after the last field are ignored, as Kafka does: librdkafka sends three of them with
    # the Metadata request for all topics.
    request, _ = api.request_type.decode_at(frame, position, header.api_version)
    response = api.handle(broker, request, context)
    return None if response is None else Reply(context, response, is_pipelined=api.is_pipelined)


def encode(reply: Reply, parts: list[bytes | bytearray | memoryview]) -> None:
    """Append the bytes of a reply that is ready, with size and header."""
    response = reply.response
    if isinstance(response, asyncio.Future):
        response = response.result()
    context = reply.context
    head = encode_response_header(context.api_key, context.api_version, context.correlation_id)
    body = response.encode_parts(context.api_version)
    size = len(head)
    for part in body:
        size += len(part)
    parts.append(_SIZE.pack(size) + head)
    parts += body


def _refuse(context: RequestContext) -> Reply:
    if context.api_key != ApiKey.API_VERSIONS:
        raise CloseConnection(_describe(context, "not served"))
    oldest = RequestContext(
        context.api_key, _OLDEST, context.correlation_id, context.client_id, context.client_host
    )
    return Reply(oldest, refuse_version(SERVED_VERSIONS), is_pipelined=False)


def _describe(context: RequestContext, fault: str) -> str:
    try:
        name = ApiKey(context.api_key).name
    except ValueError:
        name = "unknown"
    return f"API {context.api_key} ({name}) version {context.api_version}: {fault}"
