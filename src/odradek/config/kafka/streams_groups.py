"""Streams groups (KIP-1071): server-side assignment for Kafka Streams.

Not served; the settings are listed because they are part of a broker's configuration.
"""

from odradek.config.setting import Setting, SettingType, UpdateMode
from odradek.config.validators import at_least

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "group.streams.assignment.interval.ms",
        SettingType.INT,
        "1000",
        "Least milliseconds between two assignments of a streams group.",
        at_least(0),
        update_mode=UpdateMode.CLUSTER_WIDE,
    ),
    Setting(
        "group.streams.heartbeat.interval.ms",
        SettingType.INT,
        "5000",
        "Milliseconds between heartbeats that members of streams groups are told to keep.",
        at_least(1),
    ),
    Setting(
        "group.streams.initial.rebalance.delay.ms",
        SettingType.INT,
        "3000",
        "Milliseconds an empty streams group waits for more members before its first assignment.",
        at_least(0),
    ),
    Setting(
        "group.streams.max.assignment.interval.ms",
        SettingType.INT,
        "15000",
        "Upper bound of a streams group's own assignment interval, in milliseconds.",
        at_least(0),
    ),
    Setting(
        "group.streams.max.heartbeat.interval.ms",
        SettingType.INT,
        "15000",
        "Upper bound of a streams group's own heartbeat interval, in milliseconds.",
        at_least(1),
    ),
    Setting(
        "group.streams.max.session.timeout.ms",
        SettingType.INT,
        "60000",
        "Upper bound of a streams group's own session timeout, in milliseconds.",
        at_least(1),
    ),
    Setting(
        "group.streams.max.size",
        SettingType.INT,
        "2147483647",
        "Most members of a streams group.",
        at_least(1),
    ),
    Setting(
        "group.streams.max.standby.replicas",
        SettingType.INT,
        "2",
        "Upper bound of a streams group's own number of standby tasks.",
        at_least(0),
    ),
    Setting(
        "group.streams.min.assignment.interval.ms",
        SettingType.INT,
        "0",
        "Lower bound of a streams group's own assignment interval, in milliseconds.",
        at_least(0),
    ),
    Setting(
        "group.streams.min.heartbeat.interval.ms",
        SettingType.INT,
        "5000",
        "Lower bound of a streams group's own heartbeat interval, in milliseconds.",
        at_least(1),
    ),
    Setting(
        "group.streams.min.session.timeout.ms",
        SettingType.INT,
        "45000",
        "Lower bound of a streams group's own session timeout, in milliseconds.",
        at_least(1),
    ),
    Setting(
        "group.streams.num.standby.replicas",
        SettingType.INT,
        "0",
        "Standby copies of each stateful task.",
        at_least(0),
    ),
    Setting(
        "group.streams.session.timeout.ms",
        SettingType.INT,
        "45000",
        "Milliseconds without a heartbeat after which a streams group drops a member.",
        at_least(1),
    ),
)
