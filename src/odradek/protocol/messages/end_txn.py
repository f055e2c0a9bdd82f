"""EndTxn (key 26): commit or abort the open transaction of a producer.

Answered when the decision is stored; the markers in the partitions follow.

Versions:
  2   the broker may answer PRODUCER_FENCED
  3   flexible
  4   the broker may answer TRANSACTION_ABORTABLE (KIP-890)
  5   transactions V2: every end raises the producer's epoch, and the answer tells it
"""

from typing import Annotated

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response
from odradek.protocol.wire_types import Boolean, Int16, Int32, Int64, String


class EndTxnRequest(Request, api_key=ApiKey.END_TXN, versions="0-5", flexible="3+"):
    """Which producer, and how its transaction ends."""

    transactional_id: String = ""
    producer_id: Int64 = 0
    producer_epoch: Int16 = 0
    committed: Boolean = False


class EndTxnResponse(Response, api_key=ApiKey.END_TXN, versions="0-5", flexible="3+"):
    """The producer id and epoch to go on with."""

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    producer_id: Annotated[Int64, "5+"] = -1
    producer_epoch: Annotated[Int16, "5+"] = -1
