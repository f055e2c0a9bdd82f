"""The `.txnindex` file of a segment: the transactions whose abort markers lie in it.

A consumer that reads committed data alone gets, with every piece of a partition, the aborted
transactions that reach into the piece, and drops their records. An entry says where such a
transaction began and ended, and the last stable offset when it ended: no transaction of a later
entry begins before that, so a search may stop there.

34 bytes an entry, in Kafka's format and in the order of the markers. Entries stay in memory as they
stand in the file; a segment without aborted transactions has no file.
"""

import struct

import msgspec

from odradek.broker.log.errors import CorruptFileError

ENTRY = struct.Struct(">hqqqq")
ENTRY_BYTES = ENTRY.size
VERSION = 0


class AbortedTransaction(msgspec.Struct, frozen=True, gc=False):
    """From its first record to its marker, both included."""

    producer_id: int
    first_offset: int
    last_offset: int
    last_stable_offset: int


class TransactionIndex:
    """The entries of one segment. `is_stored`: there is a file, which may be out of date."""

    __slots__ = ("_content", "is_stored")

    def __init__(self) -> None:
        self._content = bytearray()
        self.is_stored = False

    def __len__(self) -> int:
        return len(self._content) // ENTRY_BYTES

    def append(self, aborted: AbortedTransaction) -> None:
        """Add a transaction whose marker follows all that are known."""
        self._content += ENTRY.pack(
            VERSION,
            aborted.producer_id,
            aborted.first_offset,
            aborted.last_offset,
            aborted.last_stable_offset,
        )

    def truncate(self, entries: int) -> None:
        """Forget the entries behind the first so many."""
        del self._content[entries * ENTRY_BYTES :]

    def truncate_to_offset(self, offset: int) -> None:
        """Forget transactions whose markers lie at `offset` or beyond it."""
        self.truncate(self._first_ending_from(offset))

    def collect(self, from_offset: int, end_offset: int, found: list[AbortedTransaction]) -> bool:
        """Add what reaches into [from_offset, end_offset); whether later entries cannot."""
        for position in range(self._first_ending_from(from_offset), len(self)):
            entry = self._entry(position)
            if entry.first_offset < end_offset:
                found.append(entry)
            if entry.last_stable_offset >= end_offset:
                return True
        return False

    def to_bytes(self) -> bytes:
        return bytes(self._content)

    @classmethod
    def from_bytes(cls, path: str, content: bytes) -> "TransactionIndex":
        """Raises CorruptFileError when the file cannot be what was written."""
        if len(content) % ENTRY_BYTES:
            raise CorruptFileError(f"{path} has {len(content)} bytes, no multiple of {ENTRY_BYTES}")
        if any(version != VERSION for version, *_ in ENTRY.iter_unpack(content)):
            raise CorruptFileError(f"{path} has an entry of an unknown version")
        index = cls()
        index._content = bytearray(content)
        index.is_stored = True
        return index

    def _entry(self, position: int) -> AbortedTransaction:
        _, *fields = ENTRY.unpack_from(self._content, position * ENTRY_BYTES)
        return AbortedTransaction(*fields)

    def _first_ending_from(self, offset: int) -> int:
        """The position of the first entry whose marker lies at `offset` or behind it."""
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self._entry(middle).last_offset < offset:
                low = middle + 1
            else:
                high = middle
        return low
