"""Requests whose answers from our broker and from Apache Kafka must be the same, field by field.

`prepare` brings a broker into the state that the requests are about: the topic READ has two
partitions, one with three batches of five records, of which the first two records are deleted, and
one that is empty. ALTERED is there to be changed.
"""

import time
from collections.abc import Mapping
from typing import Any

import msgspec

from odradek.protocol.declaration import Request, Response
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages import (
    alter_configs,
    create_partitions,
    create_topics,
    delete_records,
    delete_topics,
    describe_cluster,
    describe_configs,
    describe_topic_partitions,
    fetch,
    incremental_alter_configs,
    init_producer_id,
    list_offsets,
    metadata,
    offset_for_leader_epoch,
)
from tests.clients.driver import AN_HOUR_AGO_MS, Message, ProduceOptions
from tests.clients.librdkafka import Librdkafka
from tests.wire import KafkaSocket

READ, ALTERED = "read", "altered"
TOPIC, BROKER = 2, 4
SET, DELETE, APPEND, SUBTRACT = range(4)

Question = tuple[Request, type[Response], int]


def prepare(bootstrap_servers: str) -> None:
    client = Librdkafka(bootstrap_servers)
    for topic in (READ, ALTERED):
        client.create_topic(topic, partitions=2)
    for batch in range(3):
        rows = [Message(b"%d" % row, timestamp_ms=AN_HOUR_AGO_MS + row * 10) for row in range(5)]
        later = [Message(m.value, timestamp_ms=m.timestamp_ms + batch * 1000) for m in rows]
        client.produce(READ, 0, later, ProduceOptions())
    with KafkaSocket(bootstrap_servers) as connection:
        connection.ask(*deletion(READ, 0, 2))
        await_producer_ids(connection)


def await_producer_ids(connection: KafkaSocket) -> int:
    """Return a new producer id; a node of Apache's that has just started lets one wait for it."""
    deadline = time.monotonic() + 10
    while True:
        answer = connection.ask(*producer())
        if answer.error_code == ErrorCode.NONE:
            return int(answer.producer_id)
        assert time.monotonic() < deadline, f"no id: {ErrorCode(answer.error_code).name}"


def list_offset(timestamp: int, partition: int = 0, version: int = 9, **fields: Any) -> Question:
    asked = list_offsets.ListOffsetsPartition(
        partition_index=partition, timestamp=timestamp, **fields
    )
    topic = list_offsets.ListOffsetsTopic(name=READ, partitions=[asked])
    request = list_offsets.ListOffsetsRequest(replica_id=-1, topics=[topic])
    return request, list_offsets.ListOffsetsResponse, version


def fetched(offset: int, partition: int = 0, version: int = 12, **fields: Any) -> Question:
    limits = {
        name: fields.pop(name)
        for name in ("max_bytes", "session_id", "session_epoch", "topic")
        if name in fields
    }
    asked = fetch.FetchPartition(
        partition=partition, fetch_offset=offset, **{"partition_max_bytes": 10_000, **fields}
    )
    topic = fetch.FetchTopic(topic=limits.pop("topic", READ), partitions=[asked])
    request = fetch.FetchRequest(max_wait_ms=0, topics=[topic], **limits)
    return request, fetch.FetchResponse, version


def epoch_end(epoch: int, partition: int = 0, **fields: Any) -> Question:
    asked = offset_for_leader_epoch.OffsetForLeaderPartition(
        partition=partition, leader_epoch=epoch, **fields
    )
    topic = offset_for_leader_epoch.OffsetForLeaderTopic(topic=READ, partitions=[asked])
    request = offset_for_leader_epoch.OffsetForLeaderEpochRequest(replica_id=-1, topics=[topic])
    return request, offset_for_leader_epoch.OffsetForLeaderEpochResponse, 4


def deletion(topic: str, partition: int, offset: int) -> Question:
    asked = delete_records.DeleteRecordsPartition(partition_index=partition, offset=offset)
    topics = [delete_records.DeleteRecordsTopic(name=topic, partitions=[asked])]
    request = delete_records.DeleteRecordsRequest(topics=topics, timeout_ms=5_000)
    return request, delete_records.DeleteRecordsResponse, 2


def creation(*names: str, configs: Mapping[str, str] | None = None, **fields: Any) -> Question:
    settings = [
        create_topics.CreatableTopicConfig(name=name, value=value)
        for name, value in (configs or {}).items()
    ]
    shape = {"num_partitions": 1, "replication_factor": 1, **fields}
    topics = [create_topics.CreatableTopic(name=name, configs=settings, **shape) for name in names]
    request = create_topics.CreateTopicsRequest(topics=topics, validate_only=True)
    return request, create_topics.CreateTopicsResponse, 7


