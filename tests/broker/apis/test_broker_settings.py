"""Settings of the broker changed while it runs: refused, described, kept, and obeyed."""

from pathlib import Path
from typing import Any

import pytest

from odradek.broker.metadata.configs import Operation
from odradek.broker.metadata.effective_configs import ConfigSource
from odradek.broker.metadata.image import RESOURCE_BROKER, RESOURCE_TOPIC
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages import alter_configs, incremental_alter_configs
from odradek.protocol.messages.describe_configs import (
    DescribeConfigsRequest,
    DescribeConfigsResource,
)
from tests.broker.harness import NOW_MS, Harness, batch_of

THIS_BROKER, ALL_BROKERS = "0", ""


def alter(
    broker: Harness,
    of: str,
    *,
    delete: tuple[str, ...] = (),
    validate_only: bool = False,
    **values: str | None,
) -> Any:
    """Change settings of a broker; names with underscores for dots."""
    changes = [
        incremental_alter_configs.AlterableConfig(
            name=name.replace("_", "."), config_operation=Operation.SET, value=value
        )
        for name, value in values.items()
    ]
    changes += [
        incremental_alter_configs.AlterableConfig(name=name, config_operation=Operation.DELETE)
        for name in delete
    ]
    resource = incremental_alter_configs.AlterConfigsResource(
        resource_type=RESOURCE_BROKER, resource_name=of, configs=changes
    )
    request = incremental_alter_configs.IncrementalAlterConfigsRequest(
        resources=[resource], validate_only=validate_only
    )
    (result,) = broker.ask(request, 1).responses
    return result


def describe(broker: Harness, kind: int, of: str, *names: str) -> dict[str, Any]:
    resource = DescribeConfigsResource(
        resource_type=kind, resource_name=of, configuration_keys=list(names) or None
    )
    request = DescribeConfigsRequest(resources=[resource], include_synonyms=True)
    (result,) = broker.ask(request, 4).results
    assert result.error_code == ErrorCode.NONE, result.error_message
    return {config.name: config for config in result.configs}


def levels_of(config: Any) -> list[tuple[str, str | None, int]]:
    return [(level.name, level.value, level.source) for level in config.synonyms]


def test_a_setting_of_the_start_is_refused_by_name(broker: Harness) -> None:
    result = alter(broker, THIS_BROKER, node_id="7")
    assert result.error_code == ErrorCode.INVALID_REQUEST
    assert result.error_message == "Cannot update these configs dynamically: [node.id]"


@pytest.mark.parametrize("of", ["9", "x"])
def test_a_broker_that_is_not_this_one_is_refused(broker: Harness, of: str) -> None:
    assert alter(broker, of, log_retention_ms="5").error_code == ErrorCode.INVALID_REQUEST


def test_validating_changes_nothing(broker: Harness) -> None:
    result = alter(broker, THIS_BROKER, log_retention_ms="5", validate_only=True)
    assert result.error_code == ErrorCode.NONE
    described = describe(broker, RESOURCE_BROKER, THIS_BROKER, "log.retention.ms")
    assert described["log.retention.ms"].value is None


def test_one_brokers_value_outdoes_that_of_all_brokers_and_both_are_described(
    broker: Harness,
) -> None:
    alter(broker, ALL_BROKERS, log_retention_ms="6000000")
    alter(broker, THIS_BROKER, log_retention_ms=" 5000000 ")
    described = describe(broker, RESOURCE_BROKER, THIS_BROKER, "log.retention.ms")
    config = described["log.retention.ms"]
    assert (config.value, config.config_source) == (
        "5000000",
        ConfigSource.DYNAMIC_BROKER_CONFIG,
    )
    assert levels_of(config) == [
        ("log.retention.ms", " 5000000 ", ConfigSource.DYNAMIC_BROKER_CONFIG),
        ("log.retention.ms", "6000000", ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG),
        ("log.retention.hours", "168", ConfigSource.DEFAULT_CONFIG),
    ]
    everybodys = describe(broker, RESOURCE_BROKER, ALL_BROKERS)
    assert levels_of(everybodys["log.retention.ms"]) == [
        ("log.retention.ms", "6000000", ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG)
    ]


