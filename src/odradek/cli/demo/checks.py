"""Whether a topic holds exactly the rows that were sent: none lost, doubled, changed or reordered.

`Fingerprint` takes records one by one and keeps what is needed to compare two sets of them: their
number, their distinct digests, a checksum that ignores order, and per key a chain of digests that
does not. Records without a key have no order to keep.

Pure: no Kafka here. The same class digests the source and what is read back.
"""

from hashlib import blake2b
from typing import NamedTuple

DIGEST_BYTES = 8
CHECKSUM_MODULUS = 1 << 64


class Fingerprint:
    """What a set of records comes down to."""

    def __init__(self) -> None:
        self.records = 0
        self.size_bytes = 0
        self.digests: set[int] = set()
        self.checksum = 0
        self.order_by_key: dict[bytes, int] = {}

    def add(self, key: bytes | None, value: bytes | None) -> None:
        """Take in the next record; records of one key must come in their order."""
        digest = _digest(key, value)
        self.records += 1
        self.size_bytes += len(key or b"") + len(value or b"")
        self.digests.add(digest)
        self.checksum = (self.checksum + digest) % CHECKSUM_MODULUS
        if key is not None:
            self.order_by_key[key] = hash((self.order_by_key.get(key), digest))


class Comparison(NamedTuple):
    """One topic against its source."""

    topic: str
    source_rows: int
    records: int
    source_distinct: int
    distinct: int
    lost: int
    unknown: int
    checksum_equal: bool
    keys_out_of_order: int

    @property
    def duplicates(self) -> int:
        """Records beyond those that the distinct rows account for, less the source's own."""
        return (self.records - self.distinct) - (self.source_rows - self.source_distinct)

    @property
    def order_kept(self) -> bool:
        """Whether the records of each key come in the order of its rows."""
        return self.keys_out_of_order == 0

    @property
    def differences(self) -> list[str]:
        """Everything that is not as it was sent, in words; empty when all is well."""
        findings = [
            (
                self.records != self.source_rows,
                f"{self.records:,} records instead of {self.source_rows:,}",
            ),
            (self.lost > 0, f"{self.lost:,} rows lost"),
            (self.unknown > 0, f"{self.unknown:,} records that are no row of the source"),
            (self.duplicates > 0, f"{self.duplicates:,} duplicates"),
            (not self.checksum_equal, "another checksum"),
            (not self.order_kept, f"{self.keys_out_of_order:,} keys out of order"),
        ]
        return [f"{self.topic}: {finding}" for is_so, finding in findings if is_so]


def compare(topic: str, source: Fingerprint, read_back: Fingerprint) -> Comparison:
    """Hold what was read back against the source."""
    keys = source.order_by_key.keys() | read_back.order_by_key.keys()
    return Comparison(
        topic=topic,
        source_rows=source.records,
        records=read_back.records,
        source_distinct=len(source.digests),
        distinct=len(read_back.digests),
        lost=len(source.digests - read_back.digests),
        unknown=len(read_back.digests - source.digests),
        checksum_equal=source.checksum == read_back.checksum,
        keys_out_of_order=sum(
            source.order_by_key.get(key) != read_back.order_by_key.get(key) for key in keys
        ),
    )


def _digest(key: bytes | None, value: bytes | None) -> int:
    # A null and an empty key or value differ, and so do ("ab", "c") and ("a", "bc").
    digest = blake2b(b"" if key is None else b"%d:%b" % (len(key), key), digest_size=DIGEST_BYTES)
    digest.update(b"null" if value is None else b"=" + value)
    return int.from_bytes(digest.digest())
