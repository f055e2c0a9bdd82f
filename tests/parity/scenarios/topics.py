"""Topics made, grown and deleted: CreateTopics, CreatePartitions, DeleteTopics."""

from collections.abc import Mapping
from typing import Any

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.messages.create_partitions import (
    CreatePartitionsAssignment,
    CreatePartitionsRequest,
    CreatePartitionsTopic,
)
from odradek.protocol.messages.create_topics import (
    CreatableReplicaAssignment,
    CreateTopicsRequest,
)
from odradek.protocol.messages.delete_topics import DeleteTopicsRequest, DeleteTopicState
from tests.parity.given import READ, filled_topic, new_topic
from tests.parity.requests import Topic, create_topic, fetch, list_offset, metadata
from tests.parity.scenario import Differs, scenario
from tests.parity.talk import Talk

SOME_ID = bytes(range(16))
NAMES = {
    "an empty name": "",
    "a dot": ".",
    "two dots": "..",
    "three dots": "...",
    "a space": "a b",
    "a slash": "a/b",
    "a letter that is not ASCII": "ä",
    "249 letters": "x" * 249,
    "250 letters": "x" * 250,
    "an internal name": "__consumer_offsets",
    "the metadata log's name": "__cluster_metadata",
}
CONFIGS: dict[str, Mapping[str, str | None]] = {
    "an unknown setting": {"nonsense": "1"},
    "a number that is none": {"retention.ms": "soon"},
    "a number with spaces": {"retention.ms": " 5 "},
    "an empty number": {"retention.ms": ""},
    "a setting of null": {"retention.ms": None},
    "a value out of range": {"segment.bytes": "1"},
    "a number too large": {"segment.bytes": "99999999999"},
    "an unknown policy": {"cleanup.policy": "x"},
    "two policies": {"cleanup.policy": "compact,delete"},
    "two policies, spaced": {"cleanup.policy": " compact , delete "},
    "a policy twice": {"cleanup.policy": "compact,compact"},
    "no policy": {"cleanup.policy": ""},
    "a policy in capitals": {"cleanup.policy": "COMPACT"},
    "a truth in capitals": {"preallocate": "TRUE"},
    "a truth that is none": {"preallocate": "yes"},
    "a ratio above one": {"min.cleanable.dirty.ratio": "1.5"},
    "a codec": {"compression.type": "zstd", "compression.zstd.level": "3"},
    "an unknown codec": {"compression.type": "brotli"},
    "a level out of range": {"compression.gzip.level": "99"},
    "more in sync than there are": {"min.insync.replicas": "3"},
    "nobody in sync": {"min.insync.replicas": "0"},
    "a setting of the broker": {"log.retention.ms": "5"},
    "a removed setting": {"message.format.version": "2.0"},
    "tiered storage": {"remote.storage.enable": "true"},
    "local retention above all": {"local.retention.ms": "10", "retention.ms": "5"},
    "two settings, one wrong": {"retention.ms": "5", "segment.bytes": "x"},
    "throttled replicas": {"leader.replication.throttled.replicas": "*"},
    "throttled nonsense": {"leader.replication.throttled.replicas": "x"},
}


def validate(name: str, *args: Any, **fields: Any) -> CreateTopicsRequest:
    return create_topic(name, *args, **{"validate_only": True, **fields})


def assigned(*replicas: list[int], first: int = 0) -> Any:
    return [
        CreatableReplicaAssignment(partition_index=index, broker_ids=ids)
        for index, ids in enumerate(replicas, first)
    ]


@scenario(ApiKey.CREATE_TOPICS)
def topics_made(talk: Talk) -> None:
    name = talk.name("topic")
    talk.ask("only tried", validate(name))
    talk.ask("it is not there", metadata(name))
    talk.ask("made", create_topic(name, 2, {"retention.ms": "5"}))
    talk.ask("made again", create_topic(name, 2, {"retention.ms": "5"}))
    talk.ask("tried again", validate(name))
    talk.ask("it is there", metadata(name))
    talk.ask("with the default shape", validate(talk.name("a"), -1, replication_factor=-1))
    collision = name.replace("-", "_")
    talk.ask("a collision in metrics", validate(collision.replace(".", "_")))
    given = talk.name("assigned")
    shape = {"replication_factor": -1, "assignments": assigned([0], [0])}
    talk.ask("with an assignment", create_topic(given, -1, **shape))
    talk.ask("the assigned one is there", metadata(given))


