"""The broker as its request handlers see it: partitions, metadata, time, and the background work.

The only module that knows the time. Everything runs on one event loop; a thread serves disk syncs
only. `open` does all that may refuse to start (a locked or foreign data directory); `start` begins
the background work; `close` leaves a clean shutdown behind.
"""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from odradek.broker.cleaning_process import CleaningOrder
from odradek.broker.cleaning_processes import run_cleaning
from odradek.broker.controller import Controller
from odradek.broker.coordinators.group_coordinator import GroupCoordinator
from odradek.broker.coordinators.offsets_topic import OffsetsTopic
from odradek.broker.coordinators.transaction_coordinator import TransactionCoordinator
from odradek.broker.coordinators.transaction_markers import MarkerWriter
from odradek.broker.coordinators.transactional_produce import TransactionalProduce
from odradek.broker.coordinators.transactions_topic import TransactionsTopic
from odradek.broker.data_path.fetch_sessions import FetchSessions
from odradek.broker.data_path.log_writer import LogWriter
from odradek.broker.data_path.partition import Partition
from odradek.broker.data_path.partitions import Partitions
from odradek.broker.data_path.purgatory import FetchPurgatory
from odradek.broker.data_path.syncer import Syncer, sync_now
from odradek.broker.errors import MetadataWriteError, StartupError
from odradek.broker.limited_log import LimitedLog
from odradek.broker.log import Files, LogDirectory, LogDirectoryError, LogError, PartitionLog
from odradek.broker.log.cleaner.cleaning import CleaningJob, CleaningResult
from odradek.broker.log_cleaner import LogCleaner
from odradek.broker.metadata.effective_configs import EffectiveConfigs
from odradek.broker.metadata.image import MetadataImage
from odradek.broker.metadata.topic_names import (
    METADATA_TOPIC,
    OFFSETS_TOPIC,
    TRANSACTIONS_TOPIC,
)
from odradek.broker.metadata_log import METADATA_CONFIG, METADATA_TOPIC_ID, MetadataLog
from odradek.broker.meters import ConnectionMeter, RequestMeters, TopicMeters
from odradek.broker.periodic import PeriodicTasks
from odradek.broker.request_memory import RequestMemory
from odradek.broker.topic_log_configs import TopicLogConfigs
from odradek.config import BrokerConfiguration, Durability, Listener
from odradek.event_log import get_logger
from odradek.protocol.errors import DecodeError
from odradek.protocol.messages.api_versions import ApiVersion
from odradek.protocol.records import RecordsError

FIRST_RETENTION_CHECK_S = 30.0
FLUSH_CHECK_S = 1.0
DELETED_LOGS_CHECK_S = 1.0
MARKER_RETRY_S = 1.0
MISSING_LOGS_CHECK_S = 5.0
PRODUCER_EXPIRY_CHECK_S = 600.0
SESSION_ID_MAX = 2**31


class SystemClock:
    """The machine's clocks. A simulation brings its own."""

    def now_ms(self) -> int:
        """Milliseconds since the epoch."""
        return time.time_ns() // 1_000_000

    def monotonic_ms(self) -> int:
        """Milliseconds of a clock that nobody sets."""
        return time.monotonic_ns() // 1_000_000


