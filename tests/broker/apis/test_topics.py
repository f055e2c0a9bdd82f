"""Topics through the wire: created, described, grown, cut, configured, deleted."""

from pathlib import Path

import pytest

from odradek.broker.metadata.image import RESOURCE_BROKER, RESOURCE_TOPIC
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.alter_configs import AlterableConfig as ReplacedConfig
from odradek.protocol.messages.alter_configs import AlterConfigsRequest
from odradek.protocol.messages.alter_configs import AlterConfigsResource as ReplacedResource
from odradek.protocol.messages.create_partitions import (
    CreatePartitionsRequest,
    CreatePartitionsTopic,
)
from odradek.protocol.messages.create_topics import CreatableTopic, CreateTopicsRequest
from odradek.protocol.messages.delete_records import (
    DeleteRecordsPartition,
    DeleteRecordsPartitionResult,
    DeleteRecordsRequest,
    DeleteRecordsTopic,
)
from odradek.protocol.messages.delete_topics import DeleteTopicsRequest, DeleteTopicState
from odradek.protocol.messages.describe_configs import (
    DescribeConfigsRequest,
    DescribeConfigsResource,
    DescribeConfigsResult,
)
from odradek.protocol.messages.describe_topic_partitions import (
    DescribeTopicPartitionsRequest,
)
from odradek.protocol.messages.incremental_alter_configs import (
    AlterableConfig,
    AlterConfigsResource,
    IncrementalAlterConfigsRequest,
)
from odradek.protocol.messages.list_offsets import (
    ListOffsetsPartition,
    ListOffsetsPartitionResponse,
    ListOffsetsRequest,
    ListOffsetsTopic,
)
from odradek.protocol.messages.metadata import (
    MetadataRequest,
    MetadataRequestTopic,
    MetadataResponse,
)
from tests.broker.harness import NOW_MS, Harness, batch_of


def metadata(
    broker: Harness, *names: str, version: int = 12, create: bool = True
) -> MetadataResponse:
    response: MetadataResponse = broker.ask(
        MetadataRequest(
            topics=[MetadataRequestTopic(name=name) for name in names] if names else None,
            allow_auto_topic_creation=create,
        ),
        version,
    )
    return response


def list_offset(broker: Harness, timestamp: int, version: int = 7) -> ListOffsetsPartitionResponse:
    asked = ListOffsetsPartition(timestamp=timestamp)
    request = ListOffsetsRequest(
        replica_id=-1, topics=[ListOffsetsTopic(name="t", partitions=[asked])]
    )
    answer: ListOffsetsPartitionResponse = broker.ask(request, version).topics[0].partitions[0]
    return answer


def delete_records(broker: Harness, offset: int) -> DeleteRecordsPartitionResult:
    partition = DeleteRecordsPartition(partition_index=0, offset=offset)
    request = DeleteRecordsRequest(topics=[DeleteRecordsTopic(name="t", partitions=[partition])])
    result: DeleteRecordsPartitionResult = broker.ask(request, 2).topics[0].partitions[0]
    return result


def describe(broker: Harness, resource_type: int, name: str, *keys: str) -> DescribeConfigsResult:
    resource = DescribeConfigsResource(
        resource_type=resource_type,
        resource_name=name,
        configuration_keys=list(keys) if keys else None,
    )
    request = DescribeConfigsRequest(
        resources=[resource], include_synonyms=True, include_documentation=True
    )
    result: DescribeConfigsResult = broker.ask(request, 4).results[0]
    return result


def alter(broker: Harness, name: str, value: str | None, operation: int = 0) -> int:
    resource = AlterConfigsResource(
        resource_type=RESOURCE_TOPIC,
        resource_name="t",
        configs=[AlterableConfig(name=name, config_operation=operation, value=value)],
    )
    response = broker.ask(IncrementalAlterConfigsRequest(resources=[resource]), 1)
    error: int = response.responses[0].error_code
    return error


def test_a_missing_topic_is_created_by_asking_for_it(broker: Harness) -> None:
    (topic,) = metadata(broker, "new").topics
    assert topic.error_code == 0
    assert len(topic.partitions) == 1
    assert topic.topic_id != bytes(16)
    assert topic.partitions[0].leader_id == 0


def test_a_client_may_forbid_the_creation(broker: Harness) -> None:
    (topic,) = metadata(broker, "new", create=False).topics
    assert topic.error_code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    assert metadata(broker).topics == []


def test_the_operator_may_forbid_the_creation(tmp_path: Path) -> None:
    harness = Harness(tmp_path, "auto.create.topics.enable=false")
    (topic,) = metadata(harness, "new").topics
    assert topic.error_code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    harness.close()


