"""The keys of a batch, and where its records are: what a cleaning reads of everything.

A *place* is the offset of a record and where in its batch's decompressed body it begins, in one
number, so that a map of places costs no more than one of offsets.

Lengths and keys alone are looked at; a record is judged whole before it is copied
(`raw_records.records_at`). Many topics have records of one size: counters, positions, prices. A run
of those has one shape, its fields lie in columns of the body, and a column is compared and cut out
by one call however long it is. All others are read number by number.

Raises what `decode_records` raises, for the same reasons.
"""

import struct
from collections.abc import Iterable, Iterator

from odradek.protocol.records.batch import BatchHeader
from odradek.protocol.records.errors import CorruptBatchError
from odradek.protocol.records.varint import decode_varint

OFFSET_SHIFT = 32
START_MASK = (1 << OFFSET_SHIFT) - 1

ALIKE_FOR_A_RUN = 4
"""So many records of one size in a row, and it is worth looking for more."""
WORTHWHILE_RUN = 16
"""A batch whose run was shorter is read record by record from there on."""

_CONTINUES = bytes(128) + b"\1" * 128
"""Whether a byte of a varint is followed by another."""
_DELTAS = {
    1: bytes(range(0, 128, 2)),
    2: b"".join(bytes((delta << 1 & 0x7F | 0x80, delta >> 6)) for delta in range(8192)),
}
"""The offset deltas 0, 1, 2... as they are written in one byte and in two."""


def read_keys(header: BatchHeader, body: bytes) -> tuple[list[bytes | None], list[int]]:
    """The key and the place of every record of a body."""
    reader = _KeyReader(header, body)
    try:
        while reader.left:
            reader.read_singly()
            reader.read_run()
    except IndexError as error:
        raise CorruptBatchError("the records end in the middle of one") from error
    if reader.position != len(body):
        raise CorruptBatchError(f"the records take {reader.position} of {len(body)} bytes")
    if reader.places != sorted(reader.places):
        raise CorruptBatchError("the records are not in the order of their offsets")
    return reader.keys, reader.places


