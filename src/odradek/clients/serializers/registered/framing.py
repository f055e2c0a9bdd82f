"""Which schema a record's part says it was written with, and where its data begins.

The form is `odradek.schemas.wire_format`'s; here is what it means for a part of a record.
"""

from msgspec import Struct

from odradek.clients.serializers.interface import Place, SerializationError
from odradek.schemas.wire_format import (
    GUID_MAGIC,
    KEY_HEADER,
    VALUE_HEADER,
    UnknownFraming,
    decode_message_indexes,
    split_header,
    split_prefix,
)

HEADERS = {"key": KEY_HEADER, "value": VALUE_HEADER}


class Frame(Struct, frozen=True):
    """The schema, by id or by GUID, and the data that it was written with.

    In Protobuf, what stands behind the GUID in its header says which message it is; behind an id
    that stands in front of the data.
    """

    id: int | None
    guid: str | None
    data: bytes
    header: bytes = b""


def read_frame(data: bytes, place: Place) -> Frame:
    """What the part says; a header counts before the bytes. Raises SerializationError."""
    header = dict(place.headers).get(HEADERS[place.part]) if place.headers else None
    try:
        if header and header[0] == GUID_MAGIC:
            guid, more = split_header(header)
            return Frame(None, guid, data, more)
        schema_id, content = split_prefix(data)
    except UnknownFraming as error:
        raise SerializationError(f"{place} names no schema: {error}") from error
    return Frame(schema_id, None, content)


def read_message(frame: Frame, place: Place) -> tuple[tuple[int, ...], bytes]:
    """Which message of the schema it is, and its data; raises SerializationError."""
    try:
        if frame.guid is not None:
            return decode_message_indexes(frame.header)[0], frame.data
        indexes, start = decode_message_indexes(frame.data)
    except UnknownFraming as error:
        raise SerializationError(f"{place} does not say which message it is: {error}") from error
    return indexes, frame.data[start:]
