"""Produce (key 0): append record batches to partitions.

One request carries at most one batch for each partition. With `acks=0` the broker sends no response
at all, not even an error.

Versions:
  3   the oldest served: record format v2, transactional ids
  4   the broker may answer KAFKA_STORAGE_ERROR
  5   the response tells the log start offset
  7   zstd compression is allowed
  8   the response names the records that made a batch fail
  9   flexible
  10  the response may name the current leader and its address (KIP-951)
  11  the broker may answer TRANSACTION_ABORTABLE (KIP-890)
  12  the first write to a partition adds it to the transaction (KIP-890)
  13  topics are named by id
"""

from typing import Annotated

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response, Struct
from odradek.protocol.wire_types import ZERO_UUID, Int16, Int32, Int64, Records, String, Tag, Uuid


class PartitionProduceData(Struct):
    """`records` is one record batch, as it will stand in the log."""

    index: Int32 = 0
    records: Records | None = None


class TopicProduceData(Struct):
    name: Annotated[String, "0-12"] = ""
    topic_id: Annotated[Uuid, "13+"] = ZERO_UUID
    partition_data: list[PartitionProduceData] = []


class ProduceRequest(Request, api_key=ApiKey.PRODUCE, versions="3-13", flexible="9+"):
    """`acks`: 0 no answer, 1 after the append, -1 after all in-sync replicas have it."""

    transactional_id: String | None = None
    acks: Int16 = 0
    timeout_ms: Int32 = 0
    topic_data: list[TopicProduceData] = []


class BatchIndexAndErrorMessage(Struct):
    """A record that made its batch fail; `batch_index` counts from 0 within the batch."""

    batch_index: Int32 = 0
    batch_index_error_message: String | None = None


class LeaderIdAndEpoch(Struct, frozen=True):
    """Sent with NOT_LEADER_OR_FOLLOWER, so that the client need not ask for metadata."""

    leader_id: Int32 = -1
    leader_epoch: Int32 = -1


class PartitionProduceResponse(Struct):
    """`log_append_time_ms` is -1 unless the topic stamps records with the append time."""

    index: Int32 = 0
    error_code: Int16 = 0
    base_offset: Int64 = 0
    log_append_time_ms: Int64 = -1
    log_start_offset: Annotated[Int64, "5+"] = -1
    record_errors: Annotated[list[BatchIndexAndErrorMessage], "8+"] = []
    error_message: Annotated[String | None, "8+"] = None
    current_leader: Annotated[LeaderIdAndEpoch, "10+", Tag(0)] = LeaderIdAndEpoch()


class TopicProduceResponse(Struct):
    name: Annotated[String, "0-12"] = ""
    topic_id: Annotated[Uuid, "13+"] = ZERO_UUID
    partition_responses: list[PartitionProduceResponse] = []


class NodeEndpoint(Struct):
    node_id: Int32 = 0
    host: String = ""
    port: Int32 = 0
    rack: String | None = None


class ProduceResponse(Response, api_key=ApiKey.PRODUCE, versions="3-13", flexible="9+"):
    """What became of each batch."""

    responses: list[TopicProduceResponse] = []
    throttle_time_ms: Int32 = 0
    node_endpoints: Annotated[list[NodeEndpoint], "10+", Tag(0)] = []