def assigned(*replicas: list[int]) -> list[create_topics.CreatableReplicaAssignment]:
    return [
        create_topics.CreatableReplicaAssignment(partition_index=index, broker_ids=ids)
        for index, ids in enumerate(replicas)
    ]


def growth(topic: str, count: int, assignments: list[list[int]] | None = None) -> Question:
    given = assignments and [
        create_partitions.CreatePartitionsAssignment(broker_ids=ids) for ids in assignments
    ]
    topics = [create_partitions.CreatePartitionsTopic(name=topic, count=count, assignments=given)]
    request = create_partitions.CreatePartitionsRequest(
        topics=topics, timeout_ms=5_000, validate_only=True
    )
    return request, create_partitions.CreatePartitionsResponse, 3


def removal(**topic: Any) -> Question:
    asked = delete_topics.DeleteTopicState(**topic)
    request = delete_topics.DeleteTopicsRequest(topics=[asked], timeout_ms=5_000)
    return request, delete_topics.DeleteTopicsResponse, 6


def change(
    name: str, value: str | None, operation: int = SET, *, kind: int = TOPIC, of: str = ALTERED
) -> Question:
    config = incremental_alter_configs.AlterableConfig(
        name=name, value=value, config_operation=operation
    )
    resource = incremental_alter_configs.AlterConfigsResource(
        resource_type=kind, resource_name=of, configs=[config]
    )
    request = incremental_alter_configs.IncrementalAlterConfigsRequest(
        resources=[resource], validate_only=True
    )
    return request, incremental_alter_configs.IncrementalAlterConfigsResponse, 1


def replacement(name: str, value: str | None, of: str = ALTERED) -> Question:
    config = alter_configs.AlterableConfig(name=name, value=value)
    resource = alter_configs.AlterConfigsResource(
        resource_type=TOPIC, resource_name=of, configs=[config]
    )
    request = alter_configs.AlterConfigsRequest(resources=[resource], validate_only=True)
    return request, alter_configs.AlterConfigsResponse, 2


def description(kind: int, of: str, *names: str) -> Question:
    resource = describe_configs.DescribeConfigsResource(
        resource_type=kind, resource_name=of, configuration_keys=list(names)
    )
    request = describe_configs.DescribeConfigsRequest(resources=[resource])
    return request, describe_configs.DescribeConfigsResponse, 4


def partitions_of(*topics: str, limit: int = 2000, cursor: Any = None) -> Question:
    request = describe_topic_partitions.DescribeTopicPartitionsRequest(
        topics=[describe_topic_partitions.TopicRequest(name=topic) for topic in topics],
        response_partition_limit=limit,
        cursor=cursor,
    )
    return request, describe_topic_partitions.DescribeTopicPartitionsResponse, 0


def producer(**fields: Any) -> Question:
    request = init_producer_id.InitProducerIdRequest(
        **{"transactional_id": None, "transaction_timeout_ms": 60_000, **fields}
    )
    return request, init_producer_id.InitProducerIdResponse, 4


def topics_of(*names: str, version: int = 12, **fields: Any) -> Question:
    asked = [metadata.MetadataRequestTopic(name=name) for name in names]
    request = metadata.MetadataRequest(topics=asked, allow_auto_topic_creation=False, **fields)
    return request, metadata.MetadataResponse, version


def cluster(version: int = 2, **fields: Any) -> Question:
    request = describe_cluster.DescribeClusterRequest(**fields)
    return request, describe_cluster.DescribeClusterResponse, version


