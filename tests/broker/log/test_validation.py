"""What a producer's batch must fulfil, and what the topic's settings change in it."""

import struct

import crc32c
import pytest

from odradek.broker.log import LogConfig
from odradek.broker.log.validation import Rejection, rewrite_batch, validate_batch
from odradek.protocol.errors import ErrorCode
from odradek.protocol.records import (
    BatchHeader,
    Compression,
    TimestampType,
    decode_records,
    parse_header,
)
from tests.broker.log.batches import NOW_MS, producer_batch

DAY_MS = 24 * 60 * 60 * 1000


def with_field(batch: memoryview, position: int, layout: str, value: int) -> memoryview:
    """The batch with one header field changed and its checksum made right again."""
    struct.pack_into(layout, batch, position, value)
    struct.pack_into(">I", batch, 17, crc32c.crc32c(batch[21:]))
    return batch


def verdict(batch: memoryview, config: LogConfig | None = None) -> ErrorCode:
    outcome = validate_batch(batch, config or LogConfig(), NOW_MS)
    return outcome.error if isinstance(outcome, Rejection) else ErrorCode.NONE


def accepted(batch: memoryview, config: LogConfig) -> BatchHeader:
    header = validate_batch(batch, config, NOW_MS)
    assert isinstance(header, BatchHeader)
    return header


def test_a_batch_as_producers_send_it_is_accepted() -> None:
    assert verdict(producer_batch(b"one", b"two")) is ErrorCode.NONE


@pytest.mark.parametrize("position", [21, 30, 61, -1])
def test_a_flipped_bit_behind_the_checksum_is_a_corrupt_message(position: int) -> None:
    batch = producer_batch(b"one")
    batch[position] ^= 4
    assert verdict(batch) is ErrorCode.CORRUPT_MESSAGE


@pytest.mark.parametrize("magic", [0, 1])
def test_old_magic_versions_are_invalid_records(magic: int) -> None:
    batch = producer_batch(b"one")
    batch[16] = magic
    assert verdict(batch) is ErrorCode.INVALID_RECORD


def test_a_magic_version_from_the_future_is_a_corrupt_message() -> None:
    batch = producer_batch(b"one")
    batch[16] = 3
    assert verdict(batch) is ErrorCode.CORRUPT_MESSAGE


def test_a_length_shorter_than_the_header_is_a_corrupt_message() -> None:
    batch = producer_batch(b"one")
    struct.pack_into(">i", batch, 8, 20)
    assert verdict(batch) is ErrorCode.CORRUPT_MESSAGE


def test_an_old_message_shorter_than_a_batch_header_is_an_invalid_record() -> None:
    assert verdict(memoryview(bytearray(26))) is ErrorCode.INVALID_RECORD


def test_nothing_at_all_is_an_invalid_record() -> None:
    assert verdict(memoryview(bytearray())) is ErrorCode.INVALID_RECORD


def test_two_batches_are_refused() -> None:
    both = memoryview(bytearray(bytes(producer_batch(b"one")) + bytes(producer_batch(b"two"))))
    assert verdict(both) is ErrorCode.INVALID_RECORD


@pytest.mark.parametrize("size", [17, 60, 61, 69])
def test_a_truncated_batch_is_no_whole_batch_and_so_an_invalid_record(size: int) -> None:
    assert verdict(producer_batch(b"twelve bytes")[:size]) is ErrorCode.INVALID_RECORD


@pytest.mark.parametrize(
    ("field", "position", "layout", "value"),
    [
        ("base_offset", 0, ">q", 7),
        ("last_offset_delta", 23, ">i", 5),
        ("last_offset_delta", 23, ">i", -1),
        ("records_count", 57, ">i", 0),
        ("records_count", 57, ">i", 3),
        ("control bit", 21, ">h", 0x20),
        ("control and transactional bits", 21, ">h", 0x30),
        ("unknown codec", 21, ">h", 5),
        ("producer without sequence", 43, ">q", 12),
    ],
)
def test_an_inconsistent_header_is_an_invalid_record(
    field: str, position: int, layout: str, value: int
) -> None:
    batch = with_field(producer_batch(b"one", b"two"), position, layout, value)
    assert verdict(batch) is ErrorCode.INVALID_RECORD, field


def test_a_transactional_batch_names_its_producer() -> None:
    batch = with_field(producer_batch(b"one"), 21, ">h", 0x10)
    assert verdict(batch) is ErrorCode.INVALID_RECORD


