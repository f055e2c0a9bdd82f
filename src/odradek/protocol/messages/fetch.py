"""Fetch (key 1): read record batches from partitions.

The broker answers when `min_bytes` are there or `max_wait_ms` have passed. Batches are sent whole,
as they stand in the log: the first one may lie partly before the wanted offset, and one batch is
sent even when it exceeds the limits. A fetch session (KIP-227) lets a client repeat only what
changed: `session_epoch` 0 opens one, -1 asks for none.

Versions:
  4   the oldest served: isolation levels, aborted transactions, record format v2
  5   log start offsets in both directions
  6   the broker may answer KAFKA_STORAGE_ERROR
  7   fetch sessions
  9   the client's leader epoch is checked (KIP-320)
  10  zstd compression is allowed
  11  reading from a replica near the client: `rack_id`, `preferred_read_replica`
  12  flexible; divergence of logs is found by `last_fetched_epoch`
  13  topics are named by id
  14  the broker may answer OFFSET_MOVED_TO_TIERED_STORAGE
  15  `replica_state` takes the place of `replica_id`
  16  the response may give the address of the current leader (KIP-951)
  17  followers tell their directory id (KIP-853)
  18  followers tell the high watermark they know (KIP-1166)
"""

from typing import Annotated

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response, Struct
from odradek.protocol.wire_types import (
    ZERO_UUID,
    Int8,
    Int16,
    Int32,
    Int64,
    String,
    Tag,
    UnreadRecords,
    Uuid,
)


class ReplicaState(Struct, frozen=True):
    """The broker that fetches as a follower; -1 for consumers."""

    replica_id: Int32 = -1
    replica_epoch: Int64 = -1


class FetchPartition(Struct):
    """Where to read from in one partition, and at most how much."""

    partition: Int32 = 0
    current_leader_epoch: Annotated[Int32, "9+"] = -1
    fetch_offset: Int64 = 0
    last_fetched_epoch: Annotated[Int32, "12+"] = -1
    log_start_offset: Annotated[Int64, "5+"] = -1
    partition_max_bytes: Int32 = 0
    replica_directory_id: Annotated[Uuid, "17+", Tag(0)] = ZERO_UUID
    high_watermark: Annotated[Int64, "18+", Tag(1)] = 2**63 - 1


class FetchTopic(Struct):
    """Partitions of one topic, in the order in which they are to be filled."""

    topic: Annotated[String, "0-12"] = ""
    topic_id: Annotated[Uuid, "13+"] = ZERO_UUID
    partitions: list[FetchPartition] = []


class ForgottenTopic(Struct):
    """Partitions to take out of the fetch session."""

    topic: Annotated[String, "7-12"] = ""
    topic_id: Annotated[Uuid, "13+"] = ZERO_UUID
    partitions: list[Int32] = []


class FetchRequest(Request, api_key=ApiKey.FETCH, versions="4-18", flexible="12+"):
    """`isolation_level`: 0 reads everything, 1 only what committed transactions wrote."""

    cluster_id: Annotated[String | None, "12+", Tag(0)] = None
    replica_id: Annotated[Int32, "0-14"] = -1
    replica_state: Annotated[ReplicaState, "15+", Tag(1)] = ReplicaState()
    max_wait_ms: Int32 = 0
    min_bytes: Int32 = 0
    max_bytes: Int32 = 2**31 - 1
    isolation_level: Int8 = 0
    session_id: Annotated[Int32, "7+"] = 0
    session_epoch: Annotated[Int32, "7+"] = -1
    topics: list[FetchTopic] = []
    forgotten_topics_data: Annotated[list[ForgottenTopic], "7+"] = []
    rack_id: Annotated[String, "11+"] = ""


class EpochEndOffset(Struct, frozen=True):
    """Up to where the two logs agree, when they have diverged."""

    epoch: Int32 = -1
    end_offset: Int64 = -1


class LeaderIdAndEpoch(Struct, frozen=True):
    """The leader to ask instead."""

    leader_id: Int32 = -1
    leader_epoch: Int32 = -1


class SnapshotId(Struct, frozen=True):
    """A snapshot to read instead of the log; used in the metadata quorum only."""

    end_offset: Int64 = -1
    epoch: Int32 = -1


class AbortedTransaction(Struct):
    """From `first_offset` on, records of `producer_id` are to be dropped until its abort marker."""

    producer_id: Int64 = 0
    first_offset: Int64 = 0


class PartitionData(Struct):
    """`last_stable_offset` is the offset below which every transaction is decided."""

    partition_index: Int32 = 0
    error_code: Int16 = 0
    high_watermark: Int64 = 0
    last_stable_offset: Int64 = -1
    log_start_offset: Annotated[Int64, "5+"] = -1
    diverging_epoch: Annotated[EpochEndOffset, "12+", Tag(0)] = EpochEndOffset()
    current_leader: Annotated[LeaderIdAndEpoch, "12+", Tag(1)] = LeaderIdAndEpoch()
    snapshot_id: Annotated[SnapshotId, "12+", Tag(2)] = SnapshotId()
    aborted_transactions: list[AbortedTransaction] | None = []
    preferred_read_replica: Annotated[Int32, "11+"] = -1
    records: UnreadRecords | None = None


class FetchableTopicResponse(Struct):
    topic: Annotated[String, "0-12"] = ""
    topic_id: Annotated[Uuid, "13+"] = ZERO_UUID
    partitions: list[PartitionData] = []


class NodeEndpoint(Struct):
    node_id: Int32 = 0
    host: String = ""
    port: Int32 = 0
    rack: String | None = None


class FetchResponse(Response, api_key=ApiKey.FETCH, versions="4-18", flexible="12+"):
    """Record batches, and what the client has to know to read on."""

    throttle_time_ms: Int32 = 0
    error_code: Annotated[Int16, "7+"] = 0
    session_id: Annotated[Int32, "7+"] = 0
    responses: list[FetchableTopicResponse] = []
    node_endpoints: Annotated[list[NodeEndpoint], "16+", Tag(0)] = []
