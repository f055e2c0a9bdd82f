"""What a batch must fulfil before it gets offsets: Kafka's LogValidator, from the header alone.

Differs from Kafka: the records inside are not parsed, here or anywhere on the way in. That the
checksum is right and the header consistent is verified always; whether each record inside is well
formed, and each record's own timestamp, is not. Timestamp bounds are judged by the header's base
and largest timestamp. A producer that lies in its header harms only the readers of its own records.

Differs from Kafka: bytes behind the batch are refused; Kafka drops them without a word.

Differs from Kafka: an unknown codec is INVALID_RECORD, where Kafka answers UNKNOWN_SERVER_ERROR.

`compression.type` and `LogAppendTime` change batches; that is the slow path at the bottom.
"""

import msgspec

from odradek.broker.log.config import LOG_APPEND_TIME, LogConfig
from odradek.protocol.errors import ErrorCode
from odradek.protocol.records.batch import (
    CHECKSUMMED_FROM,
    COMPRESSION_MASK,
    CONTROL_BIT,
    HEADER,
    HEADER_BYTES,
    LENGTH_PREFIX_BYTES,
    LOG_APPEND_TIME_BIT,
    MAGIC,
    MAGIC_POSITION,
    NO_PRODUCER_ID,
    NO_TIMESTAMP,
    TRANSACTIONAL_BIT,
    BatchHeader,
)
from odradek.protocol.records.checksum import crc32c
from odradek.protocol.records.compression import Compression, compress, decompress
from odradek.protocol.records.errors import RecordsError
from odradek.protocol.records.record import DECOMPRESSION_LIMIT_BYTES, assemble_batch


class Rejection(msgspec.Struct, frozen=True):
    """A batch that is not appended, and why; the records at fault by their index, if any."""

    error: ErrorCode
    message: str
    record_errors: tuple[tuple[int, str], ...] = ()


_make_tuple = tuple.__new__

NEWEST_COMPRESSION = int(Compression.ZSTD)
CODECS = {
    "uncompressed": Compression.NONE,
    "gzip": Compression.GZIP,
    "snappy": Compression.SNAPPY,
    "lz4": Compression.LZ4,
    "zstd": Compression.ZSTD,
}


def validate_batch(batch: memoryview, config: LogConfig, now_ms: int) -> BatchHeader | Rejection:
    """The header of the one batch that `batch` must be, or why it is refused."""
    size_bytes = len(batch)
    if size_bytes < HEADER_BYTES:
        return _reject_fragment(batch)
    fields = HEADER.unpack_from(batch)
    header = _make_tuple(BatchHeader, fields)  # _make does this behind two more calls
    # Locals, because this is the hottest function of the broker: an attribute costs three times.
    (
        base_offset,
        batch_length,
        _,
        magic,
        crc,
        attributes,
        last_offset_delta,
        base_timestamp,
        max_timestamp,
        producer_id,
        producer_epoch,
        base_sequence,
        records_count,
    ) = fields
    if magic != MAGIC or batch_length + LENGTH_PREFIX_BYTES != size_bytes:
        return _reject_framing(header, size_bytes)
    if size_bytes > config.max_message_bytes:
        return Rejection(
            ErrorCode.MESSAGE_TOO_LARGE,
            f"the batch has {size_bytes} bytes, max.message.bytes is {config.max_message_bytes}",
        )
    if crc32c(batch[CHECKSUMMED_FROM:]) != crc:
        return Rejection(ErrorCode.CORRUPT_MESSAGE, "the checksum of the batch is wrong")
    if (
        base_offset != 0
        or records_count <= 0
        or last_offset_delta != records_count - 1
        or attributes & CONTROL_BIT
        or attributes & COMPRESSION_MASK > NEWEST_COMPRESSION
        or (
            base_sequence < 0 or producer_epoch < 0
            if producer_id != NO_PRODUCER_ID
            else attributes & TRANSACTIONAL_BIT
        )
    ):
        return _reject_header(header)
    if size_bytes > config.segment_bytes:
        return Rejection(
            ErrorCode.RECORD_LIST_TOO_LARGE,
            f"the batch has {size_bytes} bytes, segment.bytes is {config.segment_bytes}",
        )
    if attributes & LOG_APPEND_TIME_BIT:
        return Rejection(
            ErrorCode.INVALID_TIMESTAMP, "producers must not set the timestamp type LogAppendTime"
        )
    if (
        max_timestamp > now_ms + config.message_timestamp_after_max_ms
        or base_timestamp < now_ms - config.message_timestamp_before_max_ms
    ):
        return _reject_timestamps(header, config, now_ms) or header
    return header


def _reject_fragment(batch: memoryview) -> Rejection:
    if len(batch) > MAGIC_POSITION and batch[MAGIC_POSITION] != MAGIC:
        return _reject_magic(batch[MAGIC_POSITION])
    if len(batch) == 0:
        return Rejection(ErrorCode.INVALID_RECORD, "there must be exactly one record batch")
    return Rejection(ErrorCode.INVALID_RECORD, f"{len(batch)} bytes are no record batch")


