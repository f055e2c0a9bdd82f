"""The one log that all metadata lives in: `__cluster_metadata-0`.

A change is written, synced when durability asks for it, and only then applied; at start the same
records are applied from the beginning. Kafka's KRaft record schemas and framing are used, so
Kafka's own tools print this log. The quorum that Kafka elects has one voter here, this broker: it
leads from its start on, in an epoch of its own.
"""

from collections.abc import Iterator, Sequence

from odradek.broker.data_path.syncer import sync_now
from odradek.broker.log import LogConfig, PartitionLog
from odradek.protocol.errors import ErrorCode
from odradek.protocol.records import Record, decode_records, encode_batch, split_batches
from odradek.protocol.stored_records.cluster_metadata import RECORDS
from odradek.protocol.stored_records.framing import (
    MetadataRecord,
    decode_metadata_record,
    encode_metadata_record,
)

METADATA_TOPIC_ID = bytes(15) + b"\x01"
READ_BYTES = 1 << 20
BATCH_RECORDS_MAX = 1000
METADATA_CONFIG = LogConfig(retention_ms=-1, retention_bytes=-1, max_message_bytes=8 << 20)


class MetadataLog:
    """Appends and replays metadata records."""

    def __init__(self, log: PartitionLog, is_synced: bool) -> None:
        self._log = log
        self._is_synced = is_synced
        self.leader_epoch = max(log.epochs.latest_epoch, 0) + 1

    @property
    def end_offset(self) -> int:
        """Where the next record will be written; all before it are committed."""
        return self._log.log_end_offset

    def append(self, records: Sequence[MetadataRecord], now_ms: int) -> None:
        """Write records, durably if so configured; raises OSError and then nothing was written."""
        for first in range(0, len(records), BATCH_RECORDS_MAX):
            self._append_batch(records[first : first + BATCH_RECORDS_MAX], now_ms)
        self._log.write_staged()
        if self._is_synced:
            sync_now(self._log)
        self._log.advance_high_watermark(self._log.log_end_offset)

    def replay(self) -> Iterator[MetadataRecord]:
        """All records ever written, in order."""
        offset = self._log.log_start_offset
        while offset < self._log.log_end_offset:
            result = self._log.read(
                offset,
                READ_BYTES,
                max_offset=self._log.log_end_offset,
                minimum_one_batch=True,
            )
            for batch in split_batches(memoryview(result.records)):
                for record in decode_records(batch):
                    offset = record.offset + 1
                    if record.value is not None:
                        yield decode_metadata_record(record.value, RECORDS)

    def _append_batch(self, records: Sequence[MetadataRecord], now_ms: int) -> None:
        batch = encode_batch(
            [
                Record(offset=0, timestamp_ms=now_ms, key=None, value=_encode(record))
                for record in records
            ]
        )
        result = self._log.append(
            memoryview(bytearray(batch)), leader_epoch=self.leader_epoch, now_ms=now_ms
        )
        if result.error is not ErrorCode.NONE:
            raise OSError(f"the metadata log refused a batch: {result.message}")


def _encode(record: MetadataRecord) -> bytes:
    return encode_metadata_record(record, type(record).versions.highest)
