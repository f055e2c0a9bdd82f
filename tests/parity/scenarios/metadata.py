"""What there is: Metadata, DescribeTopicPartitions."""

from typing import Any

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.messages.describe_topic_partitions import (
    Cursor,
    DescribeTopicPartitionsRequest,
    TopicRequest,
)
from odradek.protocol.messages.metadata import MetadataRequest, MetadataRequestTopic
from tests.parity.given import READ, new_topic, read_topic
from tests.parity.requests import metadata
from tests.parity.scenario import Differs, scenario
from tests.parity.scenarios.topics import NAMES, SOME_ID
from tests.parity.talk import Talk

NEVER_CREATES_SINCE_VERSION = 4


@scenario(ApiKey.METADATA)
def metadata_by_name(talk: Talk) -> None:
    talk.ask("of a topic", metadata(READ))
    talk.ask("of a topic, again", metadata(READ))
    talk.ask("of one twice", metadata(READ, READ))
    talk.ask("of the groups' topic", metadata("__consumer_offsets"))
    if talk.version > 0:
        talk.ask("of none", metadata())


@scenario(ApiKey.METADATA, since=NEVER_CREATES_SINCE_VERSION)
def metadata_of_what_is_not_there(talk: Talk) -> None:
    talk.ask("of a topic", metadata("nobody"))
    talk.ask("of both", metadata("nobody", READ))
    for kind, name in NAMES.items():
        talk.ask(f"of {kind}", metadata(name))
    permitted = {"include_topic_authorized_operations": True}
    talk.ask("with what is allowed on topics", metadata(READ, "nobody", **permitted))
    permitted = {"include_cluster_authorized_operations": True}
    talk.ask("with what is allowed on the cluster", metadata(READ, **permitted))


@scenario(
    ApiKey.METADATA,
    Differs("by nothing", "*", "A topic asked for by neither name nor id"),
    since=10,
)
def metadata_by_id(talk: Talk) -> None:
    def by_id(topic_id: bytes, name: str | None = None) -> MetadataRequest:
        asked = MetadataRequestTopic(topic_id=topic_id, name=name)
        return MetadataRequest(topics=[asked], allow_auto_topic_creation=False)

    topic = read_topic(talk)
    talk.ask("by id", by_id(topic.id, "" if talk.version < 10 else None))
    talk.ask("by id and name", by_id(topic.id, topic.name))
    talk.ask("by id and another name", by_id(topic.id, "nobody"))
    talk.ask("by an unknown id", by_id(SOME_ID))
    talk.ask("by an unknown id and name", by_id(SOME_ID, "nobody"))
    talk.ask("by nothing", by_id(bytes(16)))


@scenario(
    ApiKey.METADATA, Differs("of a new name", "topics.*", "A topic created by this very request")
)
def metadata_that_makes_topics(talk: Talk) -> None:
    new = metadata(talk.name("new"), allow_auto_topic_creation=True)
    talk.ask("of a new name", new)
    talk.settle()
    talk.ask("of a new name, again", new)
    for kind, name in NAMES.items():
        if kind not in ("249 letters", "the metadata log's name", "three dots"):
            talk.ask(f"of {kind}", metadata(name, allow_auto_topic_creation=True))


def partitions_of(*topics: str, limit: int = 2000, cursor: Any = None) -> Any:
    return DescribeTopicPartitionsRequest(
        topics=[TopicRequest(name=topic) for topic in topics],
        response_partition_limit=limit,
        cursor=cursor,
    )


@scenario(
    ApiKey.DESCRIBE_TOPIC_PARTITIONS,
    Differs("of an empty name", "topics[0].*", "An empty topic name"),
)
def partitions_of_topics(talk: Talk) -> None:
    first, second = new_topic(talk, "a", 3).name, new_topic(talk, "b", 2).name
    talk.ask("of one", partitions_of(first))
    talk.ask("of two, the last first", partitions_of(second, first))
    talk.ask("of one twice", partitions_of(first, first))
    talk.ask("of one that is not there", partitions_of("nobody", first))
    for kind, name in NAMES.items():
        talk.ask(f"of {kind}", partitions_of(name))
    for limit in (-1, 0, 1, 2, 3, 4, 2_001, 2**31 - 1):
        talk.ask(f"at most {limit}", partitions_of(first, second, limit=limit))
    for name in (first, second, "nobody", "", "zzz", "a b"):
        for index in (-1, 0, 1, 2, 7):
            cursor = Cursor(topic_name=name, partition_index=index)
            step = f"behind {index} of {name.removeprefix(talk.label)!r}"
            talk.ask(step, partitions_of(first, second, cursor=cursor))
