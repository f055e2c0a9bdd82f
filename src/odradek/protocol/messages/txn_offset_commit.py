"""TxnOffsetCommit (key 28): commit a group's offsets as part of a transaction.

Sent to the group's coordinator. The offsets become visible when the transaction is committed.

Versions:
  2   the leader epoch of the committed position is stored with it
  3   flexible; the member and generation that consumed are checked (KIP-447)
  4   the broker may answer TRANSACTION_ABORTABLE (KIP-890)
  5   transactions V2: the group need not be added to the transaction first
"""

from typing import Annotated

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response, Struct
from odradek.protocol.wire_types import Int16, Int32, Int64, String


class TxnOffsetCommitRequestPartition(Struct):
    """`committed_offset` is the next offset to read; metadata is any text of the client."""

    partition_index: Int32 = 0
    committed_offset: Int64 = 0
    committed_leader_epoch: Annotated[Int32, "2+"] = -1
    committed_metadata: String | None = ""


class TxnOffsetCommitRequestTopic(Struct):
    name: String = ""
    partitions: list[TxnOffsetCommitRequestPartition] = []


class TxnOffsetCommitRequest(
    Request, api_key=ApiKey.TXN_OFFSET_COMMIT, versions="0-5", flexible="3+"
):
    """Generation -1 and no member: the producer does not say who consumed."""

    transactional_id: String = ""
    group_id: String = ""
    producer_id: Int64 = 0
    producer_epoch: Int16 = 0
    generation_id: Annotated[Int32, "3+"] = -1
    member_id: Annotated[String, "3+"] = ""
    group_instance_id: Annotated[String | None, "3+"] = None
    topics: list[TxnOffsetCommitRequestTopic] = []


class TxnOffsetCommitResponsePartition(Struct):
    partition_index: Int32 = 0
    error_code: Int16 = 0


class TxnOffsetCommitResponseTopic(Struct):
    name: String = ""
    partitions: list[TxnOffsetCommitResponsePartition] = []


class TxnOffsetCommitResponse(
    Response, api_key=ApiKey.TXN_OFFSET_COMMIT, versions="0-5", flexible="3+"
):
    """What became of the commit of each partition."""

    throttle_time_ms: Int32 = 0
    topics: list[TxnOffsetCommitResponseTopic] = []
