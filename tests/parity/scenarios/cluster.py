"""The cluster: its APIs, nodes, features and quorum, and who coordinates and numbers producers."""

from typing import Any

from odradek.broker.apis import SERVED
from odradek.protocol.api_keys import ADVERTISED_BY_KAFKA, ApiKey
from odradek.protocol.messages.api_versions import ApiVersionsRequest
from odradek.protocol.messages.describe_cluster import DescribeClusterRequest
from odradek.protocol.messages.describe_quorum import (
    DescribeQuorumRequest,
    PartitionData,
    TopicData,
)
from odradek.protocol.messages.find_coordinator import FindCoordinatorRequest
from odradek.protocol.messages.list_config_resources import ListConfigResourcesRequest
from odradek.protocol.messages.unregister_broker import UnregisterBrokerRequest
from odradek.protocol.messages.update_features import FeatureUpdateKey, UpdateFeaturesRequest
from tests.parity.given import READ, new_topic
from tests.parity.requests import TOPIC, producer_id
from tests.parity.scenario import Differs, scenario
from tests.parity.talk import Talk

GROUP, TRANSACTION, SHARE = 0, 1, 2
BROKERS, CONTROLLERS = 1, 2


NOT_SERVED = sorted(set(ADVERTISED_BY_KAFKA) - set(SERVED))


@scenario(
    ApiKey.API_VERSIONS,
    *(Differs("*", f"api_keys.{key.value}", "APIs that are not served") for key in NOT_SERVED),
    Differs("*", "*ed_features*", "No feature but metadata.version"),
)
def what_is_served(talk: Talk) -> None:
    named = ApiVersionsRequest(client_software_name="parity", client_software_version="1.0")
    talk.ask("with a name", named)
    talk.ask("with a name, again", named)
    talk.ask("without a name", ApiVersionsRequest())
    for name in ("a b", "-a", "a-", "a", "ä", "."):
        request = ApiVersionsRequest(client_software_name=name, client_software_version="1")
        talk.ask(f"with the name {name!r}", request)
        request = ApiVersionsRequest(client_software_name="a", client_software_version=name)
        talk.ask(f"with the version {name!r}", request)


@scenario(ApiKey.DESCRIBE_CLUSTER)
def the_cluster(talk: Talk) -> None:
    talk.ask("the cluster", DescribeClusterRequest())
    talk.ask("the cluster, again", DescribeClusterRequest())
    allowed = DescribeClusterRequest(include_cluster_authorized_operations=True)
    talk.ask("what is allowed", allowed)
    for kind in (BROKERS, CONTROLLERS, 0, 7, -1):
        talk.ask(f"endpoints of type {kind}", DescribeClusterRequest(endpoint_type=kind))
    talk.ask("fenced brokers", DescribeClusterRequest(include_fenced_brokers=True))


@scenario(ApiKey.FIND_COORDINATOR)
def coordinators(talk: Talk) -> None:
    for kind in (GROUP, TRANSACTION, SHARE, 9, -1):
        for key in ("a", "", "a:b"):
            request = FindCoordinatorRequest(key=key, key_type=kind, coordinator_keys=[key])
            talk.ask(f"of {key!r} of type {kind}", request)
    talk.ask("of two and one again", FindCoordinatorRequest(coordinator_keys=["a", "b", "a"]))
    talk.ask("of none", FindCoordinatorRequest())


@scenario(ApiKey.INIT_PRODUCER_ID)
def producer_ids(talk: Talk) -> None:
    first = talk.ask("a producer id", producer_id())
    talk.ask("another", producer_id())
    known = {"producer_id": first.producer_id, "producer_epoch": first.producer_epoch}
    talk.ask("the same with its epoch", producer_id(**known))
    talk.ask("an id and an epoch of one's own", producer_id(producer_id=5, producer_epoch=3))
    talk.ask("an id without its epoch", producer_id(producer_id=5))
    talk.ask("an epoch without its id", producer_id(producer_epoch=5))
    talk.ask("with no timeout", producer_id(transaction_timeout_ms=0))
    talk.ask("with a negative timeout", producer_id(transaction_timeout_ms=-1))