def test_an_illegal_name_is_never_created(broker: Harness) -> None:
    (topic,) = metadata(broker, "a/b").topics
    assert topic.error_code == ErrorCode.INVALID_TOPIC_EXCEPTION


@pytest.mark.parametrize("version", range(14))
def test_every_metadata_version_lists_all_topics(broker: Harness, version: int) -> None:
    broker.create_topic("a")
    broker.create_topic("b", partitions=2)
    request = MetadataRequest(topics=[] if version == 0 else None)
    response = broker.ask(request, version)
    assert sorted((topic.name, len(topic.partitions)) for topic in response.topics) == [
        ("a", 1),
        ("b", 2),
    ]
    assert [(node.host, node.port) for node in response.brokers] == [("127.0.0.1", 9092)]


def test_a_topic_named_twice_in_one_request_is_refused(broker: Harness) -> None:
    topic = CreatableTopic(name="t", num_partitions=1, replication_factor=1)
    (result,) = broker.ask(CreateTopicsRequest(topics=[topic, topic]), 7).topics
    assert result.error_code == ErrorCode.INVALID_REQUEST
    assert metadata(broker).topics == []


def test_validating_creates_nothing(broker: Harness) -> None:
    topic = CreatableTopic(name="t", num_partitions=5, replication_factor=1)
    (result,) = broker.ask(CreateTopicsRequest(topics=[topic], validate_only=True), 7).topics
    assert (result.error_code, result.num_partitions) == (0, 5)
    assert metadata(broker).topics == []


def test_a_deleted_topic_comes_back_with_another_id_and_no_records(broker: Harness) -> None:
    broker.create_topic("t")
    broker.produce("t", batch_of(b"a"))
    first = broker.broker.image.topics["t"].topic_id
    request = DeleteTopicsRequest(topics=[DeleteTopicState(topic_id=first)])
    (result,) = broker.ask(request, 6).responses
    assert (result.error_code, result.name) == (0, "t")
    broker.create_topic("t")
    assert broker.broker.image.topics["t"].topic_id != first
    assert broker.values("t") == []


def test_deleting_what_is_not_there_is_an_error(broker: Harness) -> None:
    (result,) = broker.ask(DeleteTopicsRequest(topic_names=["t"]), 5).responses
    assert result.error_code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION


def test_new_partitions_can_be_used_at_once(broker: Harness) -> None:
    broker.create_topic("t")
    request = CreatePartitionsRequest(
        topics=[CreatePartitionsTopic(name="t", count=3, assignments=None)]
    )
    (result,) = broker.ask(request, 3).results
    assert result.error_code == 0
    assert broker.produce("t", batch_of(b"a"), partition=2).base_offset == 0


def test_topics_settings_and_partitions_survive_a_restart(tmp_path: Path) -> None:
    first = Harness(tmp_path)
    first.create_topic("t", partitions=2, retention_ms="1234")
    first.create_topic("gone")
    first.ask(DeleteTopicsRequest(topic_names=["gone"]), 5)
    topic_id = first.broker.image.topics["t"].topic_id
    cluster_id = metadata(first).cluster_id
    first.close()
    second = Harness(tmp_path)
    (topic,) = metadata(second).topics
    assert (topic.name, topic.topic_id, len(topic.partitions)) == ("t", topic_id, 2)
    assert metadata(second).cluster_id == cluster_id
    assert describe(second, RESOURCE_TOPIC, "t", "retention.ms").configs[0].value == "1234"
    second.close()


def test_the_leader_epoch_counts_the_starts_since_the_topic_was_made(tmp_path: Path) -> None:
    for expected in range(3):
        harness = Harness(tmp_path)
        if expected == 0:
            harness.create_topic("t")
        (topic,) = metadata(harness, "t").topics
        assert topic.partitions[0].leader_epoch == expected
        harness.close()


def test_offsets_are_found_by_time_inside_a_batch(broker: Harness) -> None:
    broker.create_topic("t")
    for index in range(3):
        broker.produce("t", batch_of(b"a", b"b", timestamp_ms=NOW_MS + 1000 * index))
    found = list_offset(broker, NOW_MS + 1)
    assert (found.offset, found.timestamp, found.leader_epoch) == (2, NOW_MS + 1000, 0)
    assert list_offset(broker, NOW_MS + 9999).offset == -1
    assert list_offset(broker, -1).offset == 6
    assert list_offset(broker, -2).offset == 0
    newest = list_offset(broker, -3)
    assert (newest.offset, newest.timestamp) == (4, NOW_MS + 2000)


