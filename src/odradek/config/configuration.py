"""Puts the sources together and judges them against the declared settings.

`load` is the only way to a `Configuration`: the file is overridden by the environment, which is
overridden by `--set`. Whatever comes back is valid; whatever is not is refused with one sentence
that names the value, the place it came from, and the nearest thing that would have been right.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from msgspec import Struct

from odradek.config import broker, cluster, registry, schema_registry
from odradek.config.broker import BrokerConfiguration, broker_configuration
from odradek.config.cluster import cluster_configuration
from odradek.config.registry import RegistryConfiguration, registry_configuration
from odradek.config.schema_registry import (
    SchemaRegistryConfiguration,
    schema_registry_configuration,
)
from odradek.config.setting import InvalidSetting, Setting
from odradek.config.sources import (
    ConfigurationError,
    Given,
    from_environment,
    from_overrides,
    from_toml,
)

Section = TypeVar("Section")

SECTIONS: Mapping[str, Mapping[str, Setting]] = {
    "kafka": cluster.SETTINGS,
    "broker": broker.SETTINGS,
    "registry": registry.SETTINGS,
    "schema_registry": schema_registry.SETTINGS,
}


class Configuration(Struct, frozen=True):
    """Everything odradek was told: two sections for the clients, and one for each part."""

    kafka: Mapping[str, str]
    broker: BrokerConfiguration
    registry: RegistryConfiguration
    schema_registry: SchemaRegistryConfiguration


def load(
    toml_text: str | None,
    environment: Mapping[str, str],
    overrides: Sequence[str],
    file_name: str = "odradek.toml",
) -> Configuration:
    """Return the configuration that the three sources give together.

    `toml_text` is the text of the file, or None without one; `overrides` are the arguments of
    `--set`. Raises ConfigurationError with one sentence for the user.
    """
    names = {section: list(settings) for section, settings in SECTIONS.items()}
    given = _checked(
        [
            *(() if toml_text is None else from_toml(toml_text, file_name)),
            *from_environment(environment, names),
            *from_overrides(overrides),
        ]
    )
    return Configuration(
        kafka=cluster_configuration(_texts(given["kafka"])),
        broker=_section(broker_configuration, given["broker"]),
        registry=_section(registry_configuration, given["registry"]),
        schema_registry=_section(schema_registry_configuration, given["schema_registry"]),
    )


def _section(build: Callable[[dict[str, str]], Section], given: Mapping[str, Given]) -> Section:
    try:
        return build(_texts(given))
    except InvalidSetting as error:
        value = given[error.name]
        origin = _origin(value, SECTIONS[value.section][value.name])
        raise ConfigurationError(f"{error} ({origin})") from None


def _checked(values: Iterable[Given]) -> dict[str, dict[str, Given]]:
    """Keep the last value of each setting, every one of them known and legal."""
    given: dict[str, dict[str, Given]] = {section: {} for section in SECTIONS}
    for value in values:
        settings = SECTIONS.get(value.section)
        if settings is None:
            raise ConfigurationError(_unknown_section(value))
        setting = settings.get(value.name)
        if setting is None:
            raise ConfigurationError(_unknown_setting(value))
        try:
            setting.parse(value.text)
        except InvalidSetting as error:
            raise ConfigurationError(f"{error} ({_origin(value, setting)})") from None
        given[value.section][value.name] = value
    return given


def _texts(section: Mapping[str, Given]) -> dict[str, str]:
    return {name: given.text.strip() for name, given in section.items()}


def _origin(value: Given, setting: Setting) -> str:
    """The origin without the value, where a secret stands in it."""
    return value.origin.partition("=")[0] if setting.is_sensitive else value.origin


def _unknown_section(value: Given) -> str:
    nearest = _nearest(value.section, SECTIONS)
    return f"unknown section [{value.section}] ({value.origin}): did you mean [{nearest}]?"


def _unknown_setting(value: Given) -> str:
    nearest = _nearest(value.name, SECTIONS[value.section])
    path = f"{value.section}.{value.name}"
    return f"unknown setting {path} ({value.origin}): did you mean {nearest}?"


def _nearest(word: str, known: Iterable[str]) -> str:
    import difflib  # only a misspelled configuration pays for it

    return difflib.get_close_matches(word, known, n=1, cutoff=0)[0]
