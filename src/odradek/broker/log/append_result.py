"""What an append and a read answer."""

import msgspec

from odradek.protocol.errors import ErrorCode


class AppendResult(msgspec.Struct, frozen=True, gc=False):
    """The outcome of one batch.

    `base_offset` and `last_offset` are -1 after an error. A duplicate is a success with the offsets
    of the original, which may not be on stable storage yet: wait for `last_offset` as for any
    other. `log_append_time_ms` is -1 unless the topic stamps batches itself; of a duplicate it is,
    as with Kafka, the largest timestamp of the original, whoever stamped it.
    """

    error: ErrorCode
    base_offset: int
    last_offset: int
    log_append_time_ms: int
    log_start_offset: int
    message: str | None = None
    record_errors: tuple[tuple[int, str], ...] = ()
    is_duplicate: bool = False


def duplicate_of(
    base_offset: int, last_offset: int, log_append_time_ms: int, log_start_offset: int
) -> AppendResult:
    """The outcome of a batch that is in the log already."""
    return AppendResult(
        ErrorCode.NONE,
        base_offset,
        last_offset,
        log_append_time_ms,
        log_start_offset,
        is_duplicate=True,
    )


class ReadResult(msgspec.Struct, frozen=True, gc=False):
    """Whole batches as they lie in the file, and the offset a reader asks for next."""

    records: bytes
    next_offset: int


class TimestampOffset(msgspec.Struct, frozen=True, gc=False):
    """One record found by its timestamp."""

    timestamp_ms: int
    offset: int
    leader_epoch: int
