"""How rates are measured, for quotas and for metrics."""

from odradek.config.setting import Setting, SettingType, UpdateMode
from odradek.config.validators import at_least

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "alter.log.dirs.replication.quota.window.num",
        SettingType.INT,
        "11",
        "Samples kept to measure moves between log directories.",
        at_least(1),
    ),
    Setting(
        "alter.log.dirs.replication.quota.window.size.seconds",
        SettingType.INT,
        "1",
        "Seconds per sample of moves between log directories.",
        at_least(1),
    ),
    Setting(
        "client.quota.callback.class",
        SettingType.CLASS,
        None,
        "Class that decides the quotas of clients.",
    ),
    Setting(
        "config.providers",
        SettingType.LIST,
        "",
        "Names of providers that resolve variables in configuration values.",
        update_mode=UpdateMode.CLUSTER_WIDE,
    ),
    Setting(
        "controller.quota.window.num",
        SettingType.INT,
        "11",
        "Samples kept to measure controller mutations.",
        at_least(1),
    ),
    Setting(
        "controller.quota.window.size.seconds",
        SettingType.INT,
        "1",
        "Seconds per sample of controller mutations.",
        at_least(1),
    ),
    Setting(
        "kafka.metrics.polling.interval.secs",
        SettingType.INT,
        "10",
        "Seconds between two polls of the legacy metrics reporters.",
        at_least(1),
    ),
    Setting(
        "kafka.metrics.reporters",
        SettingType.LIST,
        "",
        "Legacy metrics reporters to load.",
    ),
    Setting(
        "metric.reporters",
        SettingType.LIST,
        "org.apache.kafka.common.metrics.JmxReporter",
        "Metrics reporters to load.",
        update_mode=UpdateMode.CLUSTER_WIDE,
    ),
    Setting(
        "metrics.num.samples",
        SettingType.INT,
        "2",
        "Samples kept per metric.",
        at_least(1),
    ),
    Setting(
        "metrics.recording.level",
        SettingType.STRING,
        "INFO",
        "Least important level of metrics that are recorded.",
    ),
    Setting(
        "metrics.sample.window.ms",
        SettingType.LONG,
        "30000",
        "Milliseconds per sample of a metric.",
        at_least(1),
    ),
    Setting(
        "quota.window.num",
        SettingType.INT,
        "11",
        "Samples kept to measure client quotas.",
        at_least(1),
    ),
    Setting(
        "quota.window.size.seconds",
        SettingType.INT,
        "1",
        "Seconds per sample of client quotas.",
        at_least(1),
    ),
    Setting(
        "replication.quota.window.num",
        SettingType.INT,
        "11",
        "Samples kept to measure replication throttles.",
        at_least(1),
    ),
    Setting(
        "replication.quota.window.size.seconds",
        SettingType.INT,
        "1",
        "Seconds per sample of replication throttles.",
        at_least(1),
    ),
    Setting(
        "telemetry.max.bytes",
        SettingType.INT,
        "1048576",
        "Most bytes of metrics a client may push at once.",
        at_least(1),
    ),
)
