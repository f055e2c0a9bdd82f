"""Which value a setting has right now, and where that value comes from.

A topic's value is its own override, else the broker setting that supplies it, else Kafka's default.
A broker's value is the one set at run time for this broker, else for all brokers, else the one
given at start, else the default. Sources carry Kafka's numbers for DescribeConfigs (KIP-226).
"""

from collections.abc import Iterator, Mapping
from enum import IntEnum

import msgspec

from odradek.broker.metadata.image import RESOURCE_BROKER, RESOURCE_TOPIC, MetadataImage
from odradek.config.kafka import BROKER_SETTINGS, RUN_TIME_SETTINGS, TOPIC_SETTINGS
from odradek.config.setting import Setting, SettingValue

_OUTDONE = {
    name: setting.synonyms[place + 1 :]
    for setting in TOPIC_SETTINGS.values()
    for place, name in enumerate(setting.synonyms)
}
_MS_PER_UNIT = {".hours": 3_600_000, ".minutes": 60_000}


class ConfigSource(IntEnum):
    """Where a value was set, as DescribeConfigs numbers it."""

    DYNAMIC_TOPIC_CONFIG = 1
    DYNAMIC_BROKER_CONFIG = 2
    DYNAMIC_DEFAULT_BROKER_CONFIG = 3
    STATIC_BROKER_CONFIG = 4
    DEFAULT_CONFIG = 5


class ConfigValue(msgspec.Struct, frozen=True):
    """A setting's text at one level, under the name it has there; None means not set."""

    name: str
    value: str | None
    source: ConfigSource

    def in_unit_of(self, setting: Setting) -> str | None:
        """`log.retention.hours` supplies `retention.ms`: the number changes with the unit."""
        if self.value is None or self.name == setting.name:
            return self.value
        for suffix, factor in _MS_PER_UNIT.items():
            if self.name.endswith(suffix):
                number = int(self.value)
                return str(number * factor if number >= 0 else number)
        return self.value


class EffectiveConfigs:
    """Looks values up in the image over the settings the broker was started with."""

    def __init__(self, image: MetadataImage, node_id: int, static: Mapping[str, str]) -> None:
        self._image = image
        self._node_name = str(node_id)
        self._static = static

    def topic_levels(self, topic: str, setting: Setting) -> list[ConfigValue]:
        """Every level that says something about a topic's setting, the strongest first."""
        levels = []
        override = self._image.configs_of(RESOURCE_TOPIC, topic).get(setting.name)
        if override is not None:
            levels.append(ConfigValue(setting.name, override, ConfigSource.DYNAMIC_TOPIC_CONFIG))
        for synonym in setting.synonyms:
            levels.extend(self._broker_overrides(synonym))
        levels.append(self._topic_default(setting))
        return levels

    def topic_synonyms(self, topic: str, setting: Setting) -> list[ConfigValue]:
        """What tools are told of a topic's setting: the override, and the broker's setting of the
        same unit with all that it outdoes, where that is set."""
        levels = self.topic_levels(topic, setting)
        told = [each for each in levels if each.source is ConfigSource.DYNAMIC_TOPIC_CONFIG]
        for synonym in setting.synonyms[:1]:
            told += self.broker_levels(BROKER_SETTINGS[synonym])
        return told

    def broker_levels(self, setting: Setting) -> list[ConfigValue]:
        """Every level that says something about this broker's setting, the strongest first.

        Behind a setting that is set come those it outdoes: `log.retention.ms` the minutes, then
        the hours. A setting that exists only at run time has no default, and no level until set.
        """
        levels = self._own_levels(setting)
        if levels and levels[0].value is not None:
            for name in _OUTDONE.get(setting.name, ()):
                levels += self._own_levels(BROKER_SETTINGS[name])
        return levels

    def topic_value(self, topic: str, name: str) -> SettingValue | None:
        """The typed value that holds for a topic; None where nothing is set."""
        setting = TOPIC_SETTINGS[name]
        return _parse(setting, self.topic_levels(topic, setting)[0].in_unit_of(setting))

    def broker_value(self, name: str) -> SettingValue | None:
        """The typed value that holds for this broker; None where nothing is set."""
        setting = BROKER_SETTINGS[name]
        return _parse(setting, self.broker_levels(setting)[0].value)

    def broker_int(self, name: str) -> int:
        """A whole number of the broker that is always set."""
        value = self.broker_value(name)
        if not isinstance(value, int):
            raise TypeError(f"{name} is not a whole number: {value!r}")
        return value

    def broker_bool(self, name: str) -> bool:
        """A switch of the broker."""
        return self.broker_value(name) is True

    def default_broker_levels(self, setting: Setting) -> list[ConfigValue]:
        """What was set for all brokers at run time."""
        return [
            level
            for level in self._broker_overrides(setting.name)
            if level.source is ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG
        ]

    def static_levels(self, setting: Setting) -> list[ConfigValue]:
        """What was given at start, and the default."""
        at_start = (ConfigSource.STATIC_BROKER_CONFIG, ConfigSource.DEFAULT_CONFIG)
        return [level for level in self._own_levels(setting) if level.source in at_start]

    def _own_levels(self, setting: Setting) -> list[ConfigValue]:
        levels = list(self._broker_overrides(setting.name))
        if setting.name not in RUN_TIME_SETTINGS:
            levels.append(ConfigValue(setting.name, setting.default, ConfigSource.DEFAULT_CONFIG))
        return levels

    def _broker_overrides(self, name: str) -> Iterator[ConfigValue]:
        for resource_name, source in (
            (self._node_name, ConfigSource.DYNAMIC_BROKER_CONFIG),
            ("", ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG),
        ):
            value = self._image.configs_of(RESOURCE_BROKER, resource_name).get(name)
            if value is not None:
                yield ConfigValue(name, value, source)
        if name in self._static:
            yield ConfigValue(name, self._static[name], ConfigSource.STATIC_BROKER_CONFIG)

    def _topic_default(self, setting: Setting) -> ConfigValue:
        for synonym in setting.synonyms:
            default = BROKER_SETTINGS[synonym].default
            if default is not None:
                return ConfigValue(synonym, default, ConfigSource.DEFAULT_CONFIG)
        return ConfigValue(setting.name, setting.default, ConfigSource.DEFAULT_CONFIG)


def _parse(setting: Setting, text: str | None) -> SettingValue | None:
    return None if text is None else setting.parse(text)