class _KeyReader:
    """Reads one batch from its first record to its last, in turns of single ones and runs."""

    __slots__ = ("_base_offset", "_body", "_expects_runs", "keys", "left", "places", "position")

    def __init__(self, header: BatchHeader, body: bytes) -> None:
        self._base_offset = header.base_offset
        self._body = body
        self._expects_runs = True
        self.left = header.records_count
        self.position = 0
        self.keys: list[bytes | None] = []
        self.places: list[int] = []

    def read_singly(self) -> None:
        """Read records until some are of one size."""
        body, base_offset, end = self._body, self._base_offset, self.position
        take_key, take_place = self.keys.append, self.places.append
        size, alike = 0, 0
        alike_max = ALIKE_FOR_A_RUN if self._expects_runs else self.left + 1
        count = 0
        while count < self.left and alike < alike_max:
            count += 1
            start = end
            byte = body[start]
            if byte < 128:
                end, position = start + 1 + (byte >> 1), start + 2
            elif (more := body[start + 1]) < 128:
                end, position = start + 2 + ((byte & 0x7F | more << 7) >> 1), start + 3
            else:
                length, position = decode_varint(body, start)
                end, position = position + length, position + 1
            while body[position] > 127:  # the timestamp does not matter
                position += 1
            byte = body[position + 1]
            if byte < 128:
                offset, position = base_offset + (byte >> 1), position + 2
            elif (more := body[position + 2]) < 128:
                offset, position = base_offset + ((byte & 0x7F | more << 7) >> 1), position + 3
            else:
                delta, position = decode_varint(body, position + 1)
                offset = base_offset + delta
            take_place(offset << OFFSET_SHIFT | start)
            byte = body[position]
            if byte < 128 and not byte & 1:
                key_end = position + 1 + (byte >> 1)
                take_key(body[position + 1 : key_end])
            else:
                key, key_end = _read_key(body, position)
                take_key(key)
            if key_end > end:
                raise CorruptBatchError(f"a record ends at byte {end}, its key does not")
            alike = alike + 1 if end - start == size else 0
            size = end - start
        self.left -= count
        self.position = end

    def read_run(self) -> None:
        """Read as many records as have the shape of the next one."""
        if not self._expects_runs or self.left < WORTHWHILE_RUN:
            self._expects_runs = False
            return
        body, start = self._body, self.position
        length, position = decode_varint(body, start)
        stride = position - start + length
        offset_at = _behind_varint(body, position + 1)
        key_length_at = _behind_varint(body, offset_at)
        key_bytes, key_at = decode_varint(body, key_length_at)
        if key_bytes < 0 or key_at + key_bytes > start + stride or stride <= 0:
            self._expects_runs = False  # whatever it is, it is read singly
            return
        sizes = (*range(start, position), *range(key_length_at, key_at))
        numbers = range(position + 1, key_length_at)
        count = min(self._count_same(stride, sizes), self._count_as_long(stride, numbers))
        self._expects_runs = count >= WORTHWHILE_RUN
        end = start + count * stride
        before, behind = key_at - start, start + stride - key_at - key_bytes
        rows = struct.iter_unpack(f"{before}x{key_bytes}s{behind}x", memoryview(body)[start:end])
        self.keys += [key for (key,) in rows]
        self.places += self._places(offset_at, key_length_at - offset_at, stride, count)
        self.left -= count
        self.position = end

    def _count_same(self, stride: int, places: Iterable[int]) -> int:
        """In how many records from here these bytes are the same."""
        return min(_count_first(column) for column in self._columns(stride, places))

    def _count_as_long(self, stride: int, places: Iterable[int]) -> int:
        """In how many records from here numbers of these bytes end at the same one."""
        columns = self._columns(stride, places)
        return min(_count_first(column.translate(_CONTINUES)) for column in columns)

    def _columns(self, stride: int, places: Iterable[int]) -> Iterator[bytes]:
        """These bytes of as many records as may have the shape of the next."""
        count = min(self.left, (len(self._body) - self.position) // stride)
        end = self.position + count * stride
        return (self._body[place:end:stride] for place in places)

    def _places(self, offset_at: int, offset_bytes: int, stride: int, count: int) -> list[int]:
        body, base_offset = self._body, self._base_offset
        end = offset_at + count * stride
        delta, _ = decode_varint(body, offset_at)
        first, step = (base_offset + delta << OFFSET_SHIFT) | self.position, 1 << OFFSET_SHIFT
        if self._counts_up(offset_at, offset_bytes, stride, count, delta):
            return list(range(first, first + count * (step + stride), step + stride))
        starts = range(self.position, self.position + count * stride, stride)
        return [
            base_offset + decode_varint(body, at)[0] << OFFSET_SHIFT | start
            for at, start in zip(range(offset_at, end, stride), starts, strict=True)
        ]

    def _counts_up(
        self, offset_at: int, offset_bytes: int, stride: int, count: int, delta: int
    ) -> bool:
        """Whether there is no hole between the offsets of a run."""
        written = _DELTAS.get(offset_bytes, b"")
        return delta >= 0 and all(
            self._body[offset_at + byte : offset_at + (count - 1) * stride + byte + 1 : stride]
            == written[delta * offset_bytes + byte : (delta + count) * offset_bytes : offset_bytes]
            for byte in range(offset_bytes)
        )


def _read_key(body: bytes, position: int) -> tuple[bytes | None, int]:
    """The key whose length is at `position`, and where it ends."""
    length, position = decode_varint(body, position)
    if length < 0:
        if length < -1:
            raise CorruptBatchError(f"a key claims {length} bytes at byte {position}")
        return None, position
    end = position + length
    return body[position:end], end


def _count_first(column: bytes) -> int:
    """How often the first byte is repeated."""
    return len(column) - len(column.lstrip(column[:1]))


def _behind_varint(body: bytes, position: int) -> int:
    while body[position] > 127:
        position += 1
    return position + 1
