"""AlterPartitionReassignments (key 45): move partitions between brokers (KIP-455).

Versions 0 and 1, flexible; 1 lets the client forbid a change of the replication factor. A partition
may be assigned to the only broker, where it is already; any other assignment is refused, and there
is never a move under way to cancel.
"""

from odradek.broker.apis.api import Api
from odradek.broker.metadata.outcome import Outcome, refuse
from odradek.broker.metadata.topics import find_replicas_fault
from odradek.broker.request import RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.alter_partition_reassignments import (
    AlterPartitionReassignmentsRequest,
    AlterPartitionReassignmentsResponse,
    ReassignablePartition,
    ReassignablePartitionResponse,
    ReassignableTopicResponse,
)


def handle(
    broker: Broker, request: AlterPartitionReassignmentsRequest, context: RequestContext
) -> AlterPartitionReassignmentsResponse:
    """Judge each assignment for itself."""
    return AlterPartitionReassignmentsResponse(
        allow_replication_factor_change=request.allow_replication_factor_change,
        error_message=None if request.topics else "",
        responses=[
            ReassignableTopicResponse(
                name=topic.name,
                partitions=[_answer(broker, topic.name, asked) for asked in topic.partitions],
            )
            for topic in request.topics
        ],
    )


def _answer(
    broker: Broker, topic: str, asked: ReassignablePartition
) -> ReassignablePartitionResponse:
    outcome = _judge(broker, topic, asked)
    return ReassignablePartitionResponse(
        partition_index=asked.partition_index,
        error_code=outcome.error,
        error_message=outcome.message,
    )


def _judge(broker: Broker, topic: str, asked: ReassignablePartition) -> Outcome:
    image = broker.image.topics.get(topic)
    if image is None:
        return refuse(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, f"There is no topic '{topic}'.")
    if not 0 <= asked.partition_index < image.partition_count:
        return refuse(
            ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
            f"Topic '{topic}' has no partition {asked.partition_index}.",
        )
    if asked.replicas is None:
        return Outcome(error=ErrorCode.NO_REASSIGNMENT_IN_PROGRESS)
    return find_replicas_fault(asked.replicas, broker.node_id) or Outcome()


API = Api(ApiKey.ALTER_PARTITION_REASSIGNMENTS, AlterPartitionReassignmentsRequest, handle)
