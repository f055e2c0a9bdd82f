"""How stored records stand in a log: a few numbers that tell what follows, then the message.

    coordinator key      int16 record type, message (version 0)
    coordinator value    int16 version, message
    metadata record      varint 1 (frame version), varint record type, varint version, message

Record types are what Kafka's definitions call the api key of these messages.
"""

import struct
from collections.abc import Mapping
from typing import ClassVar, TypeVar

from odradek.protocol.declaration import Buffer, Message
from odradek.protocol.errors import DecodeError
from odradek.protocol.varint import decode_unsigned_varint, encode_unsigned_varint

METADATA_FRAME_VERSION = 1

_NUMBER = struct.Struct(">h")


class UnknownRecordType(DecodeError):
    """The record is of a type that is not declared here, such as one of a newer group protocol."""


class CoordinatorRecord(Message):
    """Key or value of a record that a coordinator stores; both share their record type."""

    api_key: ClassVar[int]


class MetadataRecord(Message):
    """A record of the metadata log."""

    api_key: ClassVar[int]


Key = TypeVar("Key", bound=CoordinatorRecord)
Value = TypeVar("Value", bound=CoordinatorRecord)


def encode_key(key: CoordinatorRecord) -> bytes:
    """The bytes of a record's key."""
    return _NUMBER.pack(key.api_key) + key.encode(0)


def decode_key(data: Buffer, keys: Mapping[int, type[Key]]) -> Key:
    """Read a record's key, which `keys` finds by record type. Raises UnknownRecordType."""
    (record_type,) = _unpack_number(data)
    if record_type not in keys:
        raise UnknownRecordType(f"record type {record_type} is not one of {sorted(keys)}")
    return keys[record_type].decode(memoryview(data)[_NUMBER.size :], 0)


def encode_value(value: CoordinatorRecord, version: int) -> bytes:
    """The bytes of a record's value."""
    return _NUMBER.pack(version) + value.encode(version)


def decode_value(data: Buffer, value: type[Value]) -> Value:
    """Read a record's value, in the version it was written in."""
    (version,) = _unpack_number(data)
    return value.decode(memoryview(data)[_NUMBER.size :], version)


def encode_metadata_record(record: MetadataRecord, version: int) -> bytes:
    """The bytes of a metadata record."""
    numbers = (METADATA_FRAME_VERSION, record.api_key, version)
    return b"".join(map(encode_unsigned_varint, numbers)) + record.encode(version)


def decode_metadata_record(
    data: Buffer, records: Mapping[int, type[MetadataRecord]]
) -> MetadataRecord:
    """Read a metadata record, which `records` finds by record type. Raises UnknownRecordType."""
    view, position = memoryview(data), 0
    numbers = []
    try:
        for _ in range(3):
            number, position = decode_unsigned_varint(view, position)
            numbers.append(number)
    except IndexError as error:
        raise DecodeError("a metadata record is cut short in its frame") from error
    frame_version, record_type, version = numbers
    if frame_version != METADATA_FRAME_VERSION:
        raise DecodeError(f"a metadata record has frame version {frame_version}, not 1")
    if record_type not in records:
        raise UnknownRecordType(f"record type {record_type} is not one of {sorted(records)}")
    return records[record_type].decode(view[position:], version)


def _unpack_number(data: Buffer) -> tuple[int]:
    if len(data) < _NUMBER.size:
        raise DecodeError(f"a stored record of {len(data)} bytes is too short for its number")
    return _NUMBER.unpack_from(data)
