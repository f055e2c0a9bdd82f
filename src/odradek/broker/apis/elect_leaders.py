"""ElectLeaders (key 43): let partitions elect their preferred leader, or any (KIP-460).

Versions 0 to 2. 1 adds the kind of election and an error for the whole answer, 2 is flexible. The
only replica leads every partition from its creation on, so no election is ever needed.
"""

from odradek.broker.apis.api import Api
from odradek.broker.request import RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.elect_leaders import (
    ElectLeadersRequest,
    ElectLeadersResponse,
    PartitionResult,
    ReplicaElectionResult,
)

PREFERRED, UNCLEAN = 0, 1


def handle(
    broker: Broker, request: ElectLeadersRequest, context: RequestContext
) -> ElectLeadersResponse:
    """Say of each partition asked for that it has its leader; of all of them, nothing at all."""
    if request.topic_partitions is None:
        topics = [ReplicaElectionResult(topic=name) for name in broker.image.topics]
        return ElectLeadersResponse(replica_election_results=topics)
    is_known = request.election_type in (PREFERRED, UNCLEAN)
    return ElectLeadersResponse(
        error_code=ErrorCode.NONE if is_known else ErrorCode.INVALID_REQUEST,
        replica_election_results=[
            ReplicaElectionResult(
                topic=asked.topic,
                partition_result=[
                    _judge(broker, asked.topic, index)
                    if is_known
                    else _refuse_type(index, request.election_type)
                    for index in asked.partitions
                ],
            )
            for asked in request.topic_partitions
        ],
    )


def _judge(broker: Broker, topic: str, index: int) -> PartitionResult:
    image = broker.image.topics.get(topic)
    if image is None:
        error, message = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, f"There is no topic '{topic}'."
    elif not 0 <= index < image.partition_count:
        error = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
        message = f"Topic '{topic}' has no partition {index}."
    else:
        error = ErrorCode.ELECTION_NOT_NEEDED
        message = f"Partition {topic}-{index} is led by its only replica."
    return PartitionResult(partition_id=index, error_code=error, error_message=message)


def _refuse_type(index: int, election_type: int) -> PartitionResult:
    return PartitionResult(
        partition_id=index,
        error_code=ErrorCode.INVALID_REQUEST,
        error_message=f"Election type {election_type} is unknown; 0 is preferred, 1 is unclean.",
    )


API = Api(ApiKey.ELECT_LEADERS, ElectLeadersRequest, handle)
