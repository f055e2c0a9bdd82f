"""Changing settings, decided without a broker."""

import pytest

from odradek.broker.metadata.configs import (
    Change,
    Operation,
    Resource,
    decide_alter,
    decide_cluster_defaults,
    decide_replace,
)
from odradek.broker.metadata.effective_configs import ConfigSource, EffectiveConfigs
from odradek.broker.metadata.image import RESOURCE_BROKER, RESOURCE_TOPIC, MetadataImage
from odradek.broker.metadata.outcome import Outcome
from odradek.config.kafka import BROKER_SETTINGS, RUN_TIME_SETTINGS, TOPIC_SETTINGS
from odradek.protocol.errors import ErrorCode

TOPIC = Resource(RESOURCE_TOPIC, "flights")
THIS_BROKER = Resource(RESOURCE_BROKER, "0")
ALL_BROKERS = Resource(RESOURCE_BROKER, "")


class Settings:
    """An image with the settings the broker was started with, changed as a controller would."""

    def __init__(self, **static: str) -> None:
        self.image = MetadataImage()
        self.effective = EffectiveConfigs(
            self.image, 0, {name.replace("_", "."): value for name, value in static.items()}
        )

    def alter(self, resource: Resource, *changes: Change) -> Outcome:
        return self._apply(decide_alter(self.image, self.effective, resource, changes))

    def replace(self, resource: Resource, **values: str) -> Outcome:
        named = [(name.replace("_", "."), value) for name, value in values.items()]
        return self._apply(decide_replace(self.image, self.effective, resource, named))

    def _apply(self, outcome: Outcome) -> Outcome:
        for record in outcome.records:
            self.image.apply(record)
        return outcome


def set_(name: str, value: str | None) -> Change:
    return Change(name, Operation.SET, value)


def test_a_topics_value_comes_from_the_nearest_level_that_has_one() -> None:
    settings = Settings(log_retention_hours="1")
    value = settings.effective.topic_value
    assert value("flights", "retention.ms") == 3_600_000
    settings.alter(ALL_BROKERS, set_("log.retention.ms", "5000"))
    assert value("flights", "retention.ms") == 5000
    settings.alter(THIS_BROKER, set_("log.retention.ms", "6000"))
    assert value("flights", "retention.ms") == 6000
    settings.alter(TOPIC, set_("retention.ms", "7000"))
    assert value("flights", "retention.ms") == 7000
    settings.alter(TOPIC, Change("retention.ms", Operation.DELETE, None))
    assert value("flights", "retention.ms") == 6000


def test_an_untouched_topic_has_kafkas_defaults() -> None:
    effective = Settings().effective
    assert effective.topic_value("flights", "retention.ms") == 604_800_000
    assert effective.topic_value("flights", "max.message.bytes") == 1_048_588
    assert effective.topic_value("flights", "segment.bytes") == 1_073_741_824


def test_every_level_is_listed_with_its_source() -> None:
    settings = Settings(log_retention_hours="1")
    settings.alter(TOPIC, set_("retention.ms", "7000"))
    levels = settings.effective.topic_levels("flights", TOPIC_SETTINGS["retention.ms"])
    assert [(level.name, level.value, level.source) for level in levels] == [
        ("retention.ms", "7000", ConfigSource.DYNAMIC_TOPIC_CONFIG),
        ("log.retention.hours", "1", ConfigSource.STATIC_BROKER_CONFIG),
        ("log.retention.hours", "168", ConfigSource.DEFAULT_CONFIG),
    ]


@pytest.mark.parametrize(
    ("resource", "change", "error"),
    [
        (TOPIC, set_("retention.msec", "1"), ErrorCode.INVALID_CONFIG),
        (TOPIC, set_("retention.ms", "soon"), ErrorCode.INVALID_CONFIG),
        (TOPIC, set_("retention.ms", None), ErrorCode.INVALID_REQUEST),
        (TOPIC, Change("retention.ms", Operation.APPEND, "1"), ErrorCode.INVALID_CONFIG),
        (THIS_BROKER, set_("node.id", "7"), ErrorCode.INVALID_REQUEST),
        (THIS_BROKER, set_("listeners", "PLAINTEXT://:1"), ErrorCode.INVALID_REQUEST),
        (ALL_BROKERS, set_("cordoned.log.dirs", "data"), ErrorCode.INVALID_REQUEST),
        (THIS_BROKER, set_("ssl.keystore.location", "store"), ErrorCode.INVALID_REQUEST),
        (THIS_BROKER, set_("max.connection.creation.rate", "0"), ErrorCode.INVALID_REQUEST),
        (THIS_BROKER, set_("log.retention.msec", "1"), ErrorCode.INVALID_REQUEST),
        (THIS_BROKER, set_("log.retention.ms", "soon"), ErrorCode.INVALID_REQUEST),
        (ALL_BROKERS, set_("log.segment.bytes", "1"), ErrorCode.INVALID_REQUEST),
        (THIS_BROKER, set_("log.retention.ms", None), ErrorCode.INVALID_REQUEST),
        (
            THIS_BROKER,
            Change("log.retention.ms", Operation.APPEND, "1"),
            ErrorCode.INVALID_CONFIG,
        ),
    ],
)
def test_a_wrong_change_is_refused_with_its_reason(
    resource: Resource, change: Change, error: ErrorCode
) -> None:
    outcome = Settings().alter(resource, change)
    assert outcome.error is error
    assert outcome.message
    assert change.name in outcome.message


