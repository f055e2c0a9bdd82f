"""What a profile is: a promise about records, and the settings that keep it, with their reasons."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Value = str | int | bool
WhenFull = Literal["wait", "drop"]


@dataclass(frozen=True, slots=True)
class ProfileSetting:
    """One setting of librdkafka and why it has this value.

    A fixed one is what the profile promises: another value is another profile. The rest may be
    tuned, within what `validation` allows.
    """

    name: str
    value: Value
    reason: str
    is_fixed: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """A named way to produce. `settings` are those of librdkafka; the rest is our own behaviour."""

    name: str
    purpose: str
    promise: str
    settings: tuple[ProfileSetting, ...]
    when_full: WhenFull = "wait"
    """Whether a full queue makes the sender wait, or drops the record and counts it."""
    requires_keys: bool = False
    is_transactional: bool = False

    def values(self) -> Mapping[str, Value]:
        """The settings as librdkafka takes them."""
        return {setting.name: setting.value for setting in self.settings}

    def setting(self, name: str) -> ProfileSetting | None:
        """The setting of that name, if the profile has it."""
        return next((each for each in self.settings if each.name == name), None)
