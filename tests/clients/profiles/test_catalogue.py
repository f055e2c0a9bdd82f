"""What holds for every profile."""

import pytest
from confluent_kafka import Producer

from odradek.clients.profiles import DEFAULT_PROFILE, PROFILES, Profile, settings_of

ALL = pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)


@ALL
def test_librdkafka_takes_every_profile_as_it_is(profile: Profile) -> None:
    own = {"transactional.id": "id"} if profile.is_transactional else {}
    Producer({"bootstrap.servers": "127.0.0.1:1", "log_level": 0, **settings_of(profile), **own})


@ALL
def test_every_setting_has_a_reason_and_stands_once(profile: Profile) -> None:
    names = [setting.name for setting in profile.settings]
    assert sorted(set(names)) == sorted(names)
    assert all(setting.reason for setting in profile.settings)


@ALL
def test_keys_land_where_java_puts_them_and_no_topic_is_made_by_a_typing_error(
    profile: Profile,
) -> None:
    assert profile.values()["partitioner"] == "murmur2_random"
    assert profile.values()["allow.auto.create.topics"] is False


def test_only_lossy_and_leader_go_without_idempotence() -> None:
    without = {name for name, each in PROFILES.items() if not each.values()["enable.idempotence"]}
    assert without == {"lossy", "leader"}
    assert DEFAULT_PROFILE == "async"


@ALL
def test_profiles_that_compress_wait_for_company(profile: Profile) -> None:
    values = profile.values()
    assert (values["compression.type"] == "none") == (values["linger.ms"] == 0)


@ALL
def test_deliveries_outlive_an_election_but_for_lossy(profile: Profile) -> None:
    assert int(profile.values()["delivery.timeout.ms"]) >= 30_000 or profile.name == "lossy"
