"""Which open transactions hang, worked out from values."""

from odradek.cli.log_offsets import Partition
from odradek.cli.txn.hanging import (
    SLACK_MS,
    KnownTransaction,
    OpenTransaction,
    candidates,
    hanging,
)

NOW_MS = 10_000_000
TIMEOUT_MS = 60_000
HERE, THERE = Partition("t", 0), Partition("t", 1)


def opened(producer_id: int, last_timestamp_ms: int = 0) -> OpenTransaction:
    return OpenTransaction(HERE, producer_id, 3, 0, 42, last_timestamp_ms)


def known(producer_id: int, *partitions: Partition) -> KnownTransaction:
    return KnownTransaction("id", producer_id, 3, "Ongoing", frozenset(partitions))


def test_only_what_is_older_than_any_transaction_may_be_is_looked_at() -> None:
    limit_ms = NOW_MS - TIMEOUT_MS - SLACK_MS
    old, young = opened(1, limit_ms), opened(2, limit_ms + 1)
    assert candidates([old, young], NOW_MS, TIMEOUT_MS) == [old]


def test_a_transaction_hangs_when_nobody_will_end_it_here() -> None:
    forgotten, elsewhere, alive = opened(1), opened(2), opened(3)
    coordinators = {2: known(2, THERE), 3: known(3, HERE, THERE)}
    assert hanging([forgotten, elsewhere, alive], coordinators) == [forgotten, elsewhere]
