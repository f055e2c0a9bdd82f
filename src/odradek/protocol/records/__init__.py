"""Record batches, magic 2: the one format in which records travel and rest.

    batch.py         the 61-byte header, and walking a buffer of batches
    record.py        the records inside a batch, encoded and decoded
    compression.py   the four codecs, with a bound on what a few bytes may unfold to
    varint.py        the zigzag varints that records are made of
    errors.py        what a reader of somebody else's bytes must expect

Pure: bytes in, values out. The broker's data path parses only headers; records are decoded where a
question is about one of them (a lookup by timestamp) and in clients of the broker's own logs.
"""

from odradek.protocol.records.batch import (
    HEADER_BYTES,
    BatchHeader,
    TimestampType,
    iterate_batches,
    parse_header,
    split_batches,
)
from odradek.protocol.records.compression import Compression
from odradek.protocol.records.errors import BatchTooLargeError, CorruptBatchError, RecordsError
from odradek.protocol.records.record import Record, decode_records, encode_batch

__all__ = [
    "HEADER_BYTES",
    "BatchHeader",
    "BatchTooLargeError",
    "Compression",
    "CorruptBatchError",
    "Record",
    "RecordsError",
    "TimestampType",
    "decode_records",
    "encode_batch",
    "iterate_batches",
    "parse_header",
    "split_batches",
]
