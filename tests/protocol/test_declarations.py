"""Our declarations against Kafka's own definitions, field by field."""

from pathlib import Path

import pytest

from odradek.protocol.declaration import Message
from odradek.protocol.version_range import VersionRange
from tests.protocol.every_message import EVERY_MESSAGE, label
from tests.protocol.facts import declared_facts, defined_facts
from tests.protocol.kafka_definitions import read_definitions

# The APIs that the lists of messages below leave to later: ACLs, SASL, the groups of
# KIP-848 and after, and what brokers and controllers say to each other.
APIS = """
    Produce Fetch ListOffsets Metadata OffsetCommit OffsetFetch FindCoordinator JoinGroup Heartbeat
    LeaveGroup SyncGroup DescribeGroups ListGroups ApiVersions CreateTopics DeleteTopics
    DeleteRecords InitProducerId OffsetForLeaderEpoch DescribeConfigs AlterConfigs
    AlterReplicaLogDirs DescribeLogDirs CreatePartitions DeleteGroups ElectLeaders
    IncrementalAlterConfigs AlterPartitionReassignments ListPartitionReassignments OffsetDelete
    DescribeClientQuotas AlterClientQuotas DescribeQuorum UpdateFeatures DescribeCluster
    DescribeProducers UnregisterBroker ListConfigResources DescribeTopicPartitions
    AddPartitionsToTxn AddOffsetsToTxn EndTxn WriteTxnMarkers TxnOffsetCommit DescribeTransactions
    ListTransactions
""".split()
OTHERS = """
    ConsumerProtocolSubscription ConsumerProtocolAssignment
    OffsetCommitKey OffsetCommitValue GroupMetadataKey GroupMetadataValue
    TransactionLogKey TransactionLogValue
    RegisterBrokerRecord TopicRecord PartitionRecord ConfigRecord PartitionChangeRecord
    RemoveTopicRecord FeatureLevelRecord ClientQuotaRecord NoOpRecord ProducerIdsRecord
""".split()


def test_every_message_of_the_plan_is_declared() -> None:
    planned = {f"{api}{kind}" for api in APIS for kind in ("Request", "Response")} | set(OTHERS)
    assert {message.__name__ for message in EVERY_MESSAGE} == planned


@pytest.mark.parametrize("message", EVERY_MESSAGE, ids=label)
def test_fields_are_exactly_those_of_kafka(message: type[Message], kafka_jars: Path) -> None:
    definition = read_definitions(kafka_jars)[message.__name__]
    assert declared_facts(message) == defined_facts(definition)


@pytest.mark.parametrize("message", EVERY_MESSAGE, ids=label)
def test_api_key_and_versions_are_those_of_kafka(message: type[Message], kafka_jars: Path) -> None:
    definition = read_definitions(kafka_jars)[message.__name__]
    assert message.api_key == definition.get("apiKey")
    assert message.versions == VersionRange.parse(definition["validVersions"])
    assert message.flexible_versions == VersionRange.parse(definition["flexibleVersions"])
