"""One setting: its name, type, default, limits and meaning.

Every setting of odradek, of a Kafka broker and of a Kafka topic is declared as a `Setting`, whoever
reads it: the configuration file, DescribeConfigs and AlterConfigs, the generated reference.

Invariants: a setting's value is text until `parse` has accepted it, and a declared default always
parses. A default of None means "not set", which Kafka distinguishes from the empty string.

What this module does not do: it knows no sections, files or sources (see `odradek.config.load`),
and it keeps no current values.
"""

import re
from collections.abc import Callable
from enum import Enum, IntEnum

from msgspec import Struct

_PLAIN_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII).fullmatch

SettingValue = bool | int | float | str | tuple[str, ...]
Validator = Callable[[SettingValue], str | None]
"""Answers None for a legal value, or the sentence that says which values are legal."""


class SettingType(IntEnum):
    """Kafka's types of configuration values, numbered as DescribeConfigs v3+ sends them."""

    BOOLEAN = 1
    STRING = 2
    INT = 3
    SHORT = 4
    LONG = 5
    DOUBLE = 6
    LIST = 7
    CLASS = 8
    PASSWORD = 9


class UpdateMode(Enum):
    """Where a setting can be changed while the broker runs."""

    READ_ONLY = "read-only"
    PER_BROKER = "per-broker"
    CLUSTER_WIDE = "cluster-wide"
    PER_TOPIC = "per-topic"


class InvalidSetting(ValueError):
    """The value is not one the setting accepts; the message reads as Kafka's and suits a user."""

    def __init__(self, name: str, text: str, complaint: str) -> None:
        super().__init__(f"Invalid value {text} for configuration {name}: {complaint}")
        self.name = name


class Setting(Struct, frozen=True):
    """The declaration of one setting.

    `documentation` says what the setting does, in which unit, and why one would change it.
    `synonyms` are the broker settings that supply a topic setting's default, strongest first.
    `acts` tells whether odradek's broker honours the setting today; one that does not is still
    listed, accepted and stored, because Kafka's tools send and read it.
    """

    name: str
    type: SettingType
    default: str | None
    documentation: str
    validator: Validator | None = None
    update_mode: UpdateMode = UpdateMode.READ_ONLY
    synonyms: tuple[str, ...] = ()
    acts: bool = False

    @property
    def is_read_only(self) -> bool:
        return self.update_mode is UpdateMode.READ_ONLY

    @property
    def is_sensitive(self) -> bool:
        """Whether the value is a secret, which DescribeConfigs and the logs must not show."""
        return self.type is SettingType.PASSWORD

    @property
    def valid_values(self) -> str:
        """What the validator accepts, for the reference; empty when the type says it all."""
        return "" if self.validator is None else str(self.validator)

    def parse(self, text: str) -> SettingValue:
        """Return the typed value of `text`; raises InvalidSetting with Kafka's kind of message."""
        try:
            value = _PARSERS[self.type](text.strip())
        except ValueError as error:
            raise self._invalid(text, str(error)) from None
        complaint = None if self.validator is None else self.validator(value)
        if complaint is not None:
            raise self._invalid(text, complaint)
        return value

    def _invalid(self, text: str, complaint: str) -> InvalidSetting:
        shown = "[hidden]" if self.is_sensitive else text
        return InvalidSetting(self.name, shown, complaint)


def _parse_boolean(text: str) -> bool:
    lowered = text.lower()
    if lowered not in ("true", "false"):
        raise ValueError("Expected value to be either true or false")
    return lowered == "true"


def _integer_parser(type_name: str, bits: int) -> Callable[[str], int]:
    limit = 1 << (bits - 1)

    def parse_integer(text: str) -> int:
        digits = text[1:] if text[:1] in ("-", "+") else text
        if not (digits.isascii() and digits.isdigit()) or not -limit <= int(text) < limit:
            raise ValueError(f"Not a number of type {type_name}")
        return int(text)

    return parse_integer


def _parse_double(text: str) -> float:
    if _PLAIN_NUMBER(text) is None:
        raise ValueError("Not a number of type DOUBLE")
    return float(text)


def _parse_list(text: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in text.split(",")) if text else ()


def _parse_string(text: str) -> str:
    return text


_PARSERS: dict[SettingType, Callable[[str], SettingValue]] = {
    SettingType.BOOLEAN: _parse_boolean,
    SettingType.STRING: _parse_string,
    SettingType.INT: _integer_parser("INT", 32),
    SettingType.SHORT: _integer_parser("SHORT", 16),
    SettingType.LONG: _integer_parser("LONG", 64),
    SettingType.DOUBLE: _parse_double,
    SettingType.LIST: _parse_list,
    SettingType.CLASS: _parse_string,
    SettingType.PASSWORD: _parse_string,
}
