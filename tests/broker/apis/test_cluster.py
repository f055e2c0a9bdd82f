"""The cluster of one: its quorum, its features, its broker, its resources with settings."""

from pathlib import Path
from typing import Any

import pytest

from odradek.broker.metadata.features import METADATA_VERSION
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.api_versions import ApiVersionsRequest
from odradek.protocol.messages.describe_quorum import (
    DescribeQuorumRequest,
    PartitionData,
    TopicData,
)
from odradek.protocol.messages.list_config_resources import ListConfigResourcesRequest
from odradek.protocol.messages.unregister_broker import UnregisterBrokerRequest
from odradek.protocol.messages.update_features import FeatureUpdateKey, UpdateFeaturesRequest
from tests.broker.harness import CLIENT_HOST, Harness

METADATA = "__cluster_metadata"
UP, DOWN = 1, 2


def quorum(broker: Harness, version: int, **topics: list[int]) -> Any:
    asked = [
        TopicData(
            topic_name=name, partitions=[PartitionData(partition_index=i) for i in partitions]
        )
        for name, partitions in topics.items()
    ]
    response = broker.ask(DescribeQuorumRequest(topics=asked), version)
    assert response.error_code == ErrorCode.NONE
    return response


@pytest.mark.parametrize("version", range(3))
def test_this_broker_leads_the_quorum_and_votes_alone(broker: Harness, version: int) -> None:
    ((partition,),) = [t.partitions for t in quorum(broker, version, **{METADATA: [0]}).topics]
    assert partition.error_code == ErrorCode.NONE
    assert (partition.leader_id, partition.leader_epoch) == (0, 1)
    (voter,) = partition.current_voters
    assert voter.replica_id == 0
    assert voter.log_end_offset == partition.high_watermark
    assert voter.last_caught_up_timestamp == voter.last_fetch_timestamp
    assert (voter.last_fetch_timestamp > 0) is (version > 0)
    assert partition.observers == []


def test_the_voter_is_reached_where_the_broker_is(broker: Harness) -> None:
    (node,) = quorum(broker, 2, **{METADATA: [0]}).nodes
    (listener,) = node.listeners
    assert (node.node_id, listener.host, listener.port) == (0, CLIENT_HOST, 9092)


def test_the_end_of_the_metadata_log_moves_with_each_change(broker: Harness) -> None:
    def end_offset() -> int:
        ((partition,),) = [t.partitions for t in quorum(broker, 2, **{METADATA: [0]}).topics]
        return int(partition.high_watermark)

    before = end_offset()
    broker.create_topic("t", partitions=3)
    assert end_offset() == before + 4


def test_each_start_is_an_epoch_of_its_own(tmp_path: Path) -> None:
    for epoch in (1, 2, 3):
        broker = Harness(tmp_path)
        ((partition,),) = [t.partitions for t in quorum(broker, 2, **{METADATA: [0]}).topics]
        assert partition.leader_epoch == epoch
        broker.close()


@pytest.mark.parametrize(
    "topics", [{"t": [0]}, {METADATA: [1]}, {METADATA: [0, 1]}, {METADATA: [0], "t": [0]}]
)
def test_nothing_else_has_a_quorum(broker: Harness, topics: dict[str, list[int]]) -> None:
    response = quorum(broker, 2, **topics)
    assert {p.error_code for topic in response.topics for p in topic.partitions} == {
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    }
    assert response.nodes == []


def api_versions(broker: Harness, version: int) -> Any:
    request = ApiVersionsRequest(client_software_name="tests", client_software_version="1")
    return broker.ask(request, version)


def test_features_are_told_with_what_is_served_and_what_is_in_force(broker: Harness) -> None:
    answer = api_versions(broker, 4)
    served = {f.name: (f.min_version, f.max_version) for f in answer.supported_features}
    assert served["metadata.version"] == (METADATA_VERSION, METADATA_VERSION)
    assert served["group.version"] == (0, 0)
    in_force = {f.name: f.max_version_level for f in answer.finalized_features}
    assert in_force == {"metadata.version": METADATA_VERSION, "transaction.version": 2}
    assert served["transaction.version"] == (0, 2)
    assert answer.finalized_features_epoch >= 0


def test_an_older_client_hears_of_no_level_0(broker: Harness) -> None:
    answer = api_versions(broker, 3)
    assert [f.name for f in answer.supported_features] == ["metadata.version"]
    assert api_versions(broker, 2).supported_features == []


def update(broker: Harness, version: int, *features: FeatureUpdateKey, **fields: Any) -> Any:
    request = UpdateFeaturesRequest(feature_updates=list(features), **fields)
    return broker.ask(request, version)


@pytest.mark.parametrize("version", range(3))
def test_the_level_in_force_may_be_asked_for(broker: Harness, version: int) -> None:
    asked = FeatureUpdateKey(feature="metadata.version", max_version_level=METADATA_VERSION)
    answer = update(broker, version, asked)
    assert (answer.error_code, answer.error_message) == (ErrorCode.NONE, None)
    results = [(r.feature, r.error_code) for r in answer.results]
    assert results == ([("metadata.version", ErrorCode.NONE)] if version < 2 else [])


@pytest.mark.parametrize("version", range(3))
@pytest.mark.parametrize("feature", ["metadata.version", "transaction.version", "nobodys", ""])
def test_what_is_not_served_cannot_be_switched_on(
    broker: Harness, version: int, feature: str
) -> None:
    asked = FeatureUpdateKey(feature=feature, max_version_level=METADATA_VERSION + 1)
    answer = update(broker, version, asked, validate_only=version > 0)
    assert answer.error_code == ErrorCode.INVALID_UPDATE_VERSION
    assert repr(feature) in answer.error_message
    assert answer.results == []


@pytest.mark.parametrize("broker_id", [5, -1])
def test_a_broker_that_is_not_there_cannot_be_taken_out(broker: Harness, broker_id: int) -> None:
    answer = broker.ask(UnregisterBrokerRequest(broker_id=broker_id), 0)
    assert answer.error_code == ErrorCode.BROKER_ID_NOT_REGISTERED


def test_the_broker_that_serves_cannot_be_taken_out(broker: Harness) -> None:
    answer = broker.ask(UnregisterBrokerRequest(broker_id=0), 0)
    assert answer.error_code == ErrorCode.INVALID_REQUEST
    broker.create_topic("still-served")


def resources(broker: Harness, *types: int, version: int = 1) -> Any:
    request = ListConfigResourcesRequest(resource_types=list(types))
    answer = broker.ask(request, version)
    assert answer.error_code == ErrorCode.NONE
    return [(r.resource_type, r.resource_name) for r in answer.config_resources]


def test_the_broker_and_the_topics_have_settings(broker: Harness) -> None:
    broker.create_topic("t")
    assert resources(broker) == [(4, "0"), (2, "t")]
    assert resources(broker, 2) == [(2, "t")]
    assert resources(broker, 4, 4) == [(4, "0")]
    assert resources(broker, 8, 16, 32) == []


def test_the_oldest_version_lists_subscriptions_to_metrics_alone(broker: Harness) -> None:
    broker.create_topic("t")
    assert resources(broker, version=0) == []


@pytest.mark.parametrize("kind", [0, 1, 3, 99, -1])
def test_an_unknown_kind_of_resource_is_refused(broker: Harness, kind: int) -> None:
    answer = broker.ask(ListConfigResourcesRequest(resource_types=[2, kind]), 1)
    assert answer.error_code == ErrorCode.UNSUPPORTED_VERSION
    assert answer.config_resources == []
