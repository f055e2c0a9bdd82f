"""Between a running log and the cleaner: what is handed out, and what is taken back.

The cleaner works on files elsewhere while the log goes on. Appends, rolls and reads do not disturb
it. Where retention or DeleteRecords took segments meanwhile, the rest of the result is dropped.

Invariant: nothing takes over before everything it counted on is on stable storage: not only the
segments that were cleaned, but also the markers and batches behind them, which said what is
committed and which batches of a producer are its last.
"""

from collections.abc import Iterator

from odradek.broker.log.cleaner.batch_filter import LastBatches
from odradek.broker.log.cleaner.cleaning import CleanedGroup, CleaningJob, CleaningResult
from odradek.broker.log.cleaner.selection import CleanablePart, find_cleanable
from odradek.broker.log.directory import LogDirectory
from odradek.broker.log.errors import LogError
from odradek.broker.log.partition_log import PartitionLog
from odradek.broker.log.segment import CLEANED_SUFFIX, LogSegment


class NotDurableError(LogError):
    """A cleaning relies on what a power loss could still take."""


def cleanable_part(log: PartitionLog, cleaned_offset: int, now_ms: int) -> CleanablePart:
    """What of a log could be cleaned now, if everything below `cleaned_offset` was."""
    known = cleaned_offset if cleaned_offset <= log.log_end_offset else 0
    return find_cleanable(
        log.segments,
        log.config,
        first_dirty_offset=max(known, log.log_start_offset),
        limit=min(log.last_stable_offset, log.recovery_point),
        now_ms=now_ms,
    )


def cleaning_job(
    log: PartitionLog, part: CleanablePart, *, now_ms: int, map_bytes: int
) -> CleaningJob:
    """The description of a cleaning, for wherever it runs."""
    first, last = part.segments[0], part.segments[-1]
    return CleaningJob(
        directory=log.directory,
        log_end_offset=log.log_end_offset,
        segments=part.segments,
        first_dirty_offset=part.first_dirty_offset,
        aborted=log.aborted_transactions(first.base_offset, last.end_offset),
        last_batches={
            producer_id: LastBatches(
                state.producer_epoch, frozenset(batch.last_offset for batch in state.batches)
            )
            for producer_id, state in log.producers
        },
        now_ms=now_ms,
        delete_retention_ms=log.config.delete_retention_ms,
        segment_bytes=log.config.segment_bytes,
        index_interval_bytes=log.config.index_interval_bytes,
        map_bytes=map_bytes,
    )


def take_over(
    directory: LogDirectory, log: PartitionLog, job: CleaningJob, result: CleaningResult
) -> Iterator[CleanedGroup]:
    """Put the cleaned segments in place, one after the other: each that was yielded is.

    The caller has synced the log since the job was made. The stored recovery point must lie behind
    them first: recovery takes a hole above it for damage.

    Oldest first, and none behind one that finds its place gone: the newer ones lack tombstones
    because the older ones lack what these delete. Raises NotDurableError, LogWriteError, OSError.
    """
    if log.recovery_point < job.log_end_offset:
        raise NotDurableError(
            f"{log!r} is on stable storage up to {log.recovery_point} only, "
            f"the cleaning knew it up to {job.log_end_offset}"
        )
    directory.checkpoint()
    for group in result.groups:
        segment = LogSegment(log.directory, group.base_offsets[0], group.size_bytes)
        for aborted in group.aborted:
            segment.aborted.append(aborted)
        segment.aborted.is_stored = True
        if directory.get(log.topic, log.partition) is not log:
            return
        if not log.replace_segments(group.base_offsets, segment):
            discard(directory, log)
            return
        yield group
    log.cleaned_offset = result.first_dirty_offset
    directory.checkpoint_cleaned()


def discard(directory: LogDirectory, log: PartitionLog) -> None:
    """Remove what a cleaning that counts for nothing has left. Raises OSError."""
    for name in directory.files.list_directory(log.directory):
        if name.endswith(CLEANED_SUFFIX):
            directory.files.unlink(f"{log.directory}/{name}")
