"""Kafka's own settings: what a topic and a broker of Apache Kafka 4.3 can be configured to do.

`TOPIC_SETTINGS` and `BROKER_SETTINGS` list every one of them by name, whether odradek's broker
honours it (`Setting.acts`) or only shows it to tools that expect it. `RUN_TIME_SETTINGS` are those
of a broker that only AlterConfigs can set, and DescribeConfigs shows only while they are set.

Names, types, defaults, limits and update modes equal Apache Kafka's, except where a line beside the
setting says that it differs; a test compares them with the real thing. The documentation
is our own.
"""

from collections.abc import Mapping
from types import MappingProxyType

from odradek.config.kafka import (
    controller,
    groups,
    log,
    log_cleaner,
    network,
    oauthbearer,
    quotas_and_metrics,
    replication,
    sasl,
    share_groups,
    streams_groups,
    tiered_storage,
    tls,
    topic,
    transactions,
)
from odradek.config.setting import Setting

__all__ = ["BROKER_SETTINGS", "BROKER_THEMES", "RUN_TIME_SETTINGS", "TOPIC_SETTINGS"]

BROKER_THEMES = (
    network,
    log,
    log_cleaner,
    groups,
    transactions,
    controller,
    replication,
    sasl,
    oauthbearer,
    tls,
    quotas_and_metrics,
    tiered_storage,
    share_groups,
    streams_groups,
)


def _by_name(settings: tuple[Setting, ...]) -> Mapping[str, Setting]:
    return MappingProxyType({setting.name: setting for setting in settings})


TOPIC_SETTINGS = _by_name(topic.SETTINGS)
BROKER_SETTINGS = _by_name(tuple(s for theme in BROKER_THEMES for s in theme.SETTINGS))
RUN_TIME_SETTINGS = _by_name(replication.RUN_TIME_SETTINGS)