@scenario(ApiKey.CREATE_TOPICS)
def topics_with_odd_names(talk: Talk) -> None:
    for kind, name in NAMES.items():
        talk.ask(kind, validate(name))
    talk.ask("a name that is taken", validate(READ))
    same = validate("new").topics + validate("new", 2).topics
    talk.ask("a name twice", CreateTopicsRequest(topics=same, validate_only=True))
    alike = validate("a.b").topics + validate("a_b").topics
    talk.ask("two that collide in metrics", CreateTopicsRequest(topics=alike, validate_only=True))
    mixed = validate("").topics + validate("good").topics + validate(READ).topics
    talk.ask("a good one among bad ones", CreateTopicsRequest(topics=mixed, validate_only=True))
    talk.ask("none", CreateTopicsRequest())


@scenario(
    ApiKey.CREATE_TOPICS,
    Differs("no time", "topics[0].*", "`timeout_ms` is not looked at"),
    Differs("negative time", "topics[0].*", "`timeout_ms` is not looked at"),
)
def topics_of_odd_shapes(talk: Talk) -> None:
    for count in (0, -1, -7, 10_000, 10_001, 2**31 - 1):
        talk.ask(f"{count} partitions", validate("new", count))
    for replicas in (0, -1, -7, 2, 3, 32_767):
        talk.ask(f"{replicas} replicas", validate("new", replication_factor=replicas))
    talk.ask("no time", validate("new", timeout_ms=0))
    talk.ask("negative time", validate("new", timeout_ms=-1))


@scenario(ApiKey.CREATE_TOPICS)
def topics_with_odd_assignments(talk: Talk) -> None:
    assignments = {
        "to a broker that is not there": assigned([5]),
        "to a negative broker": assigned([-1]),
        "to one broker twice": assigned([0, 0]),
        "to no broker": assigned([]),
        "of different sizes": assigned([0], []),
        "from partition one": assigned([0], first=1),
        "from a negative partition": assigned([0], first=-1),
        "of a partition twice": assigned([0]) + assigned([0]),
    }
    for kind, given in assignments.items():
        talk.ask(kind, validate("new", -1, replication_factor=-1, assignments=given))
    talk.ask("with a count", validate("new", 1, replication_factor=-1, assignments=assigned([0])))
    talk.ask("with a factor", validate("new", -1, assignments=assigned([0])))


@scenario(ApiKey.CREATE_TOPICS)
def topics_with_settings(talk: Talk) -> None:
    for kind, configs in CONFIGS.items():
        talk.ask(kind, validate("new", configs=configs))
    twice = validate("new", configs={"retention.ms": "5"})
    twice.topics[0].configs += validate("new", configs={"retention.ms": "6"}).topics[0].configs
    talk.ask("a setting twice", twice)


def grow(
    name: str, count: int, assignments: list[list[int]] | None = None, **fields: Any
) -> CreatePartitionsRequest:
    given = assignments and [CreatePartitionsAssignment(broker_ids=ids) for ids in assignments]
    topics = [CreatePartitionsTopic(name=name, count=count, assignments=given)]
    return CreatePartitionsRequest(topics=topics, **{"timeout_ms": 10_000, **fields})


@scenario(ApiKey.CREATE_PARTITIONS)
def topics_grown(talk: Talk) -> None:
    topic = filled_topic(talk, "topic")
    talk.ask("only tried", grow(topic.name, 3, validate_only=True))
    talk.ask("grown", grow(topic.name, 3))
    talk.ask("grown again", grow(topic.name, 3))
    talk.ask("shrunk", grow(topic.name, 1))
    talk.ask("grown by assignment", grow(topic.name, 5, [[0], [0]]))
    talk.ask("it has five", metadata(topic.name))
    talk.ask("the new ones are empty", list_offset(topic.name, -1, 4))
    talk.ask("the old one is not", list_offset(topic.name, -1, 0))