def _reject_magic(magic: int) -> Rejection:
    return Rejection(
        ErrorCode.INVALID_RECORD if magic < MAGIC else ErrorCode.CORRUPT_MESSAGE,
        f"record batches must have magic version {MAGIC}, this one has {magic}",
    )


def _reject_framing(header: BatchHeader, size_bytes: int) -> Rejection:
    if header.magic != MAGIC:
        return _reject_magic(header.magic)
    if HEADER_BYTES <= header.size_bytes < size_bytes:
        return Rejection(
            ErrorCode.INVALID_RECORD,
            f"there must be exactly one record batch, but {size_bytes - header.size_bytes} bytes "
            "follow the first",
        )
    return Rejection(
        ErrorCode.INVALID_RECORD if header.size_bytes > size_bytes else ErrorCode.CORRUPT_MESSAGE,
        f"the batch claims {header.size_bytes} bytes, {size_bytes} were sent",
    )


def _reject_header(header: BatchHeader) -> Rejection:
    problem = _header_problem(header)
    if problem is None:
        return Rejection(
            ErrorCode.INVALID_PRODUCER_EPOCH,
            f"epoch {header.producer_epoch} of producer {header.producer_id} is negative",
        )
    return Rejection(ErrorCode.INVALID_RECORD, problem)


def _header_problem(header: BatchHeader) -> str | None:
    if header.base_offset != 0:
        return f"the base offset of a batch must be 0, not {header.base_offset}"
    if header.records_count <= 0:
        return f"a batch must hold at least one record, not {header.records_count}"
    if header.last_offset_delta != header.records_count - 1:
        return (
            f"the last offset delta of {header.records_count} records must be "
            f"{header.records_count - 1}, not {header.last_offset_delta}"
        )
    if header.attributes & CONTROL_BIT:
        return "clients must not write control records"
    if header.attributes & COMPRESSION_MASK > Compression.ZSTD:
        return f"unknown compression codec {header.attributes & COMPRESSION_MASK}"
    if header.producer_id == NO_PRODUCER_ID:
        return "a transactional batch must name its producer"
    if header.base_sequence < 0:
        return f"sequence {header.base_sequence} of producer {header.producer_id} is negative"
    return None


def _reject_timestamps(header: BatchHeader, config: LogConfig, now_ms: int) -> Rejection | None:
    """The bounds hold for CreateTime alone, and not for records without a timestamp."""
    if config.message_timestamp_type == LOG_APPEND_TIME:
        return None
    latest = now_ms + config.message_timestamp_after_max_ms
    if header.max_timestamp > latest:
        problem = f"timestamp {header.max_timestamp} is later than {latest}"
    elif header.base_timestamp == NO_TIMESTAMP:
        return None
    else:
        earliest = now_ms - config.message_timestamp_before_max_ms
        problem = f"timestamp {header.base_timestamp} is earlier than {earliest}"
    return Rejection(ErrorCode.INVALID_TIMESTAMP, f"{problem}, the bound for this topic")


def rewrite_batch(
    batch: memoryview, header: BatchHeader, config: LogConfig, now_ms: int
) -> tuple[memoryview, BatchHeader] | Rejection:
    """The batch as the topic's settings want it stored.

    Recompressing copies; stamping the append time alone happens in place. Either way the checksum
    is computed anew.
    """
    source = header.compression
    target = CODECS.get(config.compression_type, source)
    header = header._replace(attributes=header.attributes & ~COMPRESSION_MASK | target)
    if config.message_timestamp_type == LOG_APPEND_TIME:
        header = header._replace(
            attributes=header.attributes | LOG_APPEND_TIME_BIT, max_timestamp=now_ms
        )
    if target is not source:
        return _recompress(batch, header, source, config)
    HEADER.pack_into(batch, 0, *header)
    header = header._replace(crc=crc32c(batch[CHECKSUMMED_FROM:]))
    HEADER.pack_into(batch, 0, *header)
    return batch, header


def _recompress(
    batch: memoryview, header: BatchHeader, source: Compression, config: LogConfig
) -> tuple[memoryview, BatchHeader] | Rejection:
    try:
        records = decompress(source, batch[HEADER_BYTES:], DECOMPRESSION_LIMIT_BYTES)
    except RecordsError as error:
        return Rejection(ErrorCode.INVALID_RECORD, str(error))
    target = header.compression
    rewritten = assemble_batch(header, compress(target, records, _level(target, config)))
    if len(rewritten) > config.max_message_bytes:
        return Rejection(
            ErrorCode.MESSAGE_TOO_LARGE,
            f"the batch has {len(rewritten)} bytes as {target.name.lower()}, "
            f"max.message.bytes is {config.max_message_bytes}",
        )
    view = memoryview(bytearray(rewritten))
    return view, BatchHeader._make(HEADER.unpack_from(view, 0))


def _level(codec: Compression, config: LogConfig) -> int | None:
    if codec is Compression.GZIP and config.compression_gzip_level >= 0:
        return config.compression_gzip_level
    return config.compression_zstd_level if codec is Compression.ZSTD else None