@scenario(
    ApiKey.DESCRIBE_QUORUM,
    Differs(
        "of the metadata", "nodes[0].listeners[0].*", "The voter's address is the broker's own"
    ),
)
def the_quorum(talk: Talk) -> None:
    def describe(topic: str, *partitions: int) -> DescribeQuorumRequest:
        asked = [PartitionData(partition_index=index) for index in partitions]
        return DescribeQuorumRequest(topics=[TopicData(topic_name=topic, partitions=asked)])

    talk.ask("of the metadata", describe("__cluster_metadata", 0))
    talk.ask("of a topic", describe(READ, 0))
    talk.ask("of a partition that is not there", describe("__cluster_metadata", 1))
    talk.ask("of two partitions", describe("__cluster_metadata", 0, 1))
    talk.ask("of a partition twice", describe("__cluster_metadata", 0, 0))
    talk.ask("of no partition", describe("__cluster_metadata"))
    talk.ask("of an empty name", describe("", 0))
    both = describe("__cluster_metadata", 0).topics + describe(READ, 0).topics
    talk.ask("of two topics", DescribeQuorumRequest(topics=both))
    talk.ask("of nothing", DescribeQuorumRequest())


@scenario(ApiKey.UPDATE_FEATURES, Differs("*.version to *", "*", "No feature but metadata.version"))
def features(talk: Talk) -> None:
    def update(feature: str, level: int, kind: int = 1, *more: FeatureUpdateKey) -> Any:
        asked = FeatureUpdateKey(feature=feature, max_version_level=level, upgrade_type=kind)
        return UpdateFeaturesRequest(feature_updates=[asked, *more], validate_only=True)

    talk.ask("an unknown one", update("nonsense", 1))
    talk.ask("an empty name", update("", 1))
    talk.ask("a level to come", update("metadata.version", 99))
    talk.ask("a negative level", update("metadata.version", -1))
    talk.ask("two, none known", update("nonsense", 1, 1, FeatureUpdateKey(feature="more")))
    talk.ask("none", UpdateFeaturesRequest(validate_only=True))
    if talk.version > 0:
        for kind in (0, 1, 2, 3, 9):
            for level in (0, 7, 29, 30, 31):
                step = f"metadata.version to {level} by {kind}"
                talk.ask(step, update("metadata.version", level, kind))
        for feature in (
            "kraft.version",
            "group.version",
            "transaction.version",
            "eligible.leader.replicas.version",
            "share.version",
            "streams.version",
        ):
            for level in (0, 1, 2, 3):
                talk.ask(f"{feature} to {level}", update(feature, level))


@scenario(ApiKey.UNREGISTER_BROKER)
def brokers_that_are_not_there(talk: Talk) -> None:
    for broker_id in (1, 7, -1, 2**31 - 1):
        talk.ask(f"broker {broker_id}", UnregisterBrokerRequest(broker_id=broker_id))


@scenario(ApiKey.LIST_CONFIG_RESOURCES, Differs("of types *", "found*", "Loggers are not listed"))
def resources_with_settings(talk: Talk) -> None:
    topic = new_topic(talk, "topic").name
    for types in ([], [2], [4], [8], [16], [32], [99], [0], [-1], [2, 2], [2, 4]):
        answer = talk.look_up(ListConfigResourcesRequest(resource_types=types))
        found = sorted(
            (each.resource_type, each.resource_name)
            for each in answer.config_resources
            if each.resource_type != TOPIC or each.resource_name == topic
        )
        found = [(kind, name.replace(topic, "~")) for kind, name in found]
        talk.note(f"of types {types}", {"error_code": answer.error_code, "found": found})
