"""OffsetCommit (key 8): remember how far a group has read.

Versions 2 to 10. Until 4 a commit may bring its own retention, 6 adds leader epochs (KIP-320), 7
static members (KIP-345), 8 is flexible, 9 tells an unknown group by its own error (KIP-848), 10
names topics by id.

Answered once it is stored; many commits of one connection are on their way to the disk together.
Partitions that do not exist are refused one by one; what is wrong with
the member or its generation refuses all the others.

Differs from Kafka: a topic that a commit names twice is answered once, with all its partitions.
"""

from odradek.broker.apis.api import Api
from odradek.broker.groups.records import CommittedOffset
from odradek.broker.groups.values import CommitReply, CommitRequest, Reply
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
UNKNOWN = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
UNKNOWN_ID = ErrorCode.UNKNOWN_TOPIC_ID


def handle(
    broker: Broker, request: OffsetCommitRequest, context: RequestContext
) -> Encodable | PendingResponse:
    """Commit what can be committed."""
    is_by_id = context.api_version >= BY_ID_SINCE_VERSION
    answers = _Answers()
    known: list[tuple[OffsetCommitRequestTopic, OffsetCommitRequestPartition, TopicImage]] = []
    for asked in request.topics:
        topic = _find_topic(broker, asked, is_by_id)
        for partition in asked.partitions:
            if topic is None:
                error = UNKNOWN_ID if is_by_id else UNKNOWN
                answers.add(asked, partition, error)
            elif not 0 <= partition.partition_index < topic.partition_count:
                answers.add(asked, partition, UNKNOWN)
            else:
                known.append((asked, partition, topic))
    for asked, partition, _ in known:
        answers.await_outcome(asked, partition)
    if not known:
        return answers.response
    is_not_found = context.api_version >= NOT_FOUND_SINCE_VERSION
    commit = CommitRequest(
        group_id=request.group_id,
        generation_id=request.generation_id_or_member_epoch,
        member_id=request.member_id,
        group_instance_id=request.group_instance_id,
        retention_ms=request.retention_time_ms,
        offsets=[
            ((topic.name, partition.partition_index), _committed(partition, topic))
            for _, partition, topic in known
        ],
        unknown_group_error=(
            ErrorCode.GROUP_ID_NOT_FOUND if is_not_found else ErrorCode.ILLEGAL_GENERATION
        ),
    )
    return broker.groups.commit(commit, answers)


class _Answers:
    """A response with a place for each partition; as with Kafka, those refused at once lead.

    Until the coordinator has answered, the other places say that it has not.
    """

    def __init__(self) -> None:
        self.response = OffsetCommitResponse()
        self._topics: dict[tuple[str, bytes], OffsetCommitResponseTopic] = {}
        self._awaited: list[OffsetCommitResponsePartition] = []

    def add(
        self,
        asked: OffsetCommitRequestTopic,
        partition: OffsetCommitRequestPartition,
        error: ErrorCode,
    ) -> OffsetCommitResponsePartition:
        key = (asked.name, asked.topic_id)
        topic = self._topics.get(key)
        if topic is None:
            topic = OffsetCommitResponseTopic(name=asked.name, topic_id=asked.topic_id)
            self._topics[key] = topic
            self.response.topics.append(topic)
        answer = OffsetCommitResponsePartition(
            partition_index=partition.partition_index, error_code=error
        )
        topic.partitions.append(answer)
        return answer

    def await_outcome(
        self, asked: OffsetCommitRequestTopic, partition: OffsetCommitRequestPartition
    ) -> None:
        self._awaited.append(self.add(asked, partition, ErrorCode.COORDINATOR_NOT_AVAILABLE))

    def answer(self, reply: Reply) -> None:
        """Fill in what became of the partitions that could be committed."""
        assert isinstance(reply, CommitReply)  # noqa: S101 - the reply to a commit
        for index, answer in enumerate(self._awaited):
            answer.error_code = reply.error or reply.outcomes[index]


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
