"""DescribeQuorum (key 55): leader, voters and observers of the metadata log.

Versions:
  0   flexible from the start
  1   when each replica last fetched and was last caught up (KIP-836)
  2   error messages, directories of replicas and addresses of nodes (KIP-853)
"""

from typing import Annotated

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response, Struct
from odradek.protocol.wire_types import ZERO_UUID, Int16, Int32, Int64, String, UInt16, Uuid


class PartitionData(Struct):
    partition_index: Int32 = 0


class TopicData(Struct):
    topic_name: String = ""
    partitions: list[PartitionData] = []


class DescribeQuorumRequest(Request, api_key=ApiKey.DESCRIBE_QUORUM, versions="0-2", flexible="0+"):
    """The partition asked about is partition 0 of `__cluster_metadata`."""

    topics: list[TopicData] = []


class ReplicaState(Struct):
    """How far a replica is; times are -1 when unknown."""

    replica_id: Int32 = 0
    replica_directory_id: Annotated[Uuid, "2+"] = ZERO_UUID
    log_end_offset: Int64 = 0
    last_fetch_timestamp: Annotated[Int64, "1+"] = -1
    last_caught_up_timestamp: Annotated[Int64, "1+"] = -1


class PartitionDataResponse(Struct):
    """Who leads, and how far everybody is."""

    partition_index: Int32 = 0
    error_code: Int16 = 0
    error_message: Annotated[String | None, "2+"] = ""
    leader_id: Int32 = 0
    leader_epoch: Int32 = 0
    high_watermark: Int64 = 0
    current_voters: list[ReplicaState] = []
    observers: list[ReplicaState] = []


class TopicDataResponse(Struct):
    topic_name: String = ""
    partitions: list[PartitionDataResponse] = []


class Listener(Struct):
    name: String = ""
    host: String = ""
    port: UInt16 = 0


class Node(Struct):
    """A voter and the addresses it listens on."""

    node_id: Int32 = 0
    listeners: list[Listener] = []


class DescribeQuorumResponse(
    Response, api_key=ApiKey.DESCRIBE_QUORUM, versions="0-2", flexible="0+"
):
    """The state of the quorum as its leader sees it."""

    error_code: Int16 = 0
    error_message: Annotated[String | None, "2+"] = ""
    topics: list[TopicDataResponse] = []
    nodes: Annotated[list[Node], "2+"] = []
