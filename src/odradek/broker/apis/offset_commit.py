"""OffsetCommit (key 8): remember how far a group has read.

Versions 2 to 10. Until 4 a commit may bring its own retention, 6 adds leader epochs (KIP-320), 7
static members (KIP-345), 8 is flexible, 9 tells an unknown group by its own error (KIP-848), 10
names topics by id.

Answered once it is stored; many commits of one connection are on their way to the disk together.
Partitions that do not exist are refused one by one; what is wrong with
the member or its generation refuses all the others.
"""

from odradek.broker.apis.api import Api
from odradek.broker.groups.records import CommittedOffset, TopicPartition
from odradek.broker.groups.values import CommitRequest, OffsetsReply, Reply
from odradek.broker.metadata.image import TopicImage
from odradek.broker.request import Encodable, PendingResponse, RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestPartition,
    OffsetCommitRequestTopic,
    OffsetCommitResponse,
    OffsetCommitResponsePartition,
    OffsetCommitResponseTopic,
)

NOT_FOUND_SINCE_VERSION = 9
BY_ID_SINCE_VERSION = 10


def handle(
    broker: Broker, request: OffsetCommitRequest, context: RequestContext
) -> Encodable | PendingResponse:
    """Commit what can be committed."""
    is_by_id = context.api_version >= BY_ID_SINCE_VERSION
    answers = _Answers()
    offsets: dict[TopicPartition, CommittedOffset] = {}
    for asked in request.topics:
        topic = _find_topic(broker, asked, is_by_id)
        for partition in asked.partitions:
            answer = answers.add(asked, partition)
            if topic is None:
                answer.error_code = (
                    ErrorCode.UNKNOWN_TOPIC_ID if is_by_id else ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
                )
            elif not 0 <= partition.partition_index < topic.partition_count:
                answer.error_code = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
            else:
                key = (topic.name, partition.partition_index)
                offsets[key] = _committed(partition, topic)
                answers.await_outcome(key, answer)
    if not offsets:
        return answers.response
    is_not_found = context.api_version >= NOT_FOUND_SINCE_VERSION
    commit = CommitRequest(
        group_id=request.group_id,
        generation_id=request.generation_id_or_member_epoch,
        member_id=request.member_id,
        group_instance_id=request.group_instance_id,
        retention_ms=request.retention_time_ms,
        offsets=offsets,
        unknown_group_error=(
            ErrorCode.GROUP_ID_NOT_FOUND if is_not_found else ErrorCode.ILLEGAL_GENERATION
        ),
    )
    return broker.groups.commit(commit, answers)


class _Answers:
    """A response with a place for each partition, in the order of the request.

    Until the coordinator has answered, each place says that it has not.
    """

    def __init__(self) -> None:
        self.response = OffsetCommitResponse()
        self._awaited: list[tuple[TopicPartition, OffsetCommitResponsePartition]] = []
        self._topic: OffsetCommitRequestTopic | None = None

    def add(
        self, topic: OffsetCommitRequestTopic, partition: OffsetCommitRequestPartition
    ) -> OffsetCommitResponsePartition:
        if topic is not self._topic:
            self._topic = topic
            self.response.topics.append(
                OffsetCommitResponseTopic(name=topic.name, topic_id=topic.topic_id)
            )
        answer = OffsetCommitResponsePartition(
            partition_index=partition.partition_index,
            error_code=ErrorCode.COORDINATOR_NOT_AVAILABLE,
        )
        self.response.topics[-1].partitions.append(answer)
        return answer

    def await_outcome(self, key: TopicPartition, answer: OffsetCommitResponsePartition) -> None:
        self._awaited.append((key, answer))

    def answer(self, reply: Reply) -> None:
        """Fill in what became of the partitions that could be committed."""
        assert isinstance(reply, OffsetsReply)  # noqa: S101 - the reply to a commit
        for key, answer in self._awaited:
            answer.error_code = reply.error or reply.partitions[key]


def _find_topic(
    broker: Broker, asked: OffsetCommitRequestTopic, is_by_id: bool
) -> TopicImage | None:
    name = broker.image.names_by_id.get(asked.topic_id) if is_by_id else asked.name
    return None if name is None else broker.image.topics.get(name)


def _committed(partition: OffsetCommitRequestPartition, topic: TopicImage) -> CommittedOffset:
    return CommittedOffset(
        offset=partition.committed_offset,
        leader_epoch=partition.committed_leader_epoch,
        metadata=partition.committed_metadata or "",
        topic_id=topic.topic_id,
    )


API = Api(ApiKey.OFFSET_COMMIT, OffsetCommitRequest, handle, is_pipelined=True)