QUESTIONS: dict[str, Question] = {
    "latest offset": list_offset(-1),
    "earliest offset": list_offset(-2),
    "offset of the largest timestamp": list_offset(-3),
    "earliest local offset": list_offset(-4),
    "latest tiered offset": list_offset(-5),
    "offset of an unknown special timestamp": list_offset(-9),
    "offset of a time before all": list_offset(0),
    "offset of a time inside a batch": list_offset(AN_HOUR_AGO_MS + 1_021),
    "offset of a time between batches": list_offset(AN_HOUR_AGO_MS + 500),
    "offset of a time after all": list_offset(AN_HOUR_AGO_MS + 10_000),
    "latest offset of an empty partition": list_offset(-1, 1),
    "offset of a time in an empty partition": list_offset(5, 1),
    "largest timestamp of an empty partition": list_offset(-3, 1),
    "offset in a partition that is not there": list_offset(-1, 7),
    "offset with a future leader epoch": list_offset(-1, current_leader_epoch=5),
    "offset in the oldest version": list_offset(-1, version=1),
    "fetch from the log start": fetched(2),
    "fetch from inside a batch": fetched(7),
    "fetch one byte": fetched(2, partition_max_bytes=1),
    "fetch within max_bytes of one": fetched(2, max_bytes=1),
    "fetch at the end": fetched(15),
    "fetch beyond the end": fetched(16),
    "fetch below the log start": fetched(1),
    "fetch from a negative offset": fetched(-1),
    "fetch from an empty partition": fetched(0, 1),
    "fetch from a partition that is not there": fetched(0, 7),
    "fetch from a topic that is not there": fetched(0, topic="nobody"),
    "fetch with a future leader epoch": fetched(2, current_leader_epoch=5),
    "fetch with an older leader epoch": fetched(2, current_leader_epoch=-2),
    "fetch in the oldest version": fetched(2, version=4),
    "fetch in an unknown session": fetched(2, session_id=77, session_epoch=3),
    "fetch in a session that was never begun": fetched(2, session_id=0, session_epoch=3),
    "end of the current epoch": epoch_end(0),
    "end of an epoch to come": epoch_end(9),
    "end of an undefined epoch": epoch_end(-1),
    "end of an epoch of no partition": epoch_end(0, 7),
    "end with a wrong current epoch": epoch_end(0, current_leader_epoch=4),
    "delete beyond the end": deletion(READ, 0, 16),
    "delete before what is deleted": deletion(READ, 0, 1),
    "delete before a negative offset": deletion(READ, 0, -5),
    "delete from a partition that is not there": deletion(READ, 7, 1),
    "delete from a topic that is not there": deletion("nobody", 0, 1),
    "delete all of an empty partition": deletion(READ, 1, -1),
    "create a topic": creation("new"),
    "create with the default shape": creation("new", num_partitions=-1, replication_factor=-1),
    "create what is there": creation(READ),
    "create twice in one request": creation("new", "new"),
    "create with no name": creation(""),
    "create with a dot as name": creation("."),
    "create with a space": creation("a b"),
    "create with a long name": creation("x" * 250),
    "create what collides in metrics": creation("a.b", "a_b"),
    "create no partitions": creation("new", num_partitions=0),
    "create fewer than no partitions": creation("new", num_partitions=-7),
    "create too many partitions": creation("new", num_partitions=10_001),
    "create no replicas": creation("new", replication_factor=0),
    "create three replicas": creation("new", replication_factor=3),
    "create an unknown config": creation("new", configs={"nonsense": "1"}),
    "create a config that is no number": creation("new", configs={"retention.ms": "soon"}),
    "create a config out of range": creation("new", configs={"segment.bytes": "1"}),
    "create a config with an unknown value": creation("new", configs={"cleanup.policy": "x"}),
    "create with an assignment": creation(
        "new", num_partitions=-1, replication_factor=-1, assignments=assigned([0], [0])
    ),
    "create with an assignment and a count": creation("new", assignments=assigned([0])),
    "create on a broker that is not there": creation(
        "new", num_partitions=-1, replication_factor=-1, assignments=assigned([5])
    ),
    "create on one broker twice": creation(
        "new", num_partitions=-1, replication_factor=-1, assignments=assigned([0, 0])
    ),
    "create on no broker": creation(
        "new", num_partitions=-1, replication_factor=-1, assignments=assigned([])
    ),
    "grow a topic": growth(READ, 3),
    "grow to the same count": growth(READ, 2),
    "shrink a topic": growth(READ, 1),
    "grow what is not there": growth("nobody", 3),
    "grow with an assignment": growth(READ, 3, [[0]]),
    "grow with too many assignments": growth(READ, 3, [[0], [0]]),
    "grow on a broker that is not there": growth(READ, 3, [[5]]),
    "remove what is not there": removal(name="nobody"),
    "remove an unknown id": removal(name=None, topic_id=bytes(range(16))),
    "remove by nothing": removal(name=None),
    "remove by name and id": removal(name=READ, topic_id=bytes(range(16))),
    "set a config": change("retention.ms", "5"),
    "set an unknown config": change("nonsense", "5"),
    "set a config to no number": change("retention.ms", "soon"),
    "set a config to null": change("retention.ms", None),
    "set an impossible value": change("segment.bytes", "1"),
    "set a policy of nobody's": change("cleanup.policy", "x"),
    "delete a config": change("retention.ms", None, DELETE),
    "delete an unknown config": change("nonsense", None, DELETE),
    "append to a list": change("cleanup.policy", "compact", APPEND),
    "append to a number": change("retention.ms", "5", APPEND),
    "subtract from a list": change("cleanup.policy", "delete", SUBTRACT),
    "subtract from a number": change("retention.ms", "5", SUBTRACT),
    "an unknown operation": change("retention.ms", "5", 9),
    "set a config of no topic": change("retention.ms", "5", of="nobody"),
    "set a config of an empty name": change("retention.ms", "5", of=""),
    "set a broker config": change("log.retention.ms", "5", kind=BROKER, of="0"),
    "set a read-only broker config": change("node.id", "5", kind=BROKER, of="0"),
    "set a config of another broker": change("log.retention.ms", "5", kind=BROKER, of="9"),
    "set a config of no broker": change("log.retention.ms", "5", kind=BROKER, of="x"),
    "set a config of all brokers": change("log.retention.ms", "5", kind=BROKER, of=""),
    "set a config of an unknown kind": change("retention.ms", "5", kind=99, of="x"),
    "set in one broker what all must share": change(
        "min.insync.replicas", "1", kind=BROKER, of="0"
    ),
    "delete in one broker what all must share": change(
        "min.insync.replicas", None, DELETE, kind=BROKER, of="0"
    ),
    "delete in all brokers what they must share": change(
        "min.insync.replicas", None, DELETE, kind=BROKER, of=""
    ),
    "set wrongly in one broker what all must share": change(
        "min.insync.replicas", "0", kind=BROKER, of="0"
    ),
    "set in all brokers what they must share": change(
        "min.insync.replicas", "1", kind=BROKER, of=""
    ),
    "replace all configs": replacement("retention.ms", "5"),
    "replace by an unknown config": replacement("nonsense", "5"),
    "replace those of no topic": replacement("retention.ms", "5", "nobody"),
    "describe one config": description(TOPIC, READ, "retention.ms", "segment.bytes"),
    "describe an unknown config": description(TOPIC, READ, "nonsense"),
    "describe no topic": description(TOPIC, "nobody", "retention.ms"),
    "describe a broker's config": description(BROKER, "0", "log.retention.hours", "num.partitions"),
    "describe what all brokers share": description(BROKER, "0", "min.insync.replicas"),
    "describe what a topic has of all brokers": description(TOPIC, READ, "min.insync.replicas"),
    "describe another broker": description(BROKER, "9", "log.retention.hours"),
    "describe what is no broker": description(BROKER, "x", "log.retention.hours"),
    "describe an unknown kind": description(99, "x"),
    "partitions of a topic": partitions_of(READ),
    "partitions of no topic": partitions_of("nobody"),
    "partitions, one at a time": partitions_of(READ, limit=1),
    "partitions of an impossible name": partitions_of("a b"),
    "partitions behind a cursor": partitions_of(
        READ, cursor=describe_topic_partitions.Cursor(topic_name=READ, partition_index=1)
    ),
    "partitions behind an impossible cursor": partitions_of(
        READ, cursor=describe_topic_partitions.Cursor(topic_name=READ, partition_index=-1)
    ),
    "metadata of a topic": topics_of(READ),
    "metadata of a topic and another that is not there": topics_of(READ, "nobody"),
    "metadata of no topic": topics_of(),
    "metadata in the oldest version": topics_of(READ, version=0),
    "metadata with what is allowed on topics": topics_of(
        READ, "nobody", include_topic_authorized_operations=True
    ),
    "metadata with what is allowed on the cluster": topics_of(
        READ, version=9, include_cluster_authorized_operations=True
    ),
    "the cluster": cluster(),
    "the cluster and what is allowed": cluster(include_cluster_authorized_operations=True),
    "the controllers, asked of a broker": cluster(endpoint_type=2),
    "the cluster in an unknown sense": cluster(endpoint_type=7),
    "a producer id": producer(),
    "a producer id with an epoch of one's own": producer(producer_id=5, producer_epoch=3),
    "a producer id without its epoch": producer(producer_id=5),
}

RANDOM = {"topic_id", "session_id", "producer_id", "cluster_id", "port"}
IRRELEVANT = {"throttle_time_ms", "error_message"}

DIFFERENCES: dict[str, Any] = {
    # Kafka stumbles over it and answers UNKNOWN_SERVER_ERROR.
    "an unknown operation": ErrorCode.INVALID_REQUEST,
}
"""Where ours deliberately answers otherwise: with which error."""


def answer_to(question: Question, bootstrap_servers: str) -> Any:
    """The answer as plain values."""
    request, response_type, version = question
    with KafkaSocket(bootstrap_servers) as connection:
        return plain(connection.ask(request, response_type, version))


def plain(value: Any) -> Any:
    """The value without what may differ: random values become true, an empty list null."""
    if isinstance(value, msgspec.Struct):
        return {
            name: bool(field) if name in RANDOM else plain(field)
            for name, field in msgspec.structs.asdict(value).items()
            if name not in IRRELEVANT
        }
    if isinstance(value, list):
        return [plain(item) for item in sorted(value, key=config_name)] or None
    return bytes(value) if isinstance(value, memoryview) else value


def config_name(item: Any) -> str:
    """Configs come in any order; everything else keeps its own."""
    return item.name if hasattr(item, "config_source") else ""