def test_a_batch_above_max_message_bytes_is_too_large() -> None:
    batch = producer_batch(b"x" * 100)
    assert verdict(batch, LogConfig(max_message_bytes=len(batch))) is ErrorCode.NONE
    too_large = verdict(batch, LogConfig(max_message_bytes=len(batch) - 1))
    assert too_large is ErrorCode.MESSAGE_TOO_LARGE


def test_a_batch_above_segment_bytes_is_a_list_too_large() -> None:
    batch = producer_batch(b"x" * 100)
    error = verdict(batch, LogConfig(segment_bytes=len(batch) - 1))
    assert error is ErrorCode.RECORD_LIST_TOO_LARGE


def test_timestamps_outside_the_bounds_are_invalid() -> None:
    bounded = LogConfig(message_timestamp_before_max_ms=1000, message_timestamp_after_max_ms=500)
    timestamps = [NOW_MS - 1001, NOW_MS - 1000, NOW_MS + 500, NOW_MS + 501]
    errors = [verdict(producer_batch(b"", timestamp_ms=ms), bounded) for ms in timestamps]
    assert errors == [
        ErrorCode.INVALID_TIMESTAMP,
        ErrorCode.NONE,
        ErrorCode.NONE,
        ErrorCode.INVALID_TIMESTAMP,
    ]


def test_records_without_a_timestamp_have_no_bounds() -> None:
    bounded = LogConfig(message_timestamp_before_max_ms=1000)
    assert verdict(producer_batch(b"", timestamp_ms=-1), bounded) is ErrorCode.NONE


def test_bounds_do_not_matter_where_the_broker_sets_the_timestamp() -> None:
    config = LogConfig(message_timestamp_type="LogAppendTime", message_timestamp_before_max_ms=1000)
    old = producer_batch(b"", timestamp_ms=NOW_MS - DAY_MS)
    assert verdict(old, config) is ErrorCode.NONE


def test_producers_must_not_claim_log_append_time() -> None:
    batch = with_field(producer_batch(b"one"), 21, ">h", 0x08)
    assert verdict(batch) is ErrorCode.INVALID_TIMESTAMP


def test_log_append_time_is_stamped_in_place_with_a_new_checksum() -> None:
    config = LogConfig(message_timestamp_type="LogAppendTime")
    batch = producer_batch(b"one", b"two", timestamp_ms=NOW_MS - 5)
    rewritten = rewrite_batch(batch, accepted(batch, config), config, NOW_MS)
    assert not isinstance(rewritten, Rejection)
    assert rewritten[0] is batch
    header = parse_header(batch)
    assert header == rewritten[1]
    assert header.timestamp_type is TimestampType.LOG_APPEND_TIME
    assert [record.timestamp_ms for record in decode_records(batch)] == [NOW_MS, NOW_MS]


@pytest.mark.parametrize("source", Compression)
@pytest.mark.parametrize("target", ["uncompressed", "gzip", "snappy", "lz4", "zstd"])
def test_batches_are_recompressed_as_the_topic_says(source: Compression, target: str) -> None:
    config = LogConfig(compression_type=target)
    batch = producer_batch(b"one" * 50, b"two" * 50, compression=source)
    rewritten = rewrite_batch(batch, accepted(batch, config), config, NOW_MS)
    assert not isinstance(rewritten, Rejection)
    stored, header = rewritten
    assert header.compression.name == target.upper().replace("UNCOMPRESSED", "NONE")
    assert [record.value for record in decode_records(stored)] == [b"one" * 50, b"two" * 50]


def test_a_batch_that_grows_beyond_the_limit_when_unpacked_is_too_large() -> None:
    batch = producer_batch(b"x" * 10_000, compression=Compression.ZSTD)
    config = LogConfig(compression_type="uncompressed", max_message_bytes=1000)
    outcome = rewrite_batch(batch, accepted(batch, config), config, NOW_MS)
    assert isinstance(outcome, Rejection)
    assert outcome.error is ErrorCode.MESSAGE_TOO_LARGE


def test_a_batch_that_cannot_be_unpacked_is_an_invalid_record() -> None:
    batch = with_field(producer_batch(b"one"), 21, ">h", Compression.GZIP)
    config = LogConfig(compression_type="zstd")
    outcome = rewrite_batch(batch, accepted(batch, config), config, NOW_MS)
    assert isinstance(outcome, Rejection)
    assert outcome.error is ErrorCode.INVALID_RECORD
