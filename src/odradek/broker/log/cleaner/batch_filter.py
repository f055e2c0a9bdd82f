"""What compaction leaves of one batch: all of it, some of its records, its bare header, or nothing.

A record stays when it is the latest of its key, or lies behind what the offset map knows. In the
part whose keys were learned the places of what stays are known, so most batches are judged without
being unpacked, and of the others only what stays is looked at.

A tombstone that is the latest stays until its batch's delete horizon, which is set when a cleaning
first finds it: `delete.retention.ms` from then (KIP-534). A marker stays while its transaction has
records, and then until a horizon of its own. Records without a key have no latest and go.

The last five batches of a producer that is still known keep at least their headers, so that its
sequences, and with them the retries that it may still send, survive the loss of every snapshot. Of
a transactional producer the last alone: what is cleaned was decided, and is not sent again.

Differs from Kafka: Kafka keeps the last batch alone. A producer has up to five under way; when the
answers to all of them are lost, and the broker cleans, falls and comes back, the retry of the first
is recognised here, and refused there with OUT_OF_ORDER_SEQUENCE_NUMBER.
"""

from collections.abc import Mapping
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
    records_at,
    records_body,
    walk_records,
)
from odradek.protocol.records.record_keys import read_keys


class LastBatches(msgspec.Struct, frozen=True):
    """Where the batches end that a producer may send again; none when it has only a marker."""

    producer_epoch: int
    last_offsets: frozenset[int] = frozenset()

    def have(self, header: BatchHeader) -> bool:
        """Whether this batch is one of them, or the marker that tells of the producer's epoch."""
        if not self.last_offsets:
            return header.is_control and header.producer_epoch == self.producer_epoch
        if header.is_transactional:
            return header.last_offset == max(self.last_offsets)
        return header.last_offset in self.last_offsets


class CountsRecords(Protocol):
    records_read: int
    records_kept: int


class BatchFilter:
    """Filters the batches of one cleaning in the order of the log."""

    def __init__(
        self,
        latest: OffsetMap,
        transactions: CleanedTransactions,
        last_batches: Mapping[int, LastBatches],
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
        if left is None and self._may_be_sent_again(header):
            return empty_batch(header)
        return left

    def _may_be_sent_again(self, header: BatchHeader) -> bool:
        last = self._last_batches.get(header.producer_id)
        return last is not None and last.have(header)

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
            latest = self._latest.latest_of(*read_keys(header, body))
        kept = records_at(header, body, latest)
        if self._is_past_horizon(header):
            kept = [one for one in kept if not self._is_outlived(header, one)]
        self._counts.records_kept += len(kept)
        if not kept:
            return None
        needs_horizon = not header.has_delete_horizon and any(one.is_tombstone for one in kept)
        if len(kept) == header.records_count and not needs_horizon:
            return batch
        return rebuild_batch(header, body, kept, self._new_horizon_ms if needs_horizon else None)

    def _latest_in(self, header: BatchHeader) -> list[int] | None:
        """The places of what stays; None when the keys of the batch must tell."""
        if header.base_offset < self._first_dirty_offset:
            return None
        if header.last_offset > self._latest.latest_offset:
            return None
        return self._latest.latest_between(header.base_offset, header.last_offset)

    def _is_outlived(self, header: BatchHeader, record: RawRecord) -> bool:
        """Whether a tombstone's time is over, and nothing older that it deletes is left."""
        offset = header.base_offset + record.offset_delta
        return record.is_tombstone and offset <= self._latest.latest_offset
