"""The tables of settings equal what Apache Kafka itself says of its configuration.

`KafkaConfig` and `LogConfig` in Kafka's jars print their definitions as HTML when run; a live node
judges values.
"""

import re
from collections.abc import Iterator, Mapping
from html import unescape

import pytest
from confluent_kafka import KafkaException
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
)

from odradek.config.kafka import BROKER_SETTINGS, RUN_TIME_SETTINGS, TOPIC_SETTINGS
from odradek.config.setting import InvalidSetting, Setting, SettingType
from odradek.config.validators import Between, OneOf
from odradek.ops.cluster import ApacheKafka
from odradek.ops.cluster.java import run_tool

OUR_OWN_DEFAULTS = {
    "listeners",
    "log.dir",
    "node.id",
    "process.roles",
    "offsets.topic.replication.factor",
    "transaction.state.log.replication.factor",
    "transaction.state.log.min.isr",
    "share.coordinator.state.topic.replication.factor",
    "share.coordinator.state.topic.min.isr",
}

Definition = Mapping[str, str]


def printed_definitions(main_class: str) -> dict[str, Definition]:
    """What Kafka prints of each setting: Type, Default, Valid Values, Update Mode."""
    html = run_tool(main_class).stdout
    definitions: dict[str, Definition] = {}
    for name, table in re.findall(r'<h4><a id="([^"]+)">.*?<tbody>(.*?)</tbody>', html, re.DOTALL):
        rows = re.findall(r"<th>([^<]+):</th><td>(.*?)</td>", table, re.DOTALL)
        definitions[name] = {title: unescape(value) for title, value in rows}
    return definitions


@pytest.fixture(scope="module")
def broker_definitions(kafka_jars: object) -> dict[str, Definition]:
    return printed_definitions("kafka.server.KafkaConfig")


@pytest.fixture(scope="module")
def topic_definitions(kafka_jars: object) -> dict[str, Definition]:
    return printed_definitions("org.apache.kafka.storage.internals.log.LogConfig")


def default_in(definition: Definition) -> str | None:
    printed = re.sub(r"^(-?\d+) \(.*\)$", r"\1", definition["Default"])  # 60000 (1 minute)
    return {"null": None, "": None, '""': ""}.get(printed, printed)


def range_in(definition: Definition) -> object:
    """A validator equal to the one Kafka prints, where it prints a range or a choice."""
    printed = definition["Valid Values"]
    if limits := re.fullmatch(r"\[(-?\d+),\.\.\.(?:,(-?\d+))?\]", printed):
        return Between(int(limits[1]), int(limits[2]) if limits[2] else None)
    if choice := re.fullmatch(r"(\(case insensitive\) )?\[([A-Za-z0-9_, ]+)\]", printed):
        return OneOf(tuple(choice[2].split(", ")), ignore_case=bool(choice[1]))
    return None


def assert_equal_settings(ours: Mapping[str, Setting], kafkas: dict[str, Definition]) -> None:
    assert set(ours) == set(kafkas)
    for name, setting in ours.items():
        definition = kafkas[name]
        assert setting.type.name.lower() == definition["Type"], name
        if name not in OUR_OWN_DEFAULTS:
            assert setting.default == default_in(definition), name
        if isinstance(setting.validator, Between | OneOf) or range_in(definition):
            assert setting.validator == range_in(definition), name


def test_broker_settings_equal_kafkas(broker_definitions: dict[str, Definition]) -> None:
    settings = {**BROKER_SETTINGS, **RUN_TIME_SETTINGS}
    assert_equal_settings(settings, broker_definitions)
    for name, setting in settings.items():
        assert setting.update_mode.value == broker_definitions[name]["Update Mode"], name


def test_topic_settings_equal_kafkas(topic_definitions: dict[str, Definition]) -> None:
    assert_equal_settings(TOPIC_SETTINGS, topic_definitions)
    for name, setting in TOPIC_SETTINGS.items():
        strongest = topic_definitions[name]["Server Default Property"]
        assert (setting.synonyms or ("null",))[0] == strongest, name


def test_defaults_of_our_own_are_only_where_kafka_has_another(
    broker_definitions: dict[str, Definition],
) -> None:
    for name in OUR_OWN_DEFAULTS:
        assert BROKER_SETTINGS[name].default != default_in(broker_definitions[name])


def values_to_judge(setting: Setting) -> Iterator[str]:
    """Values at and around every limit of a setting, and some of another type."""
    yield from ("", " 1 ", "x", "1.5", "-1", "true", "delete,compact", "delete,x", "0:1,1:1", "*")
    if isinstance(setting.validator, Between):
        limits = (setting.validator.minimum, setting.validator.maximum or 2**31)
        yield from (str(int(limit) + step) for limit in limits for step in (-1, 0, 1))
    if setting.type in (SettingType.INT, SettingType.LONG):
        bits = 31 if setting.type is SettingType.INT else 63
        yield from (str(2**bits - 1), str(2**bits), str(-(2**bits)), str(-(2**bits) - 1))


def is_legal_here(setting: Setting, value: str) -> bool:
    try:
        setting.parse(value)
    except InvalidSetting:
        return False
    return True


def is_legal_there(admin: AdminClient, topic: str, name: str, value: str) -> bool:
    entry = ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
    resource = ConfigResource(ConfigResource.Type.TOPIC, topic, incremental_configs=[entry])
    try:
        admin.incremental_alter_configs([resource], validate_only=True)[resource].result()
    except KafkaException:
        return False
    return True


def test_topic_settings_accept_exactly_what_kafka_accepts(apache_kafka: ApacheKafka) -> None:
    admin = AdminClient({"bootstrap.servers": apache_kafka.bootstrap_servers})
    admin.create_topics([NewTopic("judged", 1, 1)])["judged"].result()
    # These are judged by the topic's other settings too, or need tiered storage in the cluster.
    judged_alone = (
        s for s in TOPIC_SETTINGS.values() if not s.name.startswith(("remote.", "local.retention"))
    )
    disagreements = [
        (setting.name, value)
        for setting in judged_alone
        for value in values_to_judge(setting)
        if is_legal_here(setting, value) != is_legal_there(admin, "judged", setting.name, value)
    ]
    assert disagreements == []
