"""What compaction leaves of one batch: all of it, some of its records, its bare header, or nothing.

A record stays when it is the latest of its key, or lies behind what the offset map knows. In the
part whose keys were learned the offsets that stay are known, so most batches are judged without
being unpacked. A
tombstone that is the latest stays until its batch's delete horizon, which is set when a cleaning
first finds it: `delete.retention.ms` from then (KIP-534). A marker stays while its transaction has
records, and then until a horizon of its own. Records without a key have no latest and go.

The last batch of a producer that is still known keeps at least its header, so that the producer's
sequence survives the loss of every snapshot.
"""

from collections.abc import Mapping, Set
from typing import Protocol

import msgspec

from odradek.broker.log.cleaner.cleaned_transactions import CleanedTransactions
from odradek.broker.log.cleaner.offset_map import OffsetMap
from odradek.protocol.records.batch import BatchHeader
from odradek.protocol.records.control_record import decode_marker
from odradek.protocol.records.raw_records import (
    RawRecord,
    empty_batch,
    rebuild_batch,
    records_body,
    walk_records,
)

NO_DATA = -1


class LastBatch(msgspec.Struct, frozen=True):
    """Where a producer's latest batch of data ends; `NO_DATA` when it has only a marker."""

    producer_epoch: int
    last_data_offset: int = NO_DATA

    def is_in(self, header: BatchHeader) -> bool:
        if self.last_data_offset != NO_DATA:
            return header.last_offset == self.last_data_offset
        return header.is_control and header.producer_epoch == self.producer_epoch


class CountsRecords(Protocol):
    records_read: int
    records_kept: int


class BatchFilter:
    """Filters the batches of one cleaning in the order of the log."""

    def __init__(
        self,
        latest: OffsetMap,
        transactions: CleanedTransactions,
        last_batches: Mapping[int, LastBatch],
        counts: CountsRecords,
        *,
        first_dirty_offset: int,
        now_ms: int,
        delete_retention_ms: int,
    ) -> None:
        self._latest = latest
        self._transactions = transactions
        self._last_batches = last_batches
        self._counts = counts
        self._first_dirty_offset = first_dirty_offset
        self._now_ms = now_ms
        self._new_horizon_ms = now_ms + delete_retention_ms

    def keep(self, header: BatchHeader, batch: memoryview) -> bytes | memoryview | None:
        """What stays of a batch; None for nothing."""
        self._counts.records_read += header.records_count
        left: bytes | memoryview | None = None
        if header.is_control:
            left = self._keep_marker(header, batch)
        elif not self._transactions.is_aborted(header) and header.records_count:
            left = self._keep_records(header, batch)
        if left is None and self._is_last_of_producer(header):
            return empty_batch(header)
        return left

    def _is_last_of_producer(self, header: BatchHeader) -> bool:
        last = self._last_batches.get(header.producer_id)
        return last is not None and last.is_in(header)

    def _is_past_horizon(self, header: BatchHeader) -> bool:
        return header.has_delete_horizon and header.base_timestamp <= self._now_ms

    def _keep_marker(self, header: BatchHeader, batch: memoryview) -> bytes | memoryview | None:
        if not header.records_count:
            return None
        marker = decode_marker(batch)
        if marker is not None:
            is_abort = not marker.is_commit
            if self._transactions.is_needless(header, is_abort=is_abort):
                if self._is_past_horizon(header):
                    return None
                if not header.has_delete_horizon:
                    batch = memoryview(self._with_horizon(header, batch))
        self._counts.records_kept += header.records_count
        return batch

    def _with_horizon(self, header: BatchHeader, batch: memoryview) -> bytes:
        body = records_body(header, batch)
        records = list(walk_records(header, body))
        return rebuild_batch(header, body, records, self._new_horizon_ms)

    def _keep_records(self, header: BatchHeader, batch: memoryview) -> bytes | memoryview | None:
        latest = self._latest_in(header)
        if latest is not None and not latest:
            return None
        body = records_body(header, batch)
        if latest is None:
            kept = [one for one in walk_records(header, body) if self._stays(header, one)]
        else:
            kept = list(walk_records(header, body, latest))
            if self._is_past_horizon(header):
                kept = [one for one in kept if not one.is_tombstone]
        self._counts.records_kept += len(kept)
        if not kept:
            return None
        needs_horizon = not header.has_delete_horizon and any(one.is_tombstone for one in kept)
        if len(kept) == header.records_count and not needs_horizon:
            return batch
        return rebuild_batch(header, body, kept, self._new_horizon_ms if needs_horizon else None)

    def _latest_in(self, header: BatchHeader) -> Set[int] | None:
        """The offsets that stay; None when the keys of the batch must tell."""
        if header.base_offset < self._first_dirty_offset:
            return None
        if header.last_offset > self._latest.latest_offset:
            return None
        return self._latest.latest_between(header.base_offset, header.last_offset)

    def _stays(self, header: BatchHeader, record: RawRecord) -> bool:
        offset = header.base_offset + record.offset_delta
        if offset > self._latest.latest_offset:
            return True
        if record.key is None or offset < self._latest.get(record.key):
            return False
        return not (record.is_tombstone and self._is_past_horizon(header))
