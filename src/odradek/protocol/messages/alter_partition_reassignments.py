"""AlterPartitionReassignments (key 45): begin or cancel moves of partitions between brokers.

Versions:
  0   flexible from the start
  1   the client may forbid a change of the replication factor
"""

from typing import Annotated

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response, Struct
from odradek.protocol.wire_types import Boolean, Int16, Int32, String


class ReassignablePartition(Struct):
    """Null `replicas` cancels the move that is under way."""

    partition_index: Int32 = 0
    replicas: list[Int32] | None = None


class ReassignableTopic(Struct):
    name: String = ""
    partitions: list[ReassignablePartition] = []


class AlterPartitionReassignmentsRequest(
    Request, api_key=ApiKey.ALTER_PARTITION_REASSIGNMENTS, versions="0-1", flexible="0+"
):
    """Where the replicas of each partition are to be."""

    timeout_ms: Int32 = 60000
    allow_replication_factor_change: Annotated[Boolean, "1+"] = True
    topics: list[ReassignableTopic] = []


class ReassignablePartitionResponse(Struct):
    partition_index: Int32 = 0
    error_code: Int16 = 0
    error_message: String | None = ""


class ReassignableTopicResponse(Struct):
    name: String = ""
    partitions: list[ReassignablePartitionResponse] = []


class AlterPartitionReassignmentsResponse(
    Response, api_key=ApiKey.ALTER_PARTITION_REASSIGNMENTS, versions="0-1", flexible="0+"
):
    """Whether each move was begun or cancelled."""

    throttle_time_ms: Int32 = 0
    allow_replication_factor_change: Annotated[Boolean, "1+"] = True
    error_code: Int16 = 0
    error_message: String | None = ""
    responses: list[ReassignableTopicResponse] = []
