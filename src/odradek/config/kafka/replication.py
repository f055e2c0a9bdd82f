"""Copies of partitions on other brokers.

One node has none; the settings are listed because tools that manage clusters read and write them.
The throttles are no part of a configuration file: they exist only while somebody has set them.
"""

from odradek.config.setting import Setting, SettingType, UpdateMode
from odradek.config.validators import at_least

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "auto.leader.rebalance.enable",
        SettingType.BOOLEAN,
        "true",
        "Whether leadership returns to preferred replicas by itself.",
    ),
    Setting(
        "background.threads",
        SettingType.INT,
        "10",
        "Threads for assorted background work.",
        at_least(1),
        update_mode=UpdateMode.CLUSTER_WIDE,
    ),
    Setting(
        "controlled.shutdown.enable",
        SettingType.BOOLEAN,
        "true",
        "Whether a stopping broker first hands its partitions to others.",
    ),
    Setting(
        "default.replication.factor",
        SettingType.INT,
        "1",
        "Replicas of a topic that is created without a count.",
        acts=True,
    ),
    Setting(
        "follower.fetch.last.tiered.offset.enable",
        SettingType.BOOLEAN,
        "false",
        "Whether a new replica of a tiered topic skips what remote storage already holds.",
        update_mode=UpdateMode.CLUSTER_WIDE,
    ),
    Setting(
        "leader.imbalance.check.interval.seconds",
        SettingType.LONG,
        "300",
        "Seconds between two looks for partitions not led by their preferred replica.",
        at_least(1),
    ),
    Setting(
        "num.replica.alter.log.dirs.threads",
        SettingType.INT,
        None,
        "Threads that move replicas between log directories.",
    ),
    Setting(
        "num.replica.fetchers",
        SettingType.INT,
        "1",
        "Threads that copy from each other broker.",
        at_least(1),
        update_mode=UpdateMode.CLUSTER_WIDE,
    ),
    Setting(
        "replica.fetch.backoff.ms",
        SettingType.INT,
        "1000",
        "Milliseconds a follower waits after a failed fetch.",
        at_least(0),
    ),
    Setting(
        "replica.fetch.max.bytes",
        SettingType.INT,
        "1048576",
        "Bytes a follower tries to fetch per partition.",
        at_least(0),
    ),
    Setting(
        "replica.fetch.min.bytes",
        SettingType.INT,
        "1",
        "Bytes a follower's fetch waits for.",
    ),
    Setting(
        "replica.fetch.response.max.bytes",
        SettingType.INT,
        "10485760",
        "Bytes a follower accepts in one answer.",
        at_least(0),
    ),
    Setting(
        "replica.fetch.wait.max.ms",
        SettingType.INT,
        "500",
        "Longest milliseconds a follower's fetch waits for data.",
    ),
    Setting(
        "replica.high.watermark.checkpoint.interval.ms",
        SettingType.LONG,
        "5000",
        "Milliseconds between two writes of the high watermarks to disk.",
    ),
    Setting(
        "replica.lag.time.max.ms",
        SettingType.LONG,
        "30000",
        "Milliseconds after which a follower that has not caught up leaves the in-sync set.",
    ),
    Setting(
        "replica.selector.class",
        SettingType.STRING,
        None,
        "Class that chooses the replica a consumer reads from.",
    ),
    Setting(
        "replica.socket.receive.buffer.bytes",
        SettingType.INT,
        "65536",
        "Bytes of the receive buffer for replication.",
    ),
    Setting(
        "replica.socket.timeout.ms",
        SettingType.INT,
        "30000",
        "Milliseconds a follower waits for the network.",
    ),
    Setting(
        "unclean.leader.election.enable",
        SettingType.BOOLEAN,
        "false",
        "Default unclean.leader.election.enable of topics.",
        update_mode=UpdateMode.CLUSTER_WIDE,
    ),
)

RUN_TIME_SETTINGS: tuple[Setting, ...] = (
    Setting(
        "follower.replication.throttled.rate",
        SettingType.LONG,
        "9223372036854775807",
        "Bytes per second that followers of throttled partitions may fetch.",
        at_least(0),
        update_mode=UpdateMode.CLUSTER_WIDE,
    ),
    Setting(
        "leader.replication.throttled.rate",
        SettingType.LONG,
        "9223372036854775807",
        "Bytes per second that leaders of throttled partitions may send to their followers.",
        at_least(0),
        update_mode=UpdateMode.CLUSTER_WIDE,
    ),
    Setting(
        "replica.alter.log.dirs.io.max.bytes.per.second",
        SettingType.LONG,
        "9223372036854775807",
        "Bytes per second that moves between log directories of one broker may copy.",
        at_least(0),
        update_mode=UpdateMode.CLUSTER_WIDE,
    ),
)
