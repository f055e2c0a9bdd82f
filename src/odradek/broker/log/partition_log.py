"""One partition's log: appends staged and written, reads, and what retention and recovery move.

An append validates one batch, gives it offsets in place and stages it; `write_staged` writes all
that is staged with one system call. Between the two the batch's memory belongs to the log.

Invariants, in this order at all times:

    log_start_offset <= high_watermark <= written_end_offset <= log_end_offset
    recovery_point <= written_end_offset

`log_end_offset` includes what is staged; readers never see beyond `written_end_offset`. A write
that fails takes back everything staged: offsets, producer states, epochs, index entries, and the
file is cut to its old size, so the log is as if nothing had been tried. When even that fails, or a
sync does, the log goes offline: it refuses appends until a restart has recovered it.

Reading is in `readable_log`. Not here: waiting, replication, and which transactions there may be:
a coordinator says that. Nothing here blocks but the disk itself.
"""

from odradek.broker.log.append_result import AppendResult, duplicate_of
from odradek.broker.log.cleaner.replacement import HalfReplacedError, replace_segments
from odradek.broker.log.config import LogConfig
from odradek.broker.log.errors import LogOfflineError, LogWriteError, OffsetOutOfRange
from odradek.broker.log.leader_epochs import FILE_NAME as LEADER_EPOCHS_FILE
from odradek.broker.log.producer_changes import ProducerChanges
from odradek.broker.log.producer_state import UNVERIFIED, ProducerBatch, SequenceProblem
from odradek.broker.log.readable_log import ReadableLog
from odradek.broker.log.record_validation import prepare_batch
from odradek.broker.log.recovery import LoadedState, replay_producers, truncate_segments
from odradek.broker.log.retention import DeletedFiles, count_deletable
from odradek.broker.log.segment import ActiveSegment, LogSegment, SegmentMark
from odradek.broker.log.sync import SyncTicket, UnsyncedFiles
from odradek.broker.log.validation import Rejection, validate_batch
from odradek.event_log import get_logger
from odradek.protocol.errors import ErrorCode
from odradek.protocol.records.batch import (
    ASSIGNED,
    LOG_APPEND_TIME_BIT,
    NO_PRODUCER_ID,
    NO_TIMESTAMP,
    BatchHeader,
    parse_header,
)

# A member looked up on its class costs more than the comparison it is for.
NO_ERROR = ErrorCode.NONE

logger = get_logger(__name__)


