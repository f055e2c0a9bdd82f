"""Keys and places of batches: the quick way finds what decoding finds."""

import random

import pytest

from odradek.protocol.records import Record, decode_records, encode_batch
from odradek.protocol.records.batch import HEADER_BYTES, BatchHeader, parse_header
from odradek.protocol.records.errors import CorruptBatchError
from odradek.protocol.records.raw_records import records_at, walk_records
from odradek.protocol.records.record_keys import OFFSET_SHIFT, read_keys
from odradek.protocol.records.varint import append_varint

SEEDS = range(20)
NOW_MS = 1_800_000_000_000
BASE_OFFSET = 5_000_000_000


def batch_of(records: list[Record]) -> tuple[BatchHeader, bytes]:
    """A batch's header and body, at an offset of more than 32 bits."""
    batch = encode_batch(records)
    return parse_header(batch)._replace(base_offset=BASE_OFFSET), bytes(batch[HEADER_BYTES:])


def written(fields: list[tuple[int, int, bytes | None, bytes | None]]) -> tuple[BatchHeader, bytes]:
    """A batch of raw records: timestamp delta, offset delta, key, value; whatever they say."""
    body = bytearray()
    for timestamp_delta, offset_delta, key, value in fields:
        record = bytearray(1)
        append_varint(record, timestamp_delta)
        append_varint(record, offset_delta)
        for field in (key, value):
            append_varint(record, -1 if field is None else len(field))
            record += field or b""
        append_varint(record, 0)
        append_varint(body, len(record))
        body += record
    header, _ = batch_of([Record(0, NOW_MS, b"", b"")])
    return header._replace(records_count=len(fields)), bytes(body)


def records_at_random(dice: random.Random) -> list[Record]:
    """Stretches of records of one size between others, as real topics have them."""
    records: list[Record] = []
    while len(records) < 400:
        key_bytes, value_bytes = dice.choice((0, 1, 8, 36, 200)), dice.choice((0, 5, 60, 3000))
        step_ms = dice.choice((0, 0, 1, 40, 9_000))
        for _ in range(dice.choice((1, 2, 3, 20, 150))):
            key: bytes | None = dice.randbytes(key_bytes)
            value: bytes | None = bytes(value_bytes)
            if dice.random() < 0.02:
                key, value = dice.choice(((None, value), (key, None), (b"other", b"size")))
            records.append(Record(0, NOW_MS + step_ms * len(records), key, value))
    return records


@pytest.mark.parametrize("seed", SEEDS)
def test_the_quick_way_finds_what_decoding_finds(seed: int) -> None:
    written = records_at_random(random.Random(seed))
    header, body = batch_of(written)
    records = list(walk_records(header, body))
    keys, places = read_keys(header, body)
    assert keys == [record.key for record in written]
    assert [record.has_key for record in records] == [key is not None for key in keys]
    assert [record.is_tombstone for record in records] == [one.value is None for one in written]
    assert places == [
        BASE_OFFSET + record.offset_delta << OFFSET_SHIFT | record.start for record in records
    ]
    some = random.Random(seed).sample(range(len(places)), 20)
    found = records_at(header, body, [places[number] for number in some])
    assert found == [records[number] for number in some]


@pytest.mark.parametrize("step", [2, 3, 70, 200])
def test_holes_between_offsets_are_kept(step: int) -> None:
    deltas = [step * number for number in range(300)]
    header, body = written([(0, delta, b"key", b"value") for delta in deltas])
    _, places = read_keys(header, body)
    assert [place >> OFFSET_SHIFT for place in places] == [BASE_OFFSET + delta for delta in deltas]
    assert len(records_at(header, body, places)) == 300


def test_a_hole_inside_a_run_is_seen() -> None:
    deltas = [*range(100, 150), *range(151, 200)]
    header, body = written([(0, delta, b"key", b"value") for delta in deltas])
    _, places = read_keys(header, body)
    assert [place >> OFFSET_SHIFT for place in places] == [BASE_OFFSET + delta for delta in deltas]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_damaged_body_is_refused_or_read_as_decoding_reads_it(seed: int) -> None:
    """Headers of records are not looked at: they are copied as they are."""
    dice = random.Random(seed)
    records = [Record(0, NOW_MS, dice.randbytes(8), bytes(20)) for _ in range(100)]
    batch = bytearray(encode_batch(records))
    for _ in range(30):
        damaged = bytearray(batch)
        damaged[dice.randrange(HEADER_BYTES, len(batch))] = dice.randrange(256)
        header, body = parse_header(damaged), bytes(damaged[HEADER_BYTES:])
        try:
            keys, places = read_keys(header, body)
            kept = records_at(header, body, places)
            decoded = decode_records(damaged, verify_crc=False)
        except CorruptBatchError:
            continue
        assert keys == [record.key for record in decoded]
        assert [one.offset_delta for one in kept] == [record.offset for record in decoded]


def test_offsets_that_go_back_are_refused() -> None:
    header, body = written([(0, delta, b"key", b"value") for delta in (0, 2, 1)])
    with pytest.raises(CorruptBatchError, match="not in the order"):
        read_keys(header, body)


def test_a_negative_offset_delta_is_refused_where_it_is_kept() -> None:
    header, body = written([(0, -1, b"key", b"value")])
    with pytest.raises(CorruptBatchError, match="offset delta of -1"):
        records_at(header, body, read_keys(header, body)[1])
