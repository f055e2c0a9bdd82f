"""DescribeProducers (key 61): the idempotent producers that a partition remembers (KIP-664).

Version 0, flexible. They are what the log checks sequence numbers against, from its producer state.
"""

from odradek.broker.apis.api import Api
from odradek.broker.log import PartitionLog
from odradek.broker.metadata.topic_names import METADATA_TOPIC, find_fault
from odradek.broker.request import RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.describe_producers import (
    DescribeProducersRequest,
    DescribeProducersResponse,
    PartitionResponse,
    ProducerState,
    TopicResponse,
)


def handle(
    broker: Broker, request: DescribeProducersRequest, context: RequestContext
) -> DescribeProducersResponse:
    """Describe the producers of each partition."""
    return DescribeProducersResponse(
        topics=[
            TopicResponse(
                name=topic.name,
                partitions=[_answer(broker, topic.name, i) for i in topic.partition_indexes],
            )
            for topic in request.topics
        ]
    )


def _answer(broker: Broker, topic: str, index: int) -> PartitionResponse:
    partition = broker.partitions.get(topic, index)
    if partition is not None:
        return PartitionResponse(
            partition_index=index, active_producers=_describe_all(partition.log)
        )
    error = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    message: str | None = error.description
    if topic in broker.image.topics:
        message = None
    elif topic != METADATA_TOPIC and (fault := find_fault(topic)) is not None:
        error, message = ErrorCode.INVALID_TOPIC_EXCEPTION, fault
    return PartitionResponse(partition_index=index, error_code=error, error_message=message)


def _describe_all(log: PartitionLog) -> list[ProducerState]:
    return [
        ProducerState(
            producer_id=producer_id,
            producer_epoch=state.producer_epoch,
            last_sequence=state.last_sequence,
            last_timestamp=state.last_timestamp_ms,
            coordinator_epoch=state.coordinator_epoch,
            current_txn_start_offset=state.current_txn_first_offset,
        )
        for producer_id, state in log.producers
    ]


API = Api(ApiKey.DESCRIBE_PRODUCERS, DescribeProducersRequest, handle)
