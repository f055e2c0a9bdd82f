"""TxnOffsetCommit (key 28): commit a group's offsets if the producer's transaction is committed.

Versions 0 to 5. 2 adds leader epochs, 3 is flexible and tells who consumed (KIP-447), 4 may be
answered TRANSACTION_ABORTABLE, 5 adds the group to the transaction by itself (V2); before, that
must have been done with AddOffsetsToTxn.

Until the transaction's marker the offsets are pending: nobody sees them, and who insists on stable
offsets is told to wait.
"""

import asyncio

from odradek.broker.apis.api import Api
from odradek.broker.groups.records import CommittedOffset, TopicPartition
from odradek.broker.groups.values import CommitReply, CommitRequest
from odradek.broker.metadata.image import TopicImage
from odradek.broker.request import Encodable, PendingResponse, RequestContext
from odradek.broker.runtime import Broker
from odradek.broker.transactions.transaction import V2
from odradek.broker.transactions.values import AddReply, ProducerIdentity
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.txn_offset_commit import (
    TxnOffsetCommitRequest,
    TxnOffsetCommitRequestPartition,
    TxnOffsetCommitResponse,
    TxnOffsetCommitResponsePartition,
    TxnOffsetCommitResponseTopic,
)

ABORTABLE_SINCE_VERSION = 4
ADDS_SINCE_VERSION = 5


def handle(
    broker: Broker, request: TxnOffsetCommitRequest, context: RequestContext
) -> Encodable | PendingResponse:
    """Verify or extend the transaction, then store what may be committed."""
    commit = _Commit(broker, request, context.api_version)
    if not request.group_id:
        return commit.refuse(ErrorCode.INVALID_GROUP_ID)
    if not commit.offsets:
        return commit.response
    return commit.begin()


class _Commit:
    """One request from its arrival to its response."""

    def __init__(self, broker: Broker, request: TxnOffsetCommitRequest, api_version: int) -> None:
        self._broker = broker
        self._request = request
        self._api_version = api_version
        self._awaited: list[TxnOffsetCommitResponsePartition] = []
        self._pending: PendingResponse = broker.loop.create_future()
        self.offsets: list[tuple[TopicPartition, CommittedOffset]] = []
        self.response = TxnOffsetCommitResponse()
        self._sort_out()

    def _sort_out(self) -> None:
        """Find the partitions that exist; the others are answered already."""
        for topic in self._request.topics:
            known = self._broker.image.topics.get(topic.name)
            answers = []
            for asked in topic.partitions:
                answer = TxnOffsetCommitResponsePartition(partition_index=asked.partition_index)
                answers.append(answer)
                if known is None or not 0 <= asked.partition_index < known.partition_count:
                    answer.error_code = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
                    continue
                key = topic.name, asked.partition_index
                self.offsets.append((key, _committed(asked, known)))
                self._awaited.append(answer)
            self.response.topics.append(
                TxnOffsetCommitResponseTopic(name=topic.name, partitions=answers)
            )

    def refuse(self, error: ErrorCode) -> TxnOffsetCommitResponse:
        """No offset is committed."""
        for answer in self._awaited:
            answer.error_code = error
        return self.response

    def begin(self) -> Encodable | PendingResponse:
        """See that the group's partition is in the transaction, and go on from there."""
        request, broker = self._request, self._broker
        partition = broker.groups.partition_of(request.group_id)
        if partition is None:
            return self.refuse(ErrorCode.COORDINATOR_NOT_AVAILABLE)
        identity = ProducerIdentity(request.producer_id, request.producer_epoch)
        if self._api_version < ADDS_SINCE_VERSION:
            verify = broker.transactions.transactions.verify
            self.answer(AddReply(verify(request.transactional_id, identity, partition)))
        else:
            broker.transactions.add(
                request.transactional_id, identity, [partition], self, client_version=V2
            )
        return self._pending.result() if self._pending.done() else self._pending

    def answer(self, reply: AddReply) -> None:
        """The partition is in the transaction, or cannot be."""
        if reply.error is not ErrorCode.NONE:
            self._respond(self.refuse(self._told(reply.error)))
            return
        producer = self._request.producer_id, self._request.producer_epoch
        outcome = self._broker.groups.commit_in_transaction(
            self._commit_request(), producer, self._fill
        )
        if isinstance(outcome, asyncio.Future):
            outcome.add_done_callback(lambda done: self._respond(done.result()))
        else:
            self._respond(outcome)

    def _respond(self, response: Encodable) -> None:
        if not self._pending.done():
            self._pending.set_result(response)

    def _commit_request(self) -> CommitRequest:
        request = self._request
        return CommitRequest(
            group_id=request.group_id,
            generation_id=request.generation_id,
            member_id=request.member_id,
            group_instance_id=request.group_instance_id,
            offsets=self.offsets,
        )

    def _fill(self, reply: CommitReply) -> Encodable:
        for index, answer in enumerate(self._awaited):
            answer.error_code = reply.error or reply.outcomes[index]
        return self.response

    def _told(self, error: ErrorCode) -> ErrorCode:
        """The coordinator's error as a producer of this version understands it."""
        if error is ErrorCode.PRODUCER_FENCED:
            return ErrorCode.INVALID_PRODUCER_EPOCH
        if error is ErrorCode.TRANSACTION_ABORTABLE and self._api_version < ABORTABLE_SINCE_VERSION:
            return ErrorCode.INVALID_TXN_STATE
        if error is ErrorCode.CONCURRENT_TRANSACTIONS and self._api_version < ADDS_SINCE_VERSION:
            return ErrorCode.COORDINATOR_NOT_AVAILABLE
        return error


def _committed(asked: TxnOffsetCommitRequestPartition, topic: TopicImage) -> CommittedOffset:
    return CommittedOffset(
        offset=asked.committed_offset,
        leader_epoch=asked.committed_leader_epoch,
        metadata=asked.committed_metadata or "",
        topic_id=topic.topic_id,
    )


API = Api(ApiKey.TXN_OFFSET_COMMIT, TxnOffsetCommitRequest, handle)
