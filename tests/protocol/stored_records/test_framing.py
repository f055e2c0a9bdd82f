"""How stored records are framed, and which are known."""

import pytest

from odradek.protocol.errors import DecodeError, UnsupportedVersion
from odradek.protocol.stored_records import cluster_metadata, consumer_offsets, transaction_state
from odradek.protocol.stored_records.cluster_metadata import NoOpRecord, TopicRecord
from odradek.protocol.stored_records.consumer_offsets import (
    GroupMetadataKey,
    OffsetCommitKey,
    OffsetCommitValue,
)
from odradek.protocol.stored_records.framing import (
    UnknownRecordType,
    decode_key,
    decode_metadata_record,
    decode_value,
    encode_key,
    encode_metadata_record,
    encode_value,
)
from odradek.protocol.stored_records.transaction_state import TransactionLogKey, TransactionLogValue


def test_a_key_starts_with_its_record_type() -> None:
    key = OffsetCommitKey(group="g", topic="t", partition=3)
    assert encode_key(key) == b"\x00\x01\x00\x01g\x00\x01t\x00\x00\x00\x03"
    assert decode_key(encode_key(key), consumer_offsets.KEYS) == key
    group = GroupMetadataKey(group="g")
    assert decode_key(encode_key(group), consumer_offsets.KEYS) == group
    transaction = TransactionLogKey(transactional_id="payments")
    assert encode_key(transaction) == b"\x00\x00\x00\x08payments"
    assert decode_key(encode_key(transaction), transaction_state.KEYS) == transaction


def test_a_value_starts_with_its_version() -> None:
    value = OffsetCommitValue(offset=42, leader_epoch=1, metadata="m", commit_timestamp=9)
    encoded = encode_value(value, 3)
    assert encoded[:2] == b"\x00\x03"
    assert decode_value(encoded, OffsetCommitValue) == value


def test_a_transaction_keeps_the_ids_around_it_in_tags() -> None:
    value = TransactionLogValue(producer_id=5, previous_producer_id=4, next_producer_epoch=2)
    assert decode_value(encode_value(value, 1), TransactionLogValue) == value
    assert decode_value(encode_value(value, 0), TransactionLogValue) == TransactionLogValue(
        producer_id=5
    )


def test_a_metadata_record_starts_with_frame_version_type_and_version() -> None:
    record = TopicRecord(name="t", topic_id=bytes(range(16)))
    encoded = encode_metadata_record(record, 0)
    assert encoded == b"\x01\x02\x00\x02t" + bytes(range(16)) + b"\x00"
    assert decode_metadata_record(encoded, cluster_metadata.RECORDS) == record
    no_op = encode_metadata_record(NoOpRecord(), 0)
    assert decode_metadata_record(no_op, cluster_metadata.RECORDS) == NoOpRecord()


def test_unknown_record_types_are_told_apart_from_damage() -> None:
    with pytest.raises(UnknownRecordType, match="record type 3"):
        decode_key(b"\x00\x03\x00\x00", consumer_offsets.KEYS)
    with pytest.raises(UnknownRecordType, match="record type 99"):
        decode_metadata_record(b"\x01\x63\x00", cluster_metadata.RECORDS)


@pytest.mark.parametrize("data", [b"", b"\x01", b"\x01\x02", b"\x02\x02\x00\x01", b"\x01\x02\x00"])
def test_damaged_metadata_records_are_refused(data: bytes) -> None:
    with pytest.raises(DecodeError):
        decode_metadata_record(data, cluster_metadata.RECORDS)


def test_damaged_keys_and_values_are_refused() -> None:
    with pytest.raises(DecodeError, match="too short"):
        decode_key(b"\x00", consumer_offsets.KEYS)
    with pytest.raises(DecodeError):
        decode_value(b"\x00\x03\x00", OffsetCommitValue)
    with pytest.raises(UnsupportedVersion):
        decode_value(b"\x00\x09", OffsetCommitValue)
