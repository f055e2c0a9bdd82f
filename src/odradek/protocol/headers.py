"""Headers of requests and responses, read and written by hand because every frame has one.

    request header v1    api_key, api_version, correlation_id, client_id
    request header v2    the same and a tag buffer; for flexible versions of the API
    response header v0   correlation_id
    response header v1   correlation_id and a tag buffer; for flexible versions of the API

Two exceptions to the rule are part of the protocol: `client_id` is never a compact string, and the
response to ApiVersions always has header v0, so that a client can read it whatever version it asked
for. Request header v0 went away with ControlledShutdown and is not read.
"""

import struct

import msgspec

from odradek.protocol.api_keys import FLEXIBLE_FROM, ApiKey
from odradek.protocol.compiler.reading import skip_tagged_fields
from odradek.protocol.errors import DecodeError
from odradek.protocol.version_range import HIGHEST_POSSIBLE

_NEVER = HIGHEST_POSSIBLE + 1
_FIXED_PART = struct.Struct(">hhih")
_CORRELATION_ID = struct.Struct(">i")
_CORRELATION_ID_AND_NO_TAGS = struct.Struct(">ix")


class RequestHeader(msgspec.Struct, frozen=True, gc=False):
    """Who asks for what. `api_key` is a plain number: it may be one that nobody knows."""

    api_key: int
    api_version: int
    correlation_id: int
    client_id: str | None


def has_flexible_header(api_key: int, api_version: int) -> bool:
    """Whether a request of this API and version carries header v2."""
    return api_version >= FLEXIBLE_FROM.get(api_key, _NEVER)


def has_flexible_response_header(api_key: int, api_version: int) -> bool:
    """Whether a response of this API and version carries header v1."""
    return api_key != ApiKey.API_VERSIONS and has_flexible_header(api_key, api_version)


def decode_request_header(view: memoryview) -> tuple[RequestHeader, int]:
    """Read the header of a request; return it and the position where the body starts.

    Raises DecodeError when the frame is too short for its header.
    """
    try:
        api_key, api_version, correlation_id, length = _FIXED_PART.unpack_from(view)
        position = _FIXED_PART.size
        client_id = None
        if length >= 0:
            end = position + length
            if end > len(view):
                raise DecodeError(f"the client id claims {length} bytes, beyond its frame")
            client_id = str(view[position:end], "utf-8", "replace")  # as Kafka: it is only a label
            position = end
        if api_version >= FLEXIBLE_FROM.get(api_key, _NEVER):
            # Nobody sends tags in a header yet: one zero byte is the common case.
            position = _skip_tag_buffer(view, position) if view[position] else position + 1
    except (struct.error, IndexError) as error:
        raise DecodeError(f"malformed request header: {error}") from error
    return RequestHeader(api_key, api_version, correlation_id, client_id), position


def encode_request_header(header: RequestHeader) -> bytes:
    """The header as a client sends it."""
    client_id = header.client_id
    encoded = b"" if client_id is None else client_id.encode()
    length = -1 if client_id is None else len(encoded)
    fixed = _FIXED_PART.pack(header.api_key, header.api_version, header.correlation_id, length)
    is_flexible = has_flexible_header(header.api_key, header.api_version)
    return fixed + encoded + (b"\0" if is_flexible else b"")


def encode_response_header(api_key: int, api_version: int, correlation_id: int) -> bytes:
    """The header of the response to a request of this API and version."""
    if has_flexible_response_header(api_key, api_version):
        return _CORRELATION_ID_AND_NO_TAGS.pack(correlation_id)
    return _CORRELATION_ID.pack(correlation_id)


def decode_response_header(view: memoryview, api_key: int, api_version: int) -> tuple[int, int]:
    """Read the header of a response; return its correlation id and where the body starts."""
    try:
        (correlation_id,) = _CORRELATION_ID.unpack_from(view)
        position = _CORRELATION_ID.size
        if has_flexible_response_header(api_key, api_version):
            position = _skip_tag_buffer(view, position)
    except (struct.error, IndexError) as error:
        raise DecodeError(f"malformed response header: {error}") from error
    return correlation_id, position


def _skip_tag_buffer(view: memoryview, position: int) -> int:
    """No header has a tagged field that is known; almost every tag buffer is one zero byte."""
    after_count = position + 1
    if view[position] == 0:
        return after_count
    return skip_tagged_fields(view, after_count, len(view))
