"""Profiles of a producer: what it promises, and the librdkafka settings that keep the promise.

profile.py         what a profile is
catalogue.py       the seven: lossy, leader, sync, async, bulk, ordered, eos
setting_names.py   librdkafka's other names, Java's own names
validation.py      a profile and a user's settings, put together or refused
"""

from odradek.clients.profiles.catalogue import DEFAULT_PROFILE, PROFILES
from odradek.clients.profiles.profile import Profile, ProfileSetting, Value
from odradek.clients.profiles.validation import find_profile, settings_of

__all__ = [
    "DEFAULT_PROFILE",
    "PROFILES",
    "Profile",
    "ProfileSetting",
    "Value",
    "find_profile",
    "settings_of",
]
