"""InitProducerId (key 22): give a producer its id and epoch.

With a transactional id the same producer id comes back with a higher epoch, which fences every
earlier instance and aborts what it left open.

Versions:
  2   flexible
  3   a producer whose epoch was superseded may try to continue with a bumped one (KIP-360)
  4   the broker may answer PRODUCER_FENCED
  5   the broker may answer TRANSACTION_ABORTABLE (KIP-890)
  6   two-phase commit (KIP-939); not advertised by Apache Kafka 4.3.1
"""

from typing import Annotated

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response
from odradek.protocol.wire_types import Boolean, Int16, Int32, Int64, String


class InitProducerIdRequest(
    Request, api_key=ApiKey.INIT_PRODUCER_ID, versions="0-6", flexible="2+"
):
    """`producer_id` and `producer_epoch` are -1 unless the producer continues."""

    transactional_id: String | None = ""
    transaction_timeout_ms: Int32 = 0
    producer_id: Annotated[Int64, "3+"] = -1
    producer_epoch: Annotated[Int16, "3+"] = -1
    enable_2pc: Annotated[Boolean, "6+"] = False
    keep_prepared_txn: Annotated[Boolean, "6+"] = False


class InitProducerIdResponse(
    Response, api_key=ApiKey.INIT_PRODUCER_ID, versions="0-6", flexible="2+"
):
    """The id and epoch that every batch of the producer has to carry."""

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    producer_id: Int64 = -1
    producer_epoch: Int16 = 0
    ongoing_txn_producer_id: Annotated[Int64, "6+"] = -1
    ongoing_txn_producer_epoch: Annotated[Int16, "6+"] = -1
