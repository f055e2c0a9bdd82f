"""OffsetFetch (key 9): how far groups have read.

Versions 1 to 10. 2 may ask for all partitions, 5 adds leader epochs, 6 is flexible, 7 may insist on
offsets that no transaction can still change, 8 asks for several groups (KIP-709), 9 adds members of
the new group protocol, 10 names topics by id.

A group or partition without an offset is no error: the answer is -1.
"""

from collections.abc import Iterable

from odradek.broker.apis.api import Api
from odradek.broker.groups.records import CommittedOffset, TopicPartition
from odradek.broker.request import Encodable, PendingResponse, RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.offset_fetch import (
    OffsetFetchRequest,
    OffsetFetchRequestGroup,
    OffsetFetchRequestTopics,
    OffsetFetchResponse,
    OffsetFetchResponseGroup,
    OffsetFetchResponsePartition,
    OffsetFetchResponsePartitions,
    OffsetFetchResponseTopic,
    OffsetFetchResponseTopics,
)

MANY_GROUPS_SINCE_VERSION = 8
BY_ID_SINCE_VERSION = 10
NOTHING = CommittedOffset(offset=-1)


def handle(
    broker: Broker, request: OffsetFetchRequest, context: RequestContext
) -> Encodable | PendingResponse:
    """Look everything up once the commits that came before are stored, as only then they show."""
    group_ids = [request.group_id, *(group.group_id for group in request.groups)]
    return broker.groups.once_stored(group_ids, lambda: _respond(broker, request, context))


def _respond(
    broker: Broker, request: OffsetFetchRequest, context: RequestContext
) -> OffsetFetchResponse:
    if context.api_version >= MANY_GROUPS_SINCE_VERSION:
        is_by_id = context.api_version >= BY_ID_SINCE_VERSION
        return OffsetFetchResponse(
            groups=[_fetch(broker, group, is_by_id) for group in request.groups]
        )
    topics: list[OffsetFetchRequestTopics] | None = None
    if request.topics is not None:
        topics = [
            OffsetFetchRequestTopics(name=topic.name, partition_indexes=topic.partition_indexes)
            for topic in request.topics
        ]
    asked = OffsetFetchRequestGroup(group_id=request.group_id, topics=topics)
    return OffsetFetchResponse(
        topics=[_in_older_form(topic) for topic in _fetch(broker, asked, is_by_id=False).topics]
    )


def _fetch(
    broker: Broker, asked: OffsetFetchRequestGroup, is_by_id: bool
) -> OffsetFetchResponseGroup:
    response = OffsetFetchResponseGroup(group_id=asked.group_id)
    if asked.topics is None:
        everything = broker.groups.groups.offsets_of(asked.group_id)
        response.topics = list(_group_by_topic(broker, everything, is_by_id))
    else:
        response.topics = [
            _look_up(broker, asked.group_id, each, is_by_id) for each in asked.topics
        ]
    return response


def _look_up(
    broker: Broker, group_id: str, asked: OffsetFetchRequestTopics, is_by_id: bool
) -> OffsetFetchResponseTopics:
    name = broker.image.names_by_id.get(asked.topic_id) if is_by_id else asked.name
    if name is None:
        partitions = [
            _answer(index, NOTHING, ErrorCode.UNKNOWN_TOPIC_ID) for index in asked.partition_indexes
        ]
    else:
        offset_of = broker.groups.groups.offset_of
        partitions = [
            _answer(index, offset_of(group_id, (name, index)) or NOTHING)
            for index in asked.partition_indexes
        ]
    return OffsetFetchResponseTopics(
        name=asked.name, topic_id=asked.topic_id, partitions=partitions
    )


def _group_by_topic(
    broker: Broker, offsets: Iterable[tuple[TopicPartition, CommittedOffset]], is_by_id: bool
) -> Iterable[OffsetFetchResponseTopics]:
    """A topic that is gone has no id by which it could be named."""
    topics: dict[str, OffsetFetchResponseTopics] = {}
    for (name, index), committed in offsets:
        known = broker.image.topics.get(name)
        if known is None and is_by_id:
            continue
        topic = topics.get(name)
        if topic is None:
            topic = topics[name] = OffsetFetchResponseTopics(name=name)
            if known is not None:
                topic.topic_id = known.topic_id
        topic.partitions.append(_answer(index, committed))
    return topics.values()


def _answer(
    index: int, committed: CommittedOffset, error: ErrorCode = ErrorCode.NONE
) -> OffsetFetchResponsePartitions:
    return OffsetFetchResponsePartitions(
        partition_index=index,
        committed_offset=committed.offset,
        committed_leader_epoch=committed.leader_epoch,
        metadata=committed.metadata,
        error_code=error,
    )


def _in_older_form(topic: OffsetFetchResponseTopics) -> OffsetFetchResponseTopic:
    return OffsetFetchResponseTopic(
        name=topic.name,
        partitions=[
            OffsetFetchResponsePartition(
                partition_index=partition.partition_index,
                committed_offset=partition.committed_offset,
                committed_leader_epoch=partition.committed_leader_epoch,
                metadata=partition.metadata,
                error_code=partition.error_code,
            )
            for partition in topic.partitions
        ],
    )


API = Api(ApiKey.OFFSET_FETCH, OffsetFetchRequest, handle)
