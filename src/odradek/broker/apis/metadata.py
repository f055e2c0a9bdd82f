"""Metadata (key 3): the brokers, and the topics with their partitions and leaders.

Versions 0 to 13. 1 adds the controller, 4 lets clients forbid auto-creation, 7 leader epochs, 8
authorized operations, 9 is flexible, 10 adds topic ids, 12 lets clients ask by id, 13 an error for
the whole answer.

Differs from Kafka: a topic asked for by neither name nor id is refused alone; Kafka fails the
whole request with UNKNOWN_SERVER_ERROR.

Differs from Kafka: a topic created by this very request is answered at once with its partitions;
Kafka answers UNKNOWN_TOPIC_OR_PARTITION first and lets the client ask again.
"""

from collections.abc import Iterable

from odradek.broker.apis.api import Api
from odradek.broker.apis.authorized_operations import NOT_ASKED, ON_CLUSTER, ON_TOPIC
from odradek.broker.metadata.image import TopicImage
from odradek.broker.metadata.topic_names import INTERNAL_TOPICS, OFFSETS_TOPIC, find_fault
from odradek.broker.metadata.topics import NewTopic
from odradek.broker.request import RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.metadata import (
    MetadataRequest,
    MetadataRequestTopic,
    MetadataResponse,
    MetadataResponseBroker,
    MetadataResponsePartition,
    MetadataResponseTopic,
)
from odradek.protocol.wire_types import ZERO_UUID

ALL_TOPICS_WHEN_EMPTY_VERSION = 0
BY_ID_VERSION = 12


def handle(broker: Broker, request: MetadataRequest, context: RequestContext) -> MetadataResponse:
    """Describe the asked topics, or all of them, creating missing ones where that is allowed."""
    if context.api_version < BY_ID_VERSION and not all(map(_is_by_name, request.topics or ())):
        return _refuse_ids(request)
    host, port = broker.advertised
    topics = list(_topics(broker, request, context))
    if request.include_topic_authorized_operations:
        for topic in topics:
            topic.topic_authorized_operations = ON_TOPIC
    return MetadataResponse(
        brokers=[
            MetadataResponseBroker(
                node_id=broker.node_id, host=host, port=port, rack=broker.configuration.rack
            )
        ],
        cluster_id=broker.cluster_id,
        controller_id=broker.node_id,
        cluster_authorized_operations=(
            ON_CLUSTER if request.include_cluster_authorized_operations else NOT_ASKED
        ),
        topics=topics,
    )


def _is_by_name(asked: MetadataRequestTopic) -> bool:
    return asked.name is not None and asked.topic_id == ZERO_UUID


def _refuse_ids(request: MetadataRequest) -> MetadataResponse:
    """Versions 10 and 11 have a field for the topic id, but may not ask by it."""
    return MetadataResponse(
        topics=[
            MetadataResponseTopic(
                error_code=ErrorCode.INVALID_REQUEST,
                name=asked.name or "",
                topic_id=asked.topic_id,
            )
            for asked in request.topics or ()
        ]
    )


def _topics(
    broker: Broker, request: MetadataRequest, context: RequestContext
) -> Iterable[MetadataResponseTopic]:
    wants_all = request.topics is None or (
        not request.topics and context.api_version == ALL_TOPICS_WHEN_EMPTY_VERSION
    )
    if wants_all:
        return [describe_topic(broker, topic) for topic in broker.image.topics.values()]
    may_create = request.allow_auto_topic_creation and broker.configs.broker_bool(
        "auto.create.topics.enable"
    )
    once = {(asked.name, asked.topic_id): asked for asked in request.topics or ()}
    return [_describe_asked(broker, asked, may_create) for asked in once.values()]


def _describe_asked(
    broker: Broker, asked: MetadataRequestTopic, may_create: bool
) -> MetadataResponseTopic:
    if asked.topic_id != ZERO_UUID:
        name = broker.image.names_by_id.get(asked.topic_id)
        if name is None:
            return MetadataResponseTopic(
                error_code=ErrorCode.UNKNOWN_TOPIC_ID, name=None, topic_id=asked.topic_id
            )
        return describe_topic(broker, broker.image.topics[name])
    name = asked.name or ""
    if name not in broker.image.topics:
        error = _create_missing(broker, name, may_create)
        if error is not ErrorCode.NONE:
            return MetadataResponseTopic(error_code=error, name=name)
    return describe_topic(broker, broker.image.topics[name])


def _create_missing(broker: Broker, name: str, may_create: bool) -> ErrorCode:
    if find_fault(name) is not None:
        return ErrorCode.INVALID_TOPIC_EXCEPTION
    if not may_create:
        return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    if name == OFFSETS_TOPIC:
        return broker.groups.ensure_ready()
    topic = NewTopic(name=name, topic_id=broker.controller.new_topic_id())
    return broker.controller.create_topic(topic).error


def describe_topic(broker: Broker, topic: TopicImage) -> MetadataResponseTopic:
    """A topic and its partitions, all of them led by this broker."""
    epoch = broker.image.leader_epoch(topic)
    replicas = [broker.node_id]
    return MetadataResponseTopic(
        name=topic.name,
        topic_id=topic.topic_id,
        is_internal=topic.name in INTERNAL_TOPICS,
        partitions=[
            MetadataResponsePartition(
                partition_index=index,
                leader_id=broker.node_id,
                leader_epoch=epoch,
                replica_nodes=replicas,
                isr_nodes=replicas,
            )
            for index in range(topic.partition_count)
        ],
    )


API = Api(ApiKey.METADATA, MetadataRequest, handle)
