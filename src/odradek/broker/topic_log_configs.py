"""The part of a topic's settings that its logs act on.

`LogConfig` names its fields after the topic settings, so that one rule translates them all. Most
topics override nothing and share one value.
"""

import msgspec

from odradek.broker.log import LogConfig
from odradek.broker.metadata.effective_configs import EffectiveConfigs
from odradek.broker.metadata.image import RESOURCE_TOPIC, MetadataImage
from odradek.config.kafka import TOPIC_SETTINGS

_FIELDS = [
    (field, setting)
    for field in LogConfig.__struct_fields__
    if (setting := field.replace("_", ".")) in TOPIC_SETTINGS
]


class TopicLogConfigs:
    """Builds a topic's `LogConfig` from its effective settings."""

    def __init__(self, image: MetadataImage, effective: EffectiveConfigs) -> None:
        self._image = image
        self._effective = effective
        self._shared: LogConfig | None = None

    def forget_shared(self) -> None:
        """The broker's own settings changed."""
        self._shared = None

    def of_topic(self, topic: str) -> LogConfig:
        """The log settings that hold for a topic now."""
        if self._image.configs_of(RESOURCE_TOPIC, topic):
            return self._build(topic)
        if self._shared is None:
            self._shared = self._build(topic)
        return self._shared

    def _build(self, topic: str) -> LogConfig:
        values = {field: self._effective.topic_value(topic, setting) for field, setting in _FIELDS}
        config = msgspec.convert(
            {field: value for field, value in values.items() if value is not None}, LogConfig
        )
        if config.is_compacted and config.max_compaction_lag_ms < config.segment_ms:
            # The active segment is never compacted, so it must not grow older than that (KIP-354).
            return msgspec.structs.replace(config, segment_ms=config.max_compaction_lag_ms)
        return config
