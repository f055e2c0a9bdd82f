"""Control batches: the markers that end a transaction in a partition.

A control batch holds one record that no application sees. Its key says what it is, its value by
which coordinator it was written:

    key     int16 version 0, int16 type (0 abort, 1 commit)
    value   int16 version 0, int32 coordinator epoch

Other types (changes of leader, snapshots of the metadata log) are not for this broker.
Source: KIP-98; Kafka's definition EndTxnMarker.
"""

import struct

import msgspec

from odradek.protocol.records.compression import Buffer
from odradek.protocol.records.errors import CorruptBatchError
from odradek.protocol.records.record import Record, decode_records, encode_batch

ABORT = 0
COMMIT = 1

_KEY = struct.Struct(">hh")
_VALUE = struct.Struct(">hi")


class EndMarker(msgspec.Struct, frozen=True):
    """The end of one producer's transaction in one partition."""

    is_commit: bool
    coordinator_epoch: int


def encode_marker(
    producer_id: int, producer_epoch: int, marker: EndMarker, timestamp_ms: int
) -> bytes:
    """The control batch of a marker."""
    key = _KEY.pack(0, COMMIT if marker.is_commit else ABORT)
    value = _VALUE.pack(0, marker.coordinator_epoch)
    return encode_batch(
        [Record(0, timestamp_ms, key, value)],
        producer_id=producer_id,
        producer_epoch=producer_epoch,
        is_transactional=True,
        is_control=True,
    )


def decode_marker(batch: Buffer) -> EndMarker | None:
    """The marker in a control batch; None for an empty batch or another type of control record.

    Raises CorruptBatchError when the record is too short for its type.
    """
    for record in decode_records(batch, verify_crc=False):
        try:
            _, kind = _KEY.unpack_from(record.key or b"")
            if kind not in (ABORT, COMMIT):
                return None
            _, coordinator_epoch = _VALUE.unpack_from(record.value or b"")
        except struct.error as error:
            raise CorruptBatchError("a control record is cut short") from error
        return EndMarker(kind == COMMIT, coordinator_epoch)
    return None
