"""Compaction: what the cleaner may use and which logs it takes."""

from odradek.config.setting import Setting, SettingType, UpdateMode
from odradek.config.validators import at_least, between

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "log.cleaner.backoff.ms",
        SettingType.LONG,
        "15000",
        "Milliseconds the cleaner sleeps when no log needs compaction.",
        at_least(0),
        update_mode=UpdateMode.CLUSTER_WIDE,
        acts=True,
    ),
    Setting(
        "log.cleaner.dedupe.buffer.size",
        SettingType.LONG,
        "134217728",
        "Bytes of memory for the table of keys, shared by all cleaner threads; more lets one "
        "pass cover a longer log.",
        update_mode=UpdateMode.CLUSTER_WIDE,
        acts=True,
    ),
    Setting(
        "log.cleaner.delete.retention.ms",
        SettingType.LONG,
        "86400000",
        "Default delete.retention.ms of compacted topics.",
        at_least(0),
        update_mode=UpdateMode.CLUSTER_WIDE,
        acts=True,
    ),
    Setting(
        "log.cleaner.enable",
        SettingType.BOOLEAN,
        "true",
        "Whether compaction runs at all.",
        acts=True,
    ),
    Setting(
        "log.cleaner.io.buffer.load.factor",
        SettingType.DOUBLE,
        "0.9",
        "How full the table of keys may get; higher cleans more per pass and collides more often.",
        update_mode=UpdateMode.CLUSTER_WIDE,
    ),
    Setting(
        "log.cleaner.io.buffer.size",
        SettingType.INT,
        "524288",
        "Bytes of read and write buffer, shared by all cleaner threads.",
        at_least(0),
        update_mode=UpdateMode.CLUSTER_WIDE,
    ),
    Setting(
        "log.cleaner.io.max.bytes.per.second",
        SettingType.DOUBLE,
        "1.7976931348623157E308",
        "Bytes per second the cleaner may read and write together, so that it does not disturb "
        "clients.",
        update_mode=UpdateMode.CLUSTER_WIDE,
        acts=True,
    ),
    Setting(
        "log.cleaner.max.compaction.lag.ms",
        SettingType.LONG,
        "9223372036854775807",
        "Default max.compaction.lag.ms of compacted topics.",
        at_least(1),
        update_mode=UpdateMode.CLUSTER_WIDE,
        acts=True,
    ),
    Setting(
        "log.cleaner.min.cleanable.ratio",
        SettingType.DOUBLE,
        "0.5",
        "Default min.cleanable.dirty.ratio of compacted topics.",
        between(0, 1),
        update_mode=UpdateMode.CLUSTER_WIDE,
        acts=True,
    ),
    Setting(
        "log.cleaner.min.compaction.lag.ms",
        SettingType.LONG,
        "0",
        "Default min.compaction.lag.ms of compacted topics.",
        at_least(0),
        update_mode=UpdateMode.CLUSTER_WIDE,
        acts=True,
    ),
    Setting(
        "log.cleaner.threads",
        SettingType.INT,
        "1",
        "Number of threads that compact logs.",
        at_least(0),
        update_mode=UpdateMode.CLUSTER_WIDE,
    ),
)