class Broker:
    """One single-node broker over one data directory."""

    def __init__(
        self,
        configuration: BrokerConfiguration,
        loop: asyncio.AbstractEventLoop,
        served_versions: Sequence[ApiVersion],
        files: Files | None = None,
        clock: SystemClock | None = None,
        run_cleaning: Callable[[CleaningOrder], Awaitable[CleaningResult]] = run_cleaning,
    ) -> None:
        clock = clock or SystemClock()
        self.now_ms = clock.now_ms
        self.monotonic_ms = clock.monotonic_ms
        self.configuration = configuration
        self.node_id = configuration.node_id
        self.started_ms = self.now_ms()
        self.log = get_logger("odradek.broker")
        self.loop = loop
        self.served_versions = served_versions
        self.is_synced = configuration.durability is Durability.DISK
        self.advertised = configuration.advertised or configuration.listen
        self.image = MetadataImage()
        self._static_configs = dict(configuration.kafka)
        self.configs = EffectiveConfigs(self.image, self.node_id, self._static_configs)
        self.fetch_sessions = FetchSessions(
            self.configs.broker_int("max.incremental.fetch.session.cache.slots"),
            new_session_id=lambda: secrets.randbelow(SESSION_ID_MAX),
        )
        self.frame_bytes_max = self.configs.broker_int("socket.request.max.bytes")
        self.request_memory = RequestMemory(
            self.configs.broker_int("queued.max.request.bytes"), loop.call_soon
        )
        self.fetch_bytes_max = self.configs.broker_int("fetch.max.bytes")
        self.topic_meters = TopicMeters(configuration.metered_topics_max)
        self.request_meters = RequestMeters(time.perf_counter)
        self.connection_meter = ConnectionMeter()
        self.client_log = LimitedLog(self.log, time.monotonic)
        self.purgatory = FetchPurgatory(loop)
        self._log_configs = TopicLogConfigs(self.image, self.configs)
        self.syncer = Syncer(loop, self._on_synced, time.perf_counter)
        self._writer = LogWriter(self.purgatory, self.syncer, self.now_ms, is_synced=self.is_synced)
        self._periodic = PeriodicTasks(loop)
        self._clean = run_cleaning
        self._cleaning: asyncio.Task[None] | None = None
        self.files = files or Files()
        self.append = self._writer.append
        self.write_staged = self._writer.write_staged

    def open(self) -> None:
        """Do all that may refuse to start. Raises StartupError with one sentence."""
        self.open_logs()
        self.open_groups()

    def open_logs(self) -> None:
        """Lock the data directory, replay the metadata and recover every log.

        Touches no loop: it may run in a thread while the loop tells that the broker is loading.
        Raises StartupError with one sentence for the operator.
        """
        configuration = self.configuration
        path = Path(configuration.data_dir)
        try:
            self.directory = LogDirectory.open(
                path, self.files, configuration.cluster_id, configuration.node_id
            )
        except LogDirectoryError as error:
            raise StartupError(str(error)) from error
        self.cluster_id = self.directory.cluster_id
        self._open_or_abandon(self._open_metadata, self._open_topics)

    def open_groups(self) -> None:
        """Read what is stored of groups and transactions; after `open_logs`.

        Raises StartupError likewise.
        """
        self._open_or_abandon(self._open_groups, self._open_transactions)

    def _open_or_abandon(self, *steps: Callable[[], None]) -> None:
        try:
            for step in steps:
                step()
        except (LogDirectoryError, StartupError) as error:
            self.directory.abandon()
            raise StartupError(str(error)) from error
        except (OSError, LogError, MetadataWriteError, DecodeError, RecordsError) as error:
            self.directory.abandon()
            raise StartupError(
                f"the logs in {self.directory.path} could not be opened: {error}"
            ) from error

    def start(self) -> None:
        """Begin the work that comes round."""
        retention_s = self.configs.broker_int("log.retention.check.interval.ms") / 1000
        offsets_s = self.configs.broker_int("offsets.retention.check.interval.ms") / 1000
        checkpoint_s = self.configs.broker_int("log.flush.offset.checkpoint.interval.ms") / 1000
        first_s = min(FIRST_RETENTION_CHECK_S, retention_s)
        self._periodic.add("retention", self._apply_retention, retention_s, first_s)
        self._periodic.add("producer expiry", self._forget_producers, PRODUCER_EXPIRY_CHECK_S)
        self._periodic.add("checkpoint", self._checkpoint, checkpoint_s)
        self._periodic.add("offset expiry", self.groups.expire_offsets, offsets_s)
        timeouts_s = self._interval_s("transaction.abort.timed.out.transaction.cleanup.interval.ms")
        expiry_s = self._interval_s("transaction.remove.expired.transaction.cleanup.interval.ms")
        self._periodic.add("transaction timeouts", self.transactions.abort_timed_out, timeouts_s)
        self._periodic.add("transactional id expiry", self.transactions.expire_ids, expiry_s)
        self._periodic.add("markers", self.transactions.finish_decided, MARKER_RETRY_S)
        self._periodic.add("flush", self._flush_aged, FLUSH_CHECK_S)
        self._periodic.add("deleted logs", self._remove_deleted, DELETED_LOGS_CHECK_S)
        if self.configs.broker_value("log.cleaner.enable"):
            self._cleaning = self.loop.create_task(self._compact())
        self._periodic.add("missing logs", self.partitions.open_missing, MISSING_LOGS_CHECK_S)

    def _interval_s(self, setting: str) -> float:
        return self.configs.broker_int(setting) / 1000

    def close(self) -> None:
        """Sync and checkpoint everything and leave the mark of a clean shutdown."""
        self._periodic.stop()
        if self._cleaning is not None:
            self._cleaning.cancel()
        self.groups.close()
        self.syncer.close()
        self.directory.close()

    def advertise(self, listener: Listener) -> None:
        """Tell clients this address, unless the configuration names another."""
        self.advertised = self.configuration.advertised or listener
        self._static_configs["listeners"] = f"PLAINTEXT://{listener}"
        self._static_configs["advertised.listeners"] = f"PLAINTEXT://{self.advertised}"

    async def make_durable(self, log: PartitionLog) -> None:
        """Wait until what a log holds was synced, or could not be: the log tells which."""
        partition = self.partitions.get(log.topic, log.partition)
        if partition is not None:
            await self.syncer.sync(partition)

    def checkpoint_log_starts(self) -> None:
        """Make log start offsets that were moved by DeleteRecords survive a crash."""
        self.directory.checkpoint_log_starts()

    def _open_metadata(self) -> None:
        log = self.directory.load_partition(METADATA_TOPIC, 0, METADATA_CONFIG)
        if log is None:
            log = self.directory.create(METADATA_TOPIC, 0, METADATA_TOPIC_ID, METADATA_CONFIG)
        self.metadata_log = MetadataLog(log, self.is_synced)
        for record in self.metadata_log.replay():
            self.image.apply(record)
        self.partitions = Partitions(
            self.directory,
            self.image,
            self._log_configs.of_topic,
            self._min_insync_replicas_of,
            self.topic_meters,
        )
        self.controller = Controller(
            image=self.image,
            metadata_log=self.metadata_log,
            effective=self.configs,
            partitions=self.partitions,
            node_id=self.node_id,
            now_ms=self.now_ms,
            on_partition_gone=self._on_partition_gone,
            on_configs_changed=self._log_configs.forget_shared,
        )

    def _open_topics(self) -> None:
        self.controller.register()
        self.directory.load(self._log_configs.of_topic)
        self.partitions.delete_strays()
        for topic in self.image.topics.values():
            self.partitions.open_topic(topic)
        for partition in self.partitions:
            if self.is_synced:
                sync_now(partition.log)
            partition.log.advance_high_watermark(partition.log.log_end_offset)

    def _open_groups(self) -> None:
        writer = self._writer
        topic = OffsetsTopic(
            self.partitions,
            self.controller,
            self.configs,
            writer.append,
            writer.append_coordinated,
        )
        self.groups = GroupCoordinator(
            self.loop,
            topic,
            self.configs,
            self.now_ms,
            self.monotonic_ms,
            self.write_staged,
            is_synced=self.is_synced,
        )
        self.groups.load()

    def _open_transactions(self) -> None:
        topic = TransactionsTopic(self.partitions, self.controller, self.configs, self.append)
        self.markers = MarkerWriter(
            self.partitions,
            self._writer.append_coordinated,
            self.now_ms,
            lambda *ended: self.groups.end_transaction(*ended),
        )
        self.transactions = TransactionCoordinator(
            self.loop,
            topic,
            self.markers,
            self.configs,
            self.now_ms,
            self.write_staged,
            lambda: self.controller.allocate_producer_id(),
        )
        self.transactions.load()
        self.transactional_produce = TransactionalProduce(lambda: self.transactions, self._writer)
        self.transactions.finish_decided()

    def _min_insync_replicas_of(self, topic: str) -> int:
        value = self.configs.topic_value(topic, "min.insync.replicas")
        return value if isinstance(value, int) else 1

    def _on_synced(self, partition: Partition) -> None:
        gained_bytes, partition.hidden_bytes = partition.hidden_bytes, 0
        partition.release_synced()
        self.purgatory.notify(partition, gained_bytes)
        # What was stored may be answered by storing more: a decided transaction by its markers.
        self.write_staged()

    def _on_partition_gone(self, partition: Partition) -> None:
        self.purgatory.complete_all(partition)
        log = partition.log
        if log.partition == 0 and log.topic == OFFSETS_TOPIC:
            self.groups.unload()
        elif log.partition == 0 and log.topic == TRANSACTIONS_TOPIC:
            self.transactions.unload()
        elif log.partition == 0:
            self.groups.forget_topic(log.topic, log.topic_id)
        # Last: coordinators that wait for it must have heard that their topic is gone.
        self.syncer.forget(partition)

    async def _compact(self) -> None:
        """Clean what is worth it, again and again."""
        cleaner = LogCleaner(
            self.directory,
            self._run_cleaning,
            self.now_ms,
            self._cleaner_memory,
            self.make_durable,
        )
        while True:
            await asyncio.sleep(self.configs.broker_int("log.cleaner.backoff.ms") / 1000)
            try:
                await cleaner.clean_all()
            except Exception:
                self.log.exception("background work failed", task="compaction")

    async def _run_cleaning(self, job: CleaningJob) -> CleaningResult:
        io_bytes_per_s = self.configs.broker_value("log.cleaner.io.max.bytes.per.second")
        assert isinstance(io_bytes_per_s, float)  # noqa: S101 - the setting's type
        return await self._clean(CleaningOrder(job, io_bytes_per_s))

    def _cleaner_memory(self) -> int:
        return self.configs.broker_int("log.cleaner.dedupe.buffer.size")

    def _apply_retention(self) -> None:
        self.directory.apply_retention(self.now_ms())

    def _remove_deleted(self) -> None:
        self.directory.remove_deleted(self.now_ms())

    def _forget_producers(self) -> None:
        now_ms = self.now_ms()
        expiration_ms = self.configs.broker_int("producer.id.expiration.ms")
        for partition in self.partitions:
            partition.log.remove_expired_producers(now_ms, expiration_ms)

    def _checkpoint(self) -> None:
        self.directory.checkpoint()

    def _flush_aged(self) -> None:
        """Sync segments at rest, and what flush.ms asks for, whatever the durability."""
        now_ms = self.now_ms()
        for partition in self.partitions:
            if partition.log.has_rolled_unsynced or partition.log.is_flush_due(now_ms):
                self.syncer.request(partition)
