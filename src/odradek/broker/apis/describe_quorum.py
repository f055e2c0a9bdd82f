"""DescribeQuorum (key 55): who leads and who votes on the metadata log (KIP-595).

Versions 0 to 2, flexible. 1 adds when each replica fetched last (KIP-836), 2 error messages,
directories and addresses (KIP-853). This broker is the leader and the only voter; directory ids are
zero, as in every quorum whose voters are fixed (`kraft.version` 0).

Differs from Kafka: the voter's address is the broker's own, as there is no controller listener.
"""

from odradek.broker.apis.api import Api
from odradek.broker.metadata.topic_names import METADATA_TOPIC
from odradek.broker.request import RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.describe_quorum import (
    DescribeQuorumRequest,
    DescribeQuorumResponse,
    Listener,
    Node,
    PartitionDataResponse,
    ReplicaState,
    TopicData,
    TopicDataResponse,
)


def handle(
    broker: Broker, request: DescribeQuorumRequest, context: RequestContext
) -> DescribeQuorumResponse:
    """Describe the quorum when asked for its one partition; nothing else has one."""
    if not _asks_for_the_metadata(request.topics):
        return DescribeQuorumResponse(topics=[_refuse(topic) for topic in request.topics])
    host, port = broker.advertised
    topic = TopicDataResponse(topic_name=METADATA_TOPIC, partitions=[_describe(broker)])
    listener = Listener(name="PLAINTEXT", host=host, port=port)
    return DescribeQuorumResponse(
        topics=[topic], nodes=[Node(node_id=broker.node_id, listeners=[listener])]
    )


def _asks_for_the_metadata(topics: list[TopicData]) -> bool:
    asked = [(topic.topic_name, p.partition_index) for topic in topics for p in topic.partitions]
    return len(topics) == 1 and asked == [(METADATA_TOPIC, 0)]


def _describe(broker: Broker) -> PartitionDataResponse:
    now_ms = broker.now_ms()
    end_offset = broker.metadata_log.end_offset
    this_broker = ReplicaState(
        replica_id=broker.node_id,
        log_end_offset=end_offset,
        last_fetch_timestamp=now_ms,
        last_caught_up_timestamp=now_ms,
    )
    return PartitionDataResponse(
        leader_id=broker.node_id,
        leader_epoch=broker.metadata_log.leader_epoch,
        high_watermark=end_offset,
        current_voters=[this_broker],
    )


def _refuse(topic: TopicData) -> TopicDataResponse:
    error = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    return TopicDataResponse(
        topic_name=topic.topic_name,
        partitions=[
            PartitionDataResponse(
                partition_index=asked.partition_index,
                error_code=error,
                error_message=error.description,
            )
            for asked in topic.partitions
        ],
    )


API = Api(ApiKey.DESCRIBE_QUORUM, DescribeQuorumRequest, handle)
