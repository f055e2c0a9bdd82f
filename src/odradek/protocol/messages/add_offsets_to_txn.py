"""AddOffsetsToTxn (key 25): tell the coordinator that a transaction will commit a group's offsets.

It stands for the partition of `__consumer_offsets` that holds the group.

Versions:
  2   the broker may answer PRODUCER_FENCED
  3   flexible
  4   the broker may answer TRANSACTION_ABORTABLE (KIP-890)
"""

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response
from odradek.protocol.wire_types import Int16, Int32, Int64, String


class AddOffsetsToTxnRequest(
    Request, api_key=ApiKey.ADD_OFFSETS_TO_TXN, versions="0-4", flexible="3+"
):
    """Which producer, for which group."""

    transactional_id: String = ""
    producer_id: Int64 = 0
    producer_epoch: Int16 = 0
    group_id: String = ""


class AddOffsetsToTxnResponse(
    Response, api_key=ApiKey.ADD_OFFSETS_TO_TXN, versions="0-4", flexible="3+"
):
    """Whether the group was added."""

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
