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
    is_by_id = context.api_version >= BY_ID_SINCE_VERSION
    lookup = _Lookup(broker, is_by_id=is_by_id, is_stable_only=request.require_stable)
    if context.api_version >= MANY_GROUPS_SINCE_VERSION:
        return OffsetFetchResponse(groups=[lookup.group(group) for group in request.groups])
    topics: list[OffsetFetchRequestTopics] | None = None
    if request.topics is not None:
        topics = [
            OffsetFetchRequestTopics(name=topic.name, partition_indexes=topic.partition_indexes)
            for topic in request.topics
        ]
    asked = OffsetFetchRequestGroup(group_id=request.group_id, topics=topics)
    return OffsetFetchResponse(
        topics=[_in_older_form(topic) for topic in lookup.group(asked).topics]
    )


class _Lookup:
    """How one request wants its offsets."""

    def __init__(self, broker: Broker, *, is_by_id: bool, is_stable_only: bool) -> None:
        self._broker = broker
        self._groups = broker.groups.groups
        self._is_by_id = is_by_id
        self._is_stable_only = is_stable_only

    def group(self, asked: OffsetFetchRequestGroup) -> OffsetFetchResponseGroup:
        response = OffsetFetchResponseGroup(group_id=asked.group_id)
        if asked.topics is None:
            response.topics = list(self._everything(asked.group_id))
        else:
            response.topics = [self._topic(asked.group_id, each) for each in asked.topics]
        return response

    def _topic(self, group_id: str, asked: OffsetFetchRequestTopics) -> OffsetFetchResponseTopics:
        names = self._broker.image.names_by_id
        name = names.get(asked.topic_id) if self._is_by_id else asked.name
        if name is None:
            partitions = [
                _answer(index, NOTHING, ErrorCode.UNKNOWN_TOPIC_ID)
                for index in asked.partition_indexes
            ]
        else:
            partitions = [
                self._partition(
                    group_id, (name, index), self._groups.offset_of(group_id, (name, index))
                )
                for index in asked.partition_indexes
            ]
        return OffsetFetchResponseTopics(
            name=asked.name, topic_id=asked.topic_id, partitions=partitions
        )

    def _partition(
        self, group_id: str, partition: TopicPartition, committed: CommittedOffset | None
    ) -> OffsetFetchResponsePartitions:
        index = partition[1]
        if self._is_stable_only and self._groups.is_undecided(group_id, partition):
            return _answer(index, NOTHING, ErrorCode.UNSTABLE_OFFSET_COMMIT)
        return _answer(index, committed or NOTHING)

    def _everything(self, group_id: str) -> Iterable[OffsetFetchResponseTopics]:
        """A topic that is gone has no id by which it could be named."""
        topics: dict[str, OffsetFetchResponseTopics] = {}
        for partition, committed in self._groups.offsets_of(group_id):
            name = partition[0]
            known = self._broker.image.topics.get(name)
            if known is None and self._is_by_id:
                continue
            topic = topics.get(name)
            if topic is None:
                topic = topics[name] = OffsetFetchResponseTopics(name=name)
                if known is not None:
                    topic.topic_id = known.topic_id
            topic.partitions.append(self._partition(group_id, partition, committed))
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
