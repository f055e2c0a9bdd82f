"""A data directory: its lock, its identity, its checkpoints, and the partitions in it.

    .lock                    held while a broker uses the directory
    meta.properties          whose directory this is
    .kafka_cleanshutdown     the last broker closed everything; absent while one runs
    *-checkpoint             see `checkpoint_files`
    <topic>-<partition>/     one log
    <topic>-<partition>.<uuid>-delete/   a deleted log that waits for its removal

Invariant: the mark of a clean shutdown is gone, for good, before the first byte of a log changes,
and is written only after everything else is on stable storage. Checkpoints never claim more than is
true of the logs on disk, whatever mix of old and new checkpoints a crash leaves.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from odradek.broker.log.checkpoint_files import (
    CLEANED_OFFSETS,
    HIGH_WATERMARKS,
    LOG_START_OFFSETS,
    RECOVERY_POINTS,
    TopicPartition,
    format_offsets,
    parse_offsets,
)
from odradek.broker.log.config import LogConfig
from odradek.broker.log.directory_metadata import (
    META_PROPERTIES,
    PARTITION_METADATA,
    DirectoryIdentity,
    format_identity,
    format_topic_id,
    format_uuid,
    parse_identity,
    parse_topic_id,
)
from odradek.broker.log.errors import (
    CorruptFileError,
    DirectoryLockedError,
    DirectoryUnusableError,
    ForeignDirectoryError,
    LogDirectoryError,
    LogError,
    LogWriteError,
)
from odradek.broker.log.files import Files
from odradek.broker.log.handles import DEFAULT_OPEN_FILES_MAX, FileHandles
from odradek.broker.log.index_cache import IndexCache
from odradek.broker.log.partition_log import PartitionLog
from odradek.broker.log.recovery import StoredOffsets, load_partition
from odradek.broker.log.sync import SyncTicket
from odradek.event_log import get_logger

logger = get_logger(__name__)

LOCK_FILE = ".lock"
CLEAN_SHUTDOWN_FILE = ".kafka_cleanshutdown"
CLEAN_SHUTDOWN_CONTENT = b'{"version":0,"brokerEpoch":-1}'
DELETE_SUFFIX = "-delete"
NAME_BYTES_MAX = 255
NO_TOPIC_ID = bytes(16)
SYNC_THREADS = 8
"""For the syncs of a clean stop; the file system merges what waits at the same time."""


class DeletedDirectory(NamedTuple):
    """A deleted log's directory; `due_ms` 0 until its delay has begun."""

    path: str
    delay_ms: int
    due_ms: int


