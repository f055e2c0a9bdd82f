"""The topic settings that act inside a log, with Kafka's names and Kafka's defaults."""

import msgspec

FOREVER = 2**63 - 1
UNLIMITED = -1
CREATE_TIME = "CreateTime"
LOG_APPEND_TIME = "LogAppendTime"
PRODUCER_COMPRESSION = "producer"
DAY_MS = 24 * 60 * 60 * 1000


class LogConfig(msgspec.Struct, frozen=True):
    """One topic's settings; replace the whole value to change one.

    Fields are named after the settings, dots as underscores, and hold the settings' own values.
    """

    cleanup_policy: frozenset[str] = frozenset({"delete"})
    retention_ms: int = 7 * DAY_MS
    retention_bytes: int = UNLIMITED
    segment_bytes: int = 1024 * 1024 * 1024
    segment_ms: int = 7 * DAY_MS
    segment_jitter_ms: int = 0
    max_message_bytes: int = 1024 * 1024 + 12
    message_timestamp_type: str = CREATE_TIME
    message_timestamp_before_max_ms: int = FOREVER
    message_timestamp_after_max_ms: int = 60 * 60 * 1000
    compression_type: str = PRODUCER_COMPRESSION
    compression_gzip_level: int = -1
    compression_zstd_level: int = 3
    flush_messages: int = FOREVER
    flush_ms: int = FOREVER
    index_interval_bytes: int = 4096
    segment_index_bytes: int = 10 * 1024 * 1024
    file_delete_delay_ms: int = 60_000
    delete_retention_ms: int = DAY_MS
    min_cleanable_dirty_ratio: float = 0.5
    min_compaction_lag_ms: int = 0
    max_compaction_lag_ms: int = FOREVER

    @property
    def is_deleted(self) -> bool:
        """Whether retention by time and size applies."""
        return "delete" in self.cleanup_policy

    @property
    def is_compacted(self) -> bool:
        """Whether the cleaner keeps the latest record of every key."""
        return "compact" in self.cleanup_policy

    @property
    def needs_care(self) -> bool:
        """Whether an append does more with a batch than to give it offsets."""
        return self.is_compacted or self.rewrites_batches

    @property
    def rewrites_batches(self) -> bool:
        """Whether an append changes more of a batch than its offset and leader epoch."""
        return (
            self.message_timestamp_type == LOG_APPEND_TIME
            or self.compression_type != PRODUCER_COMPRESSION
        )