class PartitionLog(ReadableLog):
    """See the module. Made by `LogDirectory.create` and `LogDirectory.load`."""

    __slots__ = (
        "_changes",
        "_deleted_files",
        "_indexed_end_offset",
        "_mark",
        "_needs_care",
        "_snapshots",
        "_staged",
        "_unsynced",
        "_unsynced_since_ms",
        "_write_failure",
        "cleaned_offset",
        "config",
        "is_internal",
        "offline_reason",
        "partition",
        "recovery_point",
        "size_bytes",
        "topic",
        "topic_id",
        "written_bytes",
    )

    def __init__(
        self,
        topic: str,
        partition: int,
        topic_id: bytes,
        directory: str,
        config: LogConfig,
        state: LoadedState,
    ) -> None:
        super().__init__(directory, state)
        self.topic = topic
        self.partition = partition
        self.topic_id = topic_id
        self.config = config
        self.recovery_point = state.recovery_point
        self.size_bytes = state.segments.size_bytes
        self.written_bytes = 0
        """How many were written since the log was opened; only ever more, unlike `size_bytes`."""
        self.cleaned_offset = 0
        """Everything below was compacted."""
        self.is_internal = False
        """Whether only coordinators write here, who know what they do."""
        self.offline_reason: str | None = None
        self._unsynced_since_ms = 0
        self._snapshots = state.snapshots
        self._needs_care = config.needs_care
        self._deleted_files = DeletedFiles(self._handles.files)
        self._staged: list[memoryview] = []
        self._mark: SegmentMark = state.segments.active.mark()
        self._changes = ProducerChanges()
        self._write_failure: LogWriteError | None = None
        self._indexed_end_offset = -1 if state.unsynced_segments else state.log_end_offset
        """Where the log ended when the files of the active segment's indexes were last up to it."""
        self._unsynced = UnsyncedFiles()
        self.producers.transactions.release(self.high_watermark)
        for segment in state.unsynced_segments:
            self._unsynced.add_segment(segment)
            self._unsynced.add_directory(directory)

    def __repr__(self) -> str:
        return f"<PartitionLog {self.topic}-{self.partition}>"

    # --- appending

    def append(
        self, batches: memoryview, *, leader_epoch: int, now_ms: int, verified: int = UNVERIFIED
    ) -> AppendResult:
        """Validate and stage one batch of a producer; its memory is changed in place.

        The batch must stay as it is until `write_staged`. Errors are values in the result.
        `verified` is what the transaction coordinator has confirmed of it.
        """
        config = self.config
        header = validate_batch(batches, config, now_ms)
        if isinstance(header, Rejection):
            return self._refuse(header.error, header.message)
        if self.offline_reason is not None or self._write_failure is not None:
            return self._refuse_for_storage(header, self._storage_problem())
        if self._needs_care:
            careful = prepare_batch(
                batches, header, config, now_ms, wants_keys=not self.is_internal
            )
            if isinstance(careful, Rejection):
                return self._refuse(careful.error, careful.message, careful.record_errors)
            batches, header = careful
        if header.producer_id != NO_PRODUCER_ID:
            verdict = self.producers.check(header, verified)
            if verdict is not None:
                return self._answer_sequence(verdict)
        return self._append_valid(batches, header, leader_epoch, now_ms)

    def append_coordinated(
        self, batch: memoryview, *, leader_epoch: int, now_ms: int
    ) -> AppendResult:
        """Stage a marker, or offsets of a transaction: of them only the epochs are judged."""
        if self.offline_reason is not None or self._write_failure is not None:
            return self._refuse(ErrorCode.KAFKA_STORAGE_ERROR, self._storage_problem())
        header = parse_header(batch)
        problem = self.producers.check_coordinated(header, batch)
        if problem is not None:
            return self._refuse(problem.error, problem.message)
        return self._append_valid(batch, header, leader_epoch, now_ms)

    def _append_valid(
        self, batches: memoryview, header: BatchHeader, leader_epoch: int, now_ms: int
    ) -> AppendResult:
        last_offset = self.log_end_offset + header.last_offset_delta
        active = self._segments.active
        if active.should_roll(header, last_offset, self.config, now_ms):
            try:
                self.roll_segment(now_ms)
            except LogWriteError as error:
                return self._refuse_for_storage(header, str(error))
            active = self._segments.active
        elif active.end_position == 0:
            active.created_ms = now_ms
        return self._stage(active, batches, header, last_offset, leader_epoch)

    def _stage(
        self,
        active: ActiveSegment,
        batch: memoryview,
        header: BatchHeader,
        last_offset: int,
        leader_epoch: int,
    ) -> AppendResult:
        base_offset = self.log_end_offset
        ASSIGNED.pack_into(batch, 0, base_offset, header.batch_length, leader_epoch)
        if not self._staged:
            self._mark = active.mark()
        self._staged.append(batch)
        if header.producer_id != NO_PRODUCER_ID:
            aborted = self._changes.take(self.producers, header, batch, base_offset)
            if aborted is not None:
                active.aborted.append(aborted)
        if leader_epoch > self.epochs.latest_epoch:
            self.epochs.assign(leader_epoch, base_offset)
        active.stage_batch(header, last_offset, len(batch), self.config.index_interval_bytes)
        self.log_end_offset = last_offset + 1
        return AppendResult(
            NO_ERROR,
            base_offset,
            last_offset,
            header.max_timestamp if header.attributes & LOG_APPEND_TIME_BIT else NO_TIMESTAMP,
            self.log_start_offset,
        )

    def _refuse(
        self, error: ErrorCode, message: str, record_errors: tuple[tuple[int, str], ...] = ()
    ) -> AppendResult:
        # Differs from Kafka: log_start_offset is told with every refusal of a batch, where Kafka
        # leaves it out when the batch could not be read at all.
        return AppendResult(
            error, -1, -1, NO_TIMESTAMP, self.log_start_offset, message, record_errors
        )

    def _refuse_for_storage(self, header: BatchHeader, message: str) -> AppendResult:
        self.producers.await_first(header)
        return self._refuse(ErrorCode.KAFKA_STORAGE_ERROR, message)

    def _answer_sequence(self, verdict: ProducerBatch | SequenceProblem) -> AppendResult:
        if isinstance(verdict, SequenceProblem):
            return self._refuse(verdict.error, verdict.message)
        return duplicate_of(
            verdict.base_offset, verdict.last_offset, verdict.timestamp_ms, self.log_start_offset
        )

    def _storage_problem(self) -> str:
        return self.offline_reason or str(self._write_failure)

    def write_staged(self) -> None:
        """Write everything staged with one system call.

        Raises LogWriteError when the disk refuses; then nothing that was staged is in the log, and
        later appends may succeed. The same holds when an append of this turn had to write, for a
        roll, and could not.
        """
        failure = self._write_failure
        if failure is not None:
            self._write_failure = None
            raise failure
        if not self._staged:
            return
        active = self._segments.active
        try:
            descriptor = self._handles.descriptor(active.log_path)
            self._handles.files.write_all(descriptor, self._staged, active.size_bytes)
        except OSError as error:
            self._take_back_staged()
            raise LogWriteError(error, self.log_end_offset) from error
        self.size_bytes += active.staged_bytes
        self.written_bytes += active.staged_bytes
        active.commit_staged()
        self._staged = []
        self._changes.keep()
        self.written_end_offset = self.log_end_offset
        self._segments.remember(self.log_end_offset, active, active.size_bytes)
        self._unsynced.add_segment(active)

    def _take_back_staged(self) -> None:
        active = self._segments.active
        self._changes.take_back(self.producers)
        self._staged = []
        active.rollback(self._mark)
        self.log_end_offset = self.written_end_offset
        self.epochs.truncate_from_end(self.log_end_offset)
        try:
            descriptor = self._handles.descriptor(active.log_path)
            self._handles.files.truncate(descriptor, active.size_bytes)
        except OSError as error:
            self._go_offline(f"a failed write could not be taken back: {error}")

    def _go_offline(self, reason: str) -> None:
        if self.offline_reason is None:
            self.offline_reason = f"{reason}; the partition is offline until the broker restarts"
            logger.error("log offline", log=repr(self), reason=reason)

    @property
    def segment_count(self) -> int:
        return len(self._segments)

    @property
    def is_offline(self) -> bool:
        """Whether appends are refused until a restart; `offline_reason` says why."""
        return self.offline_reason is not None

    def roll_segment(self, now_ms: int) -> None:
        """Write what is staged, bring the active segment to rest and begin a new one.

        Raises LogWriteError. When the staged batches themselves failed, `write_staged` raises it
        again at the end of the turn, so that their answers are not forgotten.
        """
        if self._staged:
            try:
                self.write_staged()
            except LogWriteError as error:
                self._write_failure = error
                raise
        resting = self._segments.active
        if resting.size_bytes == 0:
            return
        try:
            self._write_indexes(resting)
            snapshot = self._write_snapshot()
            active = ActiveSegment(self.directory, self.log_end_offset, now_ms)
            self._handles.create(active.log_path)
        except OSError as error:
            raise LogWriteError(error, self.log_end_offset) from error
        self._segments.add(active)
        self._unsynced.add_path(snapshot)
        self._unsynced.add_segment(active)
        self._unsynced.add_directory(self.directory)

    def _write_indexes(self, segment: ActiveSegment) -> None:
        segment.seal()
        for path, content in segment.index_files():
            self._handles.files.write_file(path, content)
            self._unsynced.add_path(path)

    def _write_snapshot(self) -> str:
        path = self._snapshots.write(self.log_end_offset, self.producers)
        self._snapshots.remove_old(self._segments.floor(self.recovery_point).base_offset)
        return path

    # --- syncing

    @property
    def has_rolled_unsynced(self) -> bool:
        """Whether a segment at rest still waits for a sync: time to begin one, as Kafka does."""
        return self._unsynced.rolled_segments > 0

    def is_flush_due(self, now_ms: int) -> bool:
        """Whether `flush.messages` or `flush.ms` ask for a sync now; to be asked at intervals."""
        unsynced = self.written_end_offset - self.recovery_point
        if unsynced <= 0:
            self._unsynced_since_ms = now_ms
            return False
        return (
            unsynced >= self.config.flush_messages
            or now_ms - self._unsynced_since_ms >= self.config.flush_ms
        )

    def begin_sync(self) -> SyncTicket | None:
        """A ticket for everything written so far, or None when all of it is safe already.

        Raises LogOfflineError when stable storage is in doubt.
        """
        in_flight = self._unsynced.in_flight
        if in_flight is not None and in_flight.error is not None:
            self.complete_sync(in_flight)
        if self.offline_reason is not None:
            raise LogOfflineError(self.offline_reason)
        if not self._unsynced and not self.epochs.is_dirty:
            return None
        atomic = []
        if self.epochs.is_dirty:
            atomic.append((f"{self.directory}/{LEADER_EPOCHS_FILE}", self.epochs.to_bytes()))
        try:
            ticket = self._unsynced.begin(self._handles, self.written_end_offset, atomic)
        except OSError as error:
            self._go_offline(f"a file could not be opened for syncing: {error}")
            raise LogOfflineError(str(error)) from error
        self.epochs.is_dirty = False
        return ticket

    def complete_sync(self, ticket: SyncTicket) -> int:
        """Take over what a ticket's `run` achieved; return up to where records are safe.

        After a run that failed, or never was, that is where it was, and the log is offline.
        """
        if not ticket.is_synced:
            self._go_offline(f"a sync failed: {ticket.fault}")
        elif self.offline_reason is None:
            self.recovery_point = max(self.recovery_point, ticket.end_offset)
        self._unsynced.end(ticket)
        return self.recovery_point

    # --- moving the ends

    def update_config(self, config: LogConfig) -> None:
        """Let later appends and retention follow other settings."""
        self.config = config
        self._needs_care = config.needs_care

    def delete_records_before(self, offset: int) -> None:
        """Move the log start offset up; segments wholly before it go at once.

        The offset survives a restart once the directory's checkpoint has been written. Raises
        OffsetOutOfRange above the high watermark, LogWriteError when a file cannot be renamed.
        """
        if not 0 <= offset <= self.high_watermark:
            raise OffsetOutOfRange(offset, self.log_start_offset, self.high_watermark)
        if offset > self.log_start_offset:
            self._move_log_start_to(offset)
            passed = sum(
                self._segments.next_base_offset(segment, self.written_end_offset) <= offset
                for segment in self._segments.inactive
            )
            self._delete_first_segments(passed, due_ms=0)

    def apply_retention(self, now_ms: int) -> int:
        """Delete what the settings no longer keep; return how many segments went.

        Raises LogWriteError.
        """
        count = count_deletable(
            self._segments,
            self.config,
            now_ms=now_ms,
            log_start_offset=self.log_start_offset,
            high_watermark=self.high_watermark,
            log_end_offset=self.log_end_offset,
        )
        if count == len(self._segments):
            self.roll_segment(now_ms)
        self._delete_first_segments(count, now_ms + self.config.file_delete_delay_ms)
        try:
            self._deleted_files.remove_due(now_ms)
        except OSError as error:
            raise LogWriteError(error, self.log_end_offset) from error
        return count

    def _delete_first_segments(self, count: int, due_ms: int) -> None:
        for _ in range(count):
            segment = self._segments.inactive[0]
            self._segments.forget(segment)
            try:
                self._deleted_files.rename_segment(segment, due_ms)
            except OSError as error:
                raise LogWriteError(error, self.log_end_offset) from error
            self._segments.remove_first()
            self.size_bytes -= segment.size_bytes
            self._unsynced.discard_segment(segment)
            self._unsynced.add_directory(self.directory)
            self._move_log_start_to(max(self.log_start_offset, self._segments.first_base_offset))

    def _move_log_start_to(self, offset: int) -> None:
        self.log_start_offset = offset
        self.high_watermark = max(self.high_watermark, offset)
        self.recovery_point = max(self.recovery_point, min(offset, self.written_end_offset))
        self.epochs.truncate_from_start(offset)

    def truncate_to(self, offset: int) -> None:
        """Drop every batch that reaches `offset` or beyond it.

        Raises OffsetOutOfRange below the log start offset, LogWriteError when the disk refuses; the
        log is then offline, because some of its files may be cut and others not.
        """
        self.write_staged()
        if offset >= self.log_end_offset:
            return
        if offset < self.log_start_offset:
            raise OffsetOutOfRange(offset, self.log_start_offset, self.log_end_offset)
        try:
            end_offset = truncate_segments(self._segments, offset)
            self._snapshots.remove_above(end_offset)
        except OSError as error:
            self._go_offline(f"a truncation failed: {error}")
            raise LogWriteError(error, self.log_end_offset) from error
        self.log_end_offset = self.written_end_offset = end_offset
        self.high_watermark = min(self.high_watermark, end_offset)
        self.recovery_point = min(self.recovery_point, end_offset)
        self.size_bytes = self._segments.size_bytes
        self.epochs.truncate_from_end(end_offset)
        self.producers = replay_producers(self._segments, self._snapshots, end_offset)
        self.producers.transactions.release(self.high_watermark)
        self._unsynced.add_segment(self._segments.active)
        self._unsynced.add_directory(self.directory)

    def replace_segments(self, base_offsets: list[int], by: LogSegment) -> bool:
        """Let a cleaned segment take the place of these; False when they are no longer there.

        Raises OSError when nothing has changed, LogWriteError when the disk refused in between: the
        log is then offline, and a restart finishes the replacement.
        """
        if not self._segments.holds(base_offsets):
            return False
        try:
            replace_segments(self._handles.files, self.directory, base_offsets)
        except HalfReplacedError as error:
            self._go_offline(f"a replacement of segments failed: {error}")
            raise LogWriteError(error, self.log_end_offset) from error
        for segment in self._segments.replace(base_offsets, by):
            self._unsynced.discard_segment(segment)
        self.size_bytes = self._segments.size_bytes
        return True

    def remove_expired_producers(self, now_ms: int, expiration_ms: int) -> None:
        """Forget idempotent producers that fell silent (`producer.id.expiration.ms`)."""
        self.producers.remove_expired(now_ms, expiration_ms)

    # --- the ends of a log's life

    def note_created(self, parent: str, metadata_path: str) -> None:
        """The log's own directory and metadata are new and wait for the first sync, too."""
        self._unsynced.add_directory(parent)
        self._unsynced.add_path(metadata_path)

    def begin_close(self) -> SyncTicket | None:
        """Write what a clean stop leaves behind, and return the ticket that makes it safe.

        Raises LogWriteError or LogOfflineError when that cannot be promised. An empty log has
        nothing to lose and needs no sync; nor has one that is as it was after the last clean stop.
        That all records are synced says nothing of the indexes: these are written here alone.
        """
        self.write_staged()
        if self.log_end_offset == 0:
            return None
        is_written = self._indexed_end_offset == self.log_end_offset
        if not is_written or self._unsynced or self._unsynced.in_flight is not None:
            active = self._segments.active
            try:
                self._write_indexes(active)
                snapshot = self._write_snapshot()
            except OSError as error:
                raise LogWriteError(error, self.log_end_offset) from error
            self._indexed_end_offset = self.log_end_offset
            self._unsynced.add_path(snapshot)
            self._unsynced.add_directory(self.directory)
        return self.begin_sync()

    def release(self) -> None:
        """Close the files, without writing anything."""
        for segment in self._segments.all:
            self._segments.forget(segment)