class LogDirectory:
    """Made by `LogDirectory.open`; then `load` what is there, `create` what is new."""

    def __init__(
        self,
        path: str,
        files: Files,
        lock: int,
        identity: DirectoryIdentity,
        *,
        was_clean: bool,
        open_files_max: int,
        sync_threads: int,
    ) -> None:
        self.path = path
        self.files = files
        self.cluster_id = identity.cluster_id
        self.node_id = identity.node_id
        self.directory_id = identity.directory_id
        self.was_clean = was_clean
        self.logs: dict[TopicPartition, PartitionLog] = {}
        self._lock = lock
        self._sync_threads = sync_threads
        self._handles = FileHandles(files, open_files_max)
        self._index_cache = IndexCache(self._handles)
        self._checkpoints: dict[str, dict[TopicPartition, int]] = {}
        self._are_recovery_points_lost = False
        self._deleted: list[DeletedDirectory] = []

    @classmethod
    def open(
        cls,
        path: Path | str,
        files: Files | None = None,
        cluster_id: str | None = None,
        node_id: int = 0,
        open_files_max: int = DEFAULT_OPEN_FILES_MAX,
        sync_threads: int = SYNC_THREADS,
    ) -> "LogDirectory":
        """Lock a directory, made when missing, and check that it is ours.

        A new directory gets `cluster_id`, or a random one. Raises LogDirectoryError with one
        sentence that says what is wrong and what to do.
        """
        directory, files = str(path), files or Files()
        lock = _lock_directory(directory, files)
        try:
            identity = _identify(directory, files, cluster_id, node_id)
            was_clean = _take_clean_mark(directory, files)
            opened = cls(
                directory,
                files,
                lock,
                identity,
                was_clean=was_clean,
                open_files_max=open_files_max,
                sync_threads=sync_threads,
            )
            opened._read_checkpoints()
        except OSError as error:
            files.close(lock)
            raise _unusable(directory, error) from error
        except LogDirectoryError:
            files.close(lock)
            raise
        return opened

    def __iter__(self) -> Iterator[PartitionLog]:
        return iter(self.logs.values())

    @property
    def absolute_path(self) -> str:
        """The path by which clients know the directory, wherever the broker was started."""
        return self.files.absolute(self.path)

    def disk_space(self) -> tuple[int, int]:
        """Bytes of the disk it lies on: all of them, and those still usable. Raises OSError."""
        return self.files.disk_space(self.path)

    def get(self, topic: str, partition: int) -> PartitionLog | None:
        """A loaded or created log."""
        return self.logs.get((topic, partition))

    # --- loading

    def load(self, config_of: Callable[[str], LogConfig]) -> list[PartitionLog]:
        """Load every partition that is not loaded yet, and remove the deleted ones.

        Raises LogDirectoryError, or OSError from the disk.
        """
        for name in self.files.list_subdirectories(self.path):
            if name.endswith(DELETE_SUFFIX):
                self.files.remove_tree(f"{self.path}/{name}")
                continue
            topic_partition = _parse_name(name)
            if topic_partition is not None and topic_partition not in self.logs:
                self._load(topic_partition, config_of(topic_partition[0]))
        self.checkpoint()
        return list(self.logs.values())

    def load_partition(self, topic: str, partition: int, config: LogConfig) -> PartitionLog | None:
        """Load one partition ahead of the others; None when it is not there."""
        if not self.files.is_directory(self._partition_path(topic, partition)):
            return None
        return self._load((topic, partition), config)

    def _load(self, topic_partition: TopicPartition, config: LogConfig) -> PartitionLog:
        topic, partition = topic_partition
        directory = self._partition_path(topic, partition)
        state = load_partition(
            self._handles,
            self._index_cache,
            directory,
            config,
            self._stored_offsets(topic_partition),
            is_clean=self.was_clean,
        )
        topic_id = self._read_topic_id(f"{directory}/{PARTITION_METADATA}")
        log = PartitionLog(topic, partition, topic_id, directory, config, state)
        log.cleaned_offset = self._checkpoints[CLEANED_OFFSETS].get(topic_partition, 0)
        self.logs[topic_partition] = log
        return log

    def _stored_offsets(self, topic_partition: TopicPartition) -> StoredOffsets:
        return StoredOffsets(
            recovery_point=self._checkpoints[RECOVERY_POINTS].get(topic_partition, 0),
            high_watermark=self._checkpoints[HIGH_WATERMARKS].get(topic_partition, 0),
            log_start_offset=self._checkpoints[LOG_START_OFFSETS].get(topic_partition, 0),
            are_lost=self._are_recovery_points_lost,
        )

    def _read_topic_id(self, path: str) -> bytes:
        """A log that was never synced may have lost the file, or only its content."""
        try:
            return parse_topic_id(path, self.files.read_file(path))
        except (FileNotFoundError, CorruptFileError) as error:
            logger.warning("a log without topic id", path=path, reason=str(error))
            return NO_TOPIC_ID

    def assign_topic_id(self, log: PartitionLog, topic_id: bytes) -> None:
        """Give a log its topic id (again). Raises OSError."""
        path = f"{log.directory}/{PARTITION_METADATA}"
        self.files.write_atomically(path, format_topic_id(topic_id))
        log.topic_id = topic_id

    # --- creating and deleting

    def create(
        self, topic: str, partition: int, topic_id: bytes, config: LogConfig
    ) -> PartitionLog:
        """A new, empty log. Its files are safe after its first sync. Raises LogWriteError."""
        topic_partition = (topic, partition)
        if topic_partition in self.logs:
            raise ValueError(f"{topic}-{partition} exists")
        directory = self._partition_path(topic, partition)
        try:
            if any(topic_partition in offsets for offsets in self._checkpoints.values()):
                self.checkpoint()
            if self.files.is_directory(directory):
                self._set_aside(directory)
            self.files.mkdir(directory)
            metadata_path = f"{directory}/{PARTITION_METADATA}"
            self.files.write_file(metadata_path, format_topic_id(topic_id))
            state = load_partition(
                self._handles,
                self._index_cache,
                directory,
                config,
                StoredOffsets(),
                is_clean=False,
            )
        except OSError as error:
            raise LogWriteError(error, 0) from error
        log = PartitionLog(topic, partition, topic_id, directory, config, state)
        log.note_created(self.path, metadata_path)
        self.logs[topic_partition] = log
        return log

    def delete(self, topic: str, partition: int) -> None:
        """Forget a log; its directory is renamed now and removed after `file.delete.delay.ms`.

        Raises LogWriteError.
        """
        log = self.logs.pop((topic, partition))
        log.release()
        try:
            self._set_aside(log.directory, log.config.file_delete_delay_ms)
        except OSError as error:
            raise LogWriteError(error, log.log_end_offset) from error

    def _set_aside(self, directory: str, delay_ms: int = 0) -> None:
        name = directory.rpartition("/")[2]
        suffix = f".{self.files.random_bytes(16).hex()}{DELETE_SUFFIX}"
        target = f"{self.path}/{name[: NAME_BYTES_MAX - len(suffix)]}{suffix}"
        self.files.rename(directory, target)
        self._deleted.append(DeletedDirectory(target, delay_ms, 0))

    # --- work that comes round

    def apply_retention(self, now_ms: int) -> int:
        """Retention of every log; how many segments that removed."""
        removed = 0
        for log in self:
            try:
                removed += log.apply_retention(now_ms)
            except (LogError, OSError) as error:
                logger.error("retention failed", log=repr(log), reason=str(error))  # noqa: TRY400
        return removed

    def remove_deleted(self, now_ms: int) -> None:
        """Remove the logs that were deleted long enough ago.

        A deletion is told no time: its delay begins with the first round that sees it.
        """
        still_waiting: list[DeletedDirectory] = []
        for deleted in self._deleted:
            due_ms = deleted.due_ms or now_ms + deleted.delay_ms
            if due_ms > now_ms:
                still_waiting.append(deleted._replace(due_ms=due_ms))
                continue
            try:
                self.files.remove_tree(deleted.path)
            except OSError as error:
                logger.error("removal failed", path=deleted.path, reason=str(error))  # noqa: TRY400
        self._deleted = still_waiting

    def checkpoint(self) -> None:
        """Write the checkpoints, those that changed. Raises OSError."""
        self._write_checkpoint(RECOVERY_POINTS, lambda log: log.recovery_point)
        self.checkpoint_log_starts()
        self._write_checkpoint(HIGH_WATERMARKS, lambda log: log.high_watermark)
        self.checkpoint_cleaned()

    def checkpoint_cleaned(self) -> None:
        """Remember what was compacted; without it, more is compacted again. Raises OSError."""
        self._write_checkpoint(CLEANED_OFFSETS, lambda log: log.cleaned_offset)

    def checkpoint_log_starts(self) -> None:
        """Make the log start offsets survive whatever comes. Raises OSError."""
        self._write_checkpoint(LOG_START_OFFSETS, lambda log: log.log_start_offset)

    def _write_checkpoint(self, name: str, offset_of: Callable[[PartitionLog], int]) -> None:
        offsets = {key: offset for key, log in self.logs.items() if (offset := offset_of(log))}
        if offsets != self._checkpoints[name]:
            self.files.write_atomically(f"{self.path}/{name}", format_offsets(offsets))
            self._checkpoints[name] = offsets

    def _read_checkpoints(self) -> None:
        for name in (RECOVERY_POINTS, HIGH_WATERMARKS, LOG_START_OFFSETS, CLEANED_OFFSETS):
            path = f"{self.path}/{name}"
            try:
                self._checkpoints[name] = parse_offsets(path, self.files.read_file(path))
            except FileNotFoundError:
                self._checkpoints[name] = {}
                if name == RECOVERY_POINTS:
                    self._are_recovery_points_lost = True

    def close(self) -> None:
        """Bring everything to stable storage, leave the mark of a clean shutdown, unlock.

        Never raises: what could not be saved is logged, and without the mark the next start
        recovers.
        """
        is_clean = self._sync_for_close()
        try:
            self.checkpoint()
            if is_clean:
                path = f"{self.path}/{CLEAN_SHUTDOWN_FILE}"
                self.files.write_atomically(path, CLEAN_SHUTDOWN_CONTENT)
        except OSError as error:
            logger.error("unclean shutdown", directory=self.path, reason=str(error))  # noqa: TRY400
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Close the files and unlock, promising nothing: after a load that failed."""
        self._handles.close_all()
        self.files.close(self._lock)

    def _sync_for_close(self) -> bool:
        """Sync all logs, several at a time: their disk waits overlap. Whether all went well."""
        tickets: list[tuple[PartitionLog, SyncTicket]] = []
        is_clean = True
        for log in self:
            try:
                ticket = log.begin_close()
            except LogError as error:
                logger.error("unclean close", log=repr(log), reason=str(error))  # noqa: TRY400
                is_clean = False
            else:
                if ticket is not None:
                    tickets.append((log, ticket))
        with ThreadPoolExecutor(self._sync_threads) as executor:
            list(executor.map(lambda pair: pair[1].try_run(), tickets))
        for log, ticket in tickets:
            log.complete_sync(ticket)
        return is_clean and not any(log.is_offline for log in self)

    def _partition_path(self, topic: str, partition: int) -> str:
        return f"{self.path}/{topic}-{partition}"


def _parse_name(name: str) -> TopicPartition | None:
    topic, dash, partition = name.rpartition("-")
    return (topic, int(partition)) if dash and topic and partition.isdecimal() else None


def _unusable(directory: str, error: OSError) -> DirectoryUnusableError:
    return DirectoryUnusableError(
        f"the data directory {directory} cannot be used ({error.strerror}): make it a directory "
        "that this user may read and write, or choose another with --data-dir"
    )


def _lock_directory(directory: str, files: Files) -> int:
    try:
        files.make_directories(directory)
        return files.lock(f"{directory}/{LOCK_FILE}")
    except BlockingIOError as error:
        raise DirectoryLockedError(
            f"the data directory {directory} is in use by another broker: stop that one, or give "
            "this one a directory of its own"
        ) from error
    except OSError as error:
        raise _unusable(directory, error) from error


def _identify(
    directory: str, files: Files, cluster_id: str | None, node_id: int
) -> DirectoryIdentity:
    path = f"{directory}/{META_PROPERTIES}"
    if not files.exists(path):
        if not any(map(_parse_name, files.list_subdirectories(directory))):
            # Where this file is missing later, it is lost; empty, it says that no log was synced.
            files.write_atomically(f"{directory}/{RECOVERY_POINTS}", format_offsets({}))
        identity = DirectoryIdentity(
            cluster_id or format_uuid(files.random_bytes(16)),
            node_id,
            format_uuid(files.random_bytes(16)),
        )
        files.write_atomically(path, format_identity(identity))
        return identity
    identity = parse_identity(path, files.read_file(path))
    if cluster_id is not None and identity.cluster_id != cluster_id:
        raise ForeignDirectoryError(
            f"the data directory {directory} belongs to cluster {identity.cluster_id}, this broker "
            f"to {cluster_id}: choose another directory, or configure that cluster id"
        )
    if identity.node_id != node_id:
        raise ForeignDirectoryError(
            f"the data directory {directory} belongs to node {identity.node_id}, this broker is "
            f"node {node_id}: choose another directory, or configure that node id"
        )
    return identity


def _take_clean_mark(directory: str, files: Files) -> bool:
    path = f"{directory}/{CLEAN_SHUTDOWN_FILE}"
    if not files.exists(path):
        return False
    files.unlink(path)
    files.sync_directory(directory)
    return True
