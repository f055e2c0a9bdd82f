"""Records in batches: what we write others read, what others write we read, byte for byte."""

import struct
from collections.abc import Callable

import crc32c
import pytest
from aiokafka.record.default_records import DefaultRecordBatch as AioKafkaBatch
from aiokafka.record.default_records import DefaultRecordBatchBuilder as AioKafkaBuilder
from hypothesis import given, settings
from hypothesis import strategies as st
from kafka.record.default_records import DefaultRecordBatch as KafkaPythonBatch
from kafka.record.default_records import DefaultRecordBatchBuilder as KafkaPythonBuilder

from odradek.protocol.records import (
    BatchTooLargeError,
    Compression,
    CorruptBatchError,
    Record,
    RecordsError,
    TimestampType,
    decode_records,
    encode_batch,
    parse_header,
)

BUILDERS = {"kafka-python": KafkaPythonBuilder, "aiokafka": AioKafkaBuilder}
READERS = {"kafka-python": KafkaPythonBatch, "aiokafka": AioKafkaBatch}

data = st.none() | st.binary(max_size=200)
headers = st.lists(st.tuples(st.text(max_size=10), data), max_size=3).map(tuple)


@st.composite
def batches(draw: Callable[..., object]) -> list[Record]:
    """Records with consecutive offsets from 0, as a producer builds them."""
    rows = draw(
        st.lists(st.tuples(st.integers(0, 2**42), data, data, headers), min_size=1, max_size=8)
    )
    return [Record(offset, *row) for offset, row in enumerate(rows)]


def built_by(client: str, records: list[Record], codec: Compression) -> bytes:
    builder = BUILDERS[client](
        magic=2,
        compression_type=codec,
        is_transactional=False,
        producer_id=77,
        producer_epoch=3,
        base_sequence=11,
        batch_size=1 << 20,
    )
    for record in records:
        builder.append(
            record.offset,
            record.timestamp_ms,
            record.key,
            record.value,
            [*record.headers],
        )
    return bytes(builder.build())


def read_by(client: str, batch: bytes) -> list[Record]:
    reader = READERS[client](bytearray(batch))
    assert reader.validate_crc()
    return [
        Record(row.offset, row.timestamp, row.key, row.value, tuple(row.headers)) for row in reader
    ]


def encoded(records: list[Record], codec: Compression = Compression.NONE) -> bytes:
    return encode_batch(
        records, compression=codec, producer_id=77, producer_epoch=3, base_sequence=11
    )


@pytest.mark.parametrize("client", BUILDERS)
@given(records=batches())
def test_uncompressed_batches_equal_other_clients_byte_for_byte(
    client: str, records: list[Record]
) -> None:
    ours, theirs = encoded(records), built_by(client, records, Compression.NONE)
    assert ours[:12] == theirs[:12]
    assert ours[16:] == theirs[16:], "between lies the leader epoch, which the broker sets"


@pytest.mark.parametrize("client", READERS)
@pytest.mark.parametrize("codec", Compression)
@given(records=batches())
@settings(max_examples=25)
def test_other_clients_read_what_we_write(
    client: str, codec: Compression, records: list[Record]
) -> None:
    assert read_by(client, encoded(records, codec)) == records


@pytest.mark.parametrize("client", BUILDERS)
@pytest.mark.parametrize("codec", Compression)
@given(records=batches())
@settings(max_examples=25)
def test_we_read_what_other_clients_write(
    client: str, codec: Compression, records: list[Record]
) -> None:
    assert decode_records(built_by(client, records, codec)) == records


@pytest.mark.parametrize("client", READERS)
@pytest.mark.parametrize("codec", [codec for codec in Compression if codec])
def test_batches_of_many_blocks_are_read_both_ways(client: str, codec: Compression) -> None:
    records = [Record(offset, offset, None, bytes(range(256)) * 40) for offset in range(100)]
    assert read_by(client, encoded(records, codec)) == records
    assert decode_records(built_by(client, records, codec)) == records


def test_offsets_are_consecutive_unless_holes_are_kept() -> None:
    records = [Record(offset, 0, None, b"v") for offset in (10, 11, 15)]
    consecutive = decode_records(encode_batch(records))
    assert [record.offset for record in consecutive] == [10, 11, 12]
    compacted = encode_batch(records, keep_offsets=True)
    assert [record.offset for record in decode_records(compacted)] == [10, 11, 15]
    assert parse_header(compacted).last_offset_delta == 5


def test_flags_travel_in_the_attributes() -> None:
    batch = encode_batch(
        [Record(0, 5, b"k", b"v")],
        compression=Compression.ZSTD,
        timestamp_type=TimestampType.LOG_APPEND_TIME,
        is_transactional=True,
        is_control=True,
    )
    header = parse_header(batch)
    assert header.compression is Compression.ZSTD
    assert header.timestamp_type is TimestampType.LOG_APPEND_TIME
    assert (header.is_transactional, header.is_control) == (True, True)
    assert not header.has_delete_horizon


def test_under_log_append_time_every_record_has_the_batchs_timestamp() -> None:
    records = [Record(0, 5, None, b"a"), Record(1, 9, None, b"b")]
    batch = encode_batch(records, timestamp_type=TimestampType.LOG_APPEND_TIME)
    assert [record.timestamp_ms for record in decode_records(batch)] == [9, 9]


def test_a_batch_without_records_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="at least one"):
        encode_batch([])


@given(batches(), st.integers(0), st.integers(1, 255))
def test_a_changed_byte_is_refused_or_changes_only_what_the_checksum_leaves_out(
    records: list[Record], position: int, change: int
) -> None:
    batch = bytearray(encoded(records))
    position %= len(batch)
    batch[position] ^= change
    try:
        decoded = decode_records(bytes(batch))
    except CorruptBatchError:
        return
    assert position < 16, "only base offset, length and leader epoch are outside the checksum"
    assert [record.value for record in decoded] == [record.value for record in records]


@given(batches(), st.integers(0), st.integers(1, 255))
def test_damage_behind_a_valid_checksum_never_escapes_as_another_error(
    records: list[Record], position: int, change: int
) -> None:
    batch = bytearray(encoded(records, Compression.NONE))
    batch[21 + position % (len(batch) - 21)] ^= change
    struct.pack_into(">I", batch, 17, crc32c.crc32c(bytes(batch[21:])))
    try:
        decode_records(bytes(batch))
    except RecordsError:
        return


@pytest.mark.parametrize("codec", [codec for codec in Compression if codec])
def test_a_decompression_bomb_is_refused(codec: Compression) -> None:
    bomb = encoded([Record(0, 0, None, bytes(8 << 20))], codec)
    assert len(bomb) < 1 << 20
    with pytest.raises(BatchTooLargeError):
        decode_records(bomb, limit_bytes=4 << 20)


def test_a_claim_of_two_billion_records_costs_nothing() -> None:
    batch = bytearray(encoded([Record(0, 0, None, b"v")]))
    struct.pack_into(">i", batch, 57, 2**31 - 1)
    struct.pack_into(">I", batch, 17, crc32c.crc32c(bytes(batch[21:])))
    with pytest.raises(CorruptBatchError):
        decode_records(bytes(batch))