def test_one_wrong_change_refuses_all_of_them() -> None:
    settings = Settings()
    outcome = settings.alter(TOPIC, set_("segment.bytes", "2000000"), set_("no.such", "1"))
    assert outcome.is_refused
    assert not settings.image.configs_of(RESOURCE_TOPIC, "flights")


def test_the_same_setting_twice_is_refused() -> None:
    outcome = Settings().alter(TOPIC, set_("retention.ms", "1"), set_("retention.ms", "2"))
    assert outcome.error is ErrorCode.INVALID_REQUEST


def test_lists_are_appended_to_and_subtracted_from() -> None:
    settings = Settings()
    settings.alter(TOPIC, Change("cleanup.policy", Operation.APPEND, "compact"))
    assert settings.effective.topic_value("flights", "cleanup.policy") == ("delete", "compact")
    settings.alter(TOPIC, Change("cleanup.policy", Operation.SUBTRACT, "delete"))
    assert settings.effective.topic_value("flights", "cleanup.policy") == ("compact",)


def test_replacing_resets_what_is_not_named() -> None:
    settings = Settings()
    settings.alter(TOPIC, set_("retention.ms", "1"), set_("segment.bytes", "2000000"))
    settings.replace(TOPIC, retention_ms="2")
    assert settings.image.configs_of(RESOURCE_TOPIC, "flights") == {"retention.ms": "2"}


def test_every_topic_setting_has_a_value() -> None:
    effective = Settings().effective
    for name, setting in TOPIC_SETTINGS.items():
        levels = effective.topic_levels("flights", setting)
        assert levels[-1].source is ConfigSource.DEFAULT_CONFIG, name
        assert effective.topic_value("flights", name) is not None or setting.default is None


def test_every_synonym_is_a_broker_setting() -> None:
    named = {name for setting in TOPIC_SETTINGS.values() for name in setting.synonyms}
    assert named <= set(BROKER_SETTINGS)


def test_every_setting_that_cannot_change_at_run_time_is_named() -> None:
    outcome = Settings().alter(
        THIS_BROKER, set_("node.id", "7"), set_("log.retention.ms", "1"), set_("log.dirs", "x")
    )
    assert outcome.message == "Cannot update these configs dynamically: [node.id, log.dirs]"


def test_a_setting_of_the_start_may_be_deleted_from_what_was_never_set_at_run_time() -> None:
    outcome = Settings().alter(THIS_BROKER, Change("node.id", Operation.DELETE, None))
    assert not outcome.is_refused
    assert outcome.records == []


def test_a_brokers_setting_outdoes_weaker_ones_only_while_it_is_set() -> None:
    settings = Settings(log_retention_minutes="100")
    levels_of = settings.effective.broker_levels
    setting = BROKER_SETTINGS["log.retention.ms"]
    assert [level.value for level in levels_of(setting)] == [None]
    settings.alter(THIS_BROKER, set_("log.retention.ms", "7"))
    assert [(level.name, level.value) for level in levels_of(setting)] == [
        ("log.retention.ms", "7"),
        ("log.retention.ms", None),
        ("log.retention.minutes", "100"),
        ("log.retention.minutes", None),
        ("log.retention.hours", "168"),
    ]


def test_a_list_for_all_brokers_grows_from_their_own_value_not_from_one_brokers() -> None:
    settings = Settings()
    settings.alter(THIS_BROKER, set_("log.cleanup.policy", "compact"))
    settings.alter(ALL_BROKERS, Change("log.cleanup.policy", Operation.APPEND, "compact"))
    assert settings.image.configs_of(RESOURCE_BROKER, "")["log.cleanup.policy"] == "delete,compact"


@pytest.mark.parametrize("name", RUN_TIME_SETTINGS)
def test_throttles_can_be_set_at_run_time(name: str) -> None:
    settings = Settings()
    assert not settings.alter(THIS_BROKER, set_(name, "1000")).is_refused
    assert settings.image.configs_of(RESOURCE_BROKER, "0") == {name: "1000"}


def test_one_value_of_the_replicas_in_sync_holds_for_all_brokers() -> None:
    settings = Settings(min_insync_replicas="2")
    (record,) = decide_cluster_defaults(settings.image, settings.effective)
    settings.image.apply(record)
    setting = TOPIC_SETTINGS["min.insync.replicas"]
    (first, *_) = settings.effective.topic_levels("flights", setting)
    assert (first.value, first.source) == ("2", ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG)
    assert decide_cluster_defaults(settings.image, settings.effective) == []
    deletion = Change("min.insync.replicas", Operation.DELETE, None)
    for resource, change in (
        (THIS_BROKER, set_("min.insync.replicas", "1")),
        (THIS_BROKER, deletion),
        (ALL_BROKERS, deletion),
    ):
        assert settings.alter(resource, change).error is ErrorCode.INVALID_CONFIG
    assert settings.replace(ALL_BROKERS, log_retention_ms="5").error is ErrorCode.INVALID_CONFIG
    assert not settings.alter(ALL_BROKERS, set_("min.insync.replicas", "1")).is_refused
    assert settings.effective.topic_value("flights", "min.insync.replicas") == 1
