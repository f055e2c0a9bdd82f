"""What some topics want of a batch before it is stored: keys, a codec, a timestamp.

The only appends for which records are looked at one by one, a microsecond or two each.
"""

from odradek.broker.log.config import LogConfig
from odradek.broker.log.validation import Rejection, rewrite_batch
from odradek.protocol.errors import ErrorCode
from odradek.protocol.records.batch import BatchHeader
from odradek.protocol.records.errors import RecordsError
from odradek.protocol.records.raw_records import records_body, walk_records

NO_KEY = "a compacted topic keeps the latest record of every key, and this record has none"


def prepare_batch(
    batch: memoryview, header: BatchHeader, config: LogConfig, now_ms: int, *, wants_keys: bool
) -> tuple[memoryview, BatchHeader] | Rejection:
    """The batch as it is to be stored; coordinators, who know what they do, may leave out keys."""
    if wants_keys and config.is_compacted:
        keyless = reject_keyless(header, batch)
        if keyless is not None:
            return keyless
    if config.rewrites_batches:
        return rewrite_batch(batch, header, config, now_ms)
    return batch, header


def reject_keyless(header: BatchHeader, batch: memoryview) -> Rejection | None:
    """Name the records without a key by their index within the batch; None when all have one."""
    try:
        body = records_body(header, batch)
        keyless = [
            index for index, record in enumerate(walk_records(header, body)) if not record.has_key
        ]
    except RecordsError as error:
        return Rejection(ErrorCode.INVALID_RECORD, str(error))
    if not keyless:
        return None
    return Rejection(
        ErrorCode.INVALID_RECORD,
        f"{len(keyless)} of {header.records_count} records have no key, and the topic is compacted",
        tuple((index, NO_KEY) for index in keyless),
    )