@pytest.mark.parametrize("version", range(1, 12))
def test_every_version_finds_the_ends(broker: Harness, version: int) -> None:
    broker.create_topic("t")
    broker.produce("t", batch_of(b"a"))
    assert list_offset(broker, -1, version).offset == 1
    assert list_offset(broker, -2, version).offset == 0


def test_a_special_timestamp_is_refused_before_its_version(broker: Harness) -> None:
    broker.create_topic("t")
    assert list_offset(broker, -3, 6).error_code == ErrorCode.UNSUPPORTED_VERSION


def test_records_are_deleted_up_to_an_offset_that_survives_a_restart(tmp_path: Path) -> None:
    first = Harness(tmp_path)
    first.create_topic("t")
    for _ in range(3):
        first.produce("t", batch_of(b"a", b"b"))
    assert delete_records(first, 3).low_watermark == 3
    assert first.fetch("t", 2).error_code == ErrorCode.OFFSET_OUT_OF_RANGE
    first.close()
    second = Harness(tmp_path)
    assert list_offset(second, -2).offset == 3
    assert delete_records(second, -1).low_watermark == 6
    assert delete_records(second, 7).error_code == ErrorCode.OFFSET_OUT_OF_RANGE
    second.close()


def test_every_setting_is_described_with_its_meaning(broker: Harness) -> None:
    broker.create_topic("t", retention_ms="1000")
    for resource_type, name in ((RESOURCE_TOPIC, "t"), (RESOURCE_BROKER, "0")):
        result = describe(broker, resource_type, name)
        assert result.error_code == 0
        assert len(result.configs) > 30
        assert all(config.documentation for config in result.configs)
        assert all(config.config_type > 0 for config in result.configs)
    (retention,) = describe(broker, RESOURCE_TOPIC, "t", "retention.ms").configs
    assert (retention.value, retention.config_source) == ("1000", 1)
    assert [synonym.value for synonym in retention.synonyms] == ["1000"]


def test_unknown_resources_have_no_settings(broker: Harness) -> None:
    missing = describe(broker, RESOURCE_TOPIC, "t")
    assert missing.error_code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    assert describe(broker, RESOURCE_BROKER, "7").error_code == ErrorCode.INVALID_REQUEST
    assert describe(broker, 99, "x").error_code == ErrorCode.INVALID_REQUEST


def test_a_changed_setting_acts_at_once(broker: Harness) -> None:
    broker.create_topic("t")
    large = batch_of(b"x" * 5000)
    assert broker.produce("t", large).error_code == 0
    assert alter(broker, "max.message.bytes", "1000") == 0
    assert broker.produce("t", large).error_code == ErrorCode.MESSAGE_TOO_LARGE
    assert alter(broker, "max.message.bytes", None, operation=1) == 0
    assert broker.produce("t", large).error_code == 0


def test_a_change_of_a_setting_nobody_knows_is_refused(broker: Harness) -> None:
    broker.create_topic("t")
    assert alter(broker, "retention.msec", "1") == ErrorCode.INVALID_CONFIG
    assert alter(broker, "retention.ms", "1", operation=9) == ErrorCode.INVALID_REQUEST


def test_replacing_settings_resets_the_others(broker: Harness) -> None:
    broker.create_topic("t", retention_ms="1000", segment_bytes="2000000")
    resource = ReplacedResource(
        resource_type=RESOURCE_TOPIC,
        resource_name="t",
        configs=[ReplacedConfig(name="retention.ms", value="5")],
    )
    response = broker.ask(AlterConfigsRequest(resources=[resource]), 2)
    assert response.responses[0].error_code == 0
    values = {
        config.name: config.value
        for config in describe(broker, RESOURCE_TOPIC, "t", "retention.ms", "segment.bytes").configs
    }
    assert values == {"retention.ms": "5", "segment.bytes": "1073741824"}


def test_topics_are_described_page_by_page(broker: Harness) -> None:
    broker.create_topic("a", partitions=3)
    broker.create_topic("b", partitions=3)
    pages = []
    cursor = None
    while True:
        request = DescribeTopicPartitionsRequest(response_partition_limit=2, cursor=cursor)
        response = broker.ask(request, 0)
        pages.append(
            [
                (topic.name, partition.partition_index)
                for topic in response.topics
                for partition in topic.partitions
            ]
        )
        cursor = response.next_cursor
        if cursor is None:
            break
    assert pages == [
        [("a", 0), ("a", 1)],
        [("a", 2), ("b", 0)],
        [("b", 1), ("b", 2)],
    ]