def test_a_topic_that_sets_nothing_itself_follows_the_broker(broker: Harness) -> None:
    broker.create_topic("t")
    broker.create_topic("own", max_message_bytes="300000")
    alter(broker, ALL_BROKERS, message_max_bytes="200")
    large = batch_of(b"x" * 1000)
    assert broker.produce("t", large).error_code == ErrorCode.MESSAGE_TOO_LARGE
    assert broker.produce("own", large).error_code == ErrorCode.NONE
    described = describe(broker, RESOURCE_TOPIC, "t", "max.message.bytes")["max.message.bytes"]
    assert described.value == "200"
    assert described.config_source == ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG
    alter(broker, ALL_BROKERS, delete=("message.max.bytes",))
    assert broker.produce("t", large).error_code == ErrorCode.NONE


def test_retention_and_segment_size_of_the_broker_act_on_the_next_round(broker: Harness) -> None:
    broker.create_topic("t")
    alter(broker, THIS_BROKER, log_segment_bytes="1048576", log_retention_bytes="1048576")
    for _ in range(4):
        broker.produce("t", batch_of(b"x" * 700_000))
    log = broker.broker.partitions.of_topic("t")[0].log
    broker.broker.directory.apply_retention(NOW_MS)
    assert log.log_start_offset > 0


def test_too_few_replicas_in_sync_follow_the_broker(broker: Harness) -> None:
    broker.create_topic("t")
    alter(broker, ALL_BROKERS, min_insync_replicas="2")
    answer = broker.produce("t", batch_of(b"x"), acks=-1)
    assert answer.error_code == ErrorCode.NOT_ENOUGH_REPLICAS


def test_what_was_changed_at_run_time_survives_a_restart_and_acts(tmp_path: Path) -> None:
    first = Harness(tmp_path)
    first.create_topic("t")
    alter(first, THIS_BROKER, message_max_bytes="200")
    first.close()
    second = Harness(tmp_path)
    large = batch_of(b"x" * 1000)
    assert second.produce("t", large).error_code == ErrorCode.MESSAGE_TOO_LARGE
    described = describe(second, RESOURCE_BROKER, THIS_BROKER, "message.max.bytes")
    assert described["message.max.bytes"].config_source == ConfigSource.DYNAMIC_BROKER_CONFIG
    second.close()


def test_a_throttle_is_described_only_while_it_is_set(broker: Harness) -> None:
    throttle = "leader.replication.throttled.rate"
    assert throttle not in describe(broker, RESOURCE_BROKER, THIS_BROKER)
    alter(broker, THIS_BROKER, leader_replication_throttled_rate="5")
    described = describe(broker, RESOURCE_BROKER, THIS_BROKER)[throttle]
    assert levels_of(described) == [(throttle, "5", ConfigSource.DYNAMIC_BROKER_CONFIG)]
    alter(broker, THIS_BROKER, delete=(throttle,))
    assert throttle not in describe(broker, RESOURCE_BROKER, THIS_BROKER)


def test_a_resource_named_twice_is_refused_twice(broker: Harness) -> None:
    resource = alter_configs.AlterConfigsResource(
        resource_type=RESOURCE_BROKER,
        resource_name=THIS_BROKER,
        configs=[alter_configs.AlterableConfig(name="log.retention.ms", value="5")],
    )
    request = alter_configs.AlterConfigsRequest(resources=[resource, resource])
    responses = broker.ask(request, 2).responses
    assert [r.error_code for r in responses] == [ErrorCode.INVALID_REQUEST] * 2


@pytest.mark.parametrize("version", range(3))
def test_replacing_a_brokers_settings_resets_the_others(broker: Harness, version: int) -> None:
    alter(broker, THIS_BROKER, log_segment_bytes="2000000", log_retention_ms="5")
    resource = alter_configs.AlterConfigsResource(
        resource_type=RESOURCE_BROKER,
        resource_name=THIS_BROKER,
        configs=[alter_configs.AlterableConfig(name="log.retention.ms", value="6")],
    )
    (result,) = broker.ask(
        alter_configs.AlterConfigsRequest(resources=[resource]), version
    ).responses
    assert result.error_code == ErrorCode.NONE
    given = broker.broker.image.configs_of(RESOURCE_BROKER, THIS_BROKER)
    assert given == {"log.retention.ms": "6"}