@scenario(
    ApiKey.CREATE_PARTITIONS,
    Differs("to 10003", "results[0].error_code", "Too many partitions"),
    Differs("to 2147483647", "results[0].error_code", "Too many partitions"),
    Differs("an internal name", "results[0].error_code", "Internal topics cannot grow"),
)
def topics_that_cannot_grow(talk: Talk) -> None:
    def tried(*args: Any) -> CreatePartitionsRequest:
        return grow(*args, validate_only=True)

    for count in (2, 1, 0, -1, -7, 10_000, 10_003, 2**31 - 1):
        talk.ask(f"to {count}", tried(READ, count))
    talk.ask("that is not there", tried("nobody", 3))
    for kind, name in NAMES.items():
        talk.ask(kind, tried(name, 100))
    assignments = {
        "too many": [[0], [0]],
        "to a broker that is not there": [[5]],
        "to no broker": [[]],
        "to one broker twice": [[0, 0]],
        "to a negative broker": [[-1]],
    }
    for kind, given in assignments.items():
        talk.ask(f"assigned {kind}", tried(READ, 3, given))
    empty = tried(READ, 3)
    empty.topics[0].assignments = []
    talk.ask("assigned nothing", empty)
    twice = CreatePartitionsRequest(topics=tried(READ, 3).topics * 2, validate_only=True)
    talk.ask("twice in one request", twice)
    talk.ask("none", CreatePartitionsRequest())


def delete(*topics: Topic) -> DeleteTopicsRequest:
    """By name; those without a name by id."""
    states = [DeleteTopicState(name=topic.name or None, topic_id=topic.id) for topic in topics]
    names = [topic.name for topic in topics]
    return DeleteTopicsRequest(topics=states, topic_names=names, timeout_ms=10_000)


@scenario(ApiKey.DELETE_TOPICS)
def topics_deleted(talk: Talk) -> None:
    first, second = new_topic(talk, "first"), filled_topic(talk, "second")
    talk.ask("one", delete(Topic(first.name)))
    talk.ask("one again", delete(Topic(first.name)))
    talk.ask("it is gone", metadata(first.name))
    talk.ask("two, one gone", delete(Topic(first.name), Topic(second.name)))
    talk.ask("its end is gone", list_offset(second.name, -1))
    talk.ask("its records are gone", fetch(second, 0))
    again = new_topic(talk, "second")
    talk.ask("its successor is empty", list_offset(again.name, -1))
    talk.ask("by the old id", fetch(second, 0))


@scenario(ApiKey.DELETE_TOPICS, since=6)
def topics_deleted_by_id(talk: Talk) -> None:
    topic = new_topic(talk, "topic")
    talk.ask("by name and id", delete(topic))
    talk.ask("by id", delete(Topic("", topic.id)))
    talk.ask("by id, again", delete(Topic("", topic.id)))
    talk.ask("by an unknown id", delete(Topic("", SOME_ID)))
    talk.ask("by nothing", delete(Topic("")))
    twice = new_topic(talk, "twice")
    talk.ask("by id and by name", delete(Topic("", twice.id), Topic(twice.name)))
    talk.ask("what is left of it", metadata(twice.name))


@scenario(ApiKey.DELETE_TOPICS)
def topics_that_cannot_be_deleted(talk: Talk) -> None:
    for kind, name in NAMES.items():
        if kind != "an internal name" and (name or talk.version < 6):
            talk.ask(kind, delete(Topic(name)))
    talk.ask("one that is not there, twice", delete(Topic("nobody"), Topic("nobody")))
    topic = new_topic(talk, "twice")
    talk.ask("one that is there, twice", delete(Topic(topic.name), Topic(topic.name)))
    talk.ask("what is left of it", metadata(topic.name))
    talk.ask("none", delete())
