"""AddOffsetsToTxn (key 25): a transaction will commit offsets of a group.

Versions 0 to 4; 3 is flexible, 4 may be answered TRANSACTION_ABORTABLE. Up to version 1 a fenced
producer is told INVALID_PRODUCER_EPOCH. What is added is the partition that the group is stored in.
"""

from odradek.broker.apis.api import Api
from odradek.broker.request import Encodable, PendingResponse, RequestContext
from odradek.broker.runtime import Broker
from odradek.broker.transactions.values import AddReply, ProducerIdentity
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.add_offsets_to_txn import (
    AddOffsetsToTxnRequest,
    AddOffsetsToTxnResponse,
)

FENCED_SINCE_VERSION = 2


def handle(
    broker: Broker, request: AddOffsetsToTxnRequest, context: RequestContext
) -> Encodable | PendingResponse:
    """Add the group's partition, and answer when that is stored."""
    partition = broker.groups.partition_of(request.group_id)
    if partition is None:
        return AddOffsetsToTxnResponse(error_code=ErrorCode.COORDINATOR_NOT_AVAILABLE)

    def respond(reply: AddReply) -> Encodable:
        error = reply.error
        if error is ErrorCode.PRODUCER_FENCED and context.api_version < FENCED_SINCE_VERSION:
            error = ErrorCode.INVALID_PRODUCER_EPOCH
        return AddOffsetsToTxnResponse(error_code=error)

    waiting = broker.transactions.wait_for_add(respond)
    identity = ProducerIdentity(request.producer_id, request.producer_epoch)
    broker.transactions.add(request.transactional_id, identity, [partition], waiting)
    return waiting.outcome


API = Api(ApiKey.ADD_OFFSETS_TO_TXN, AddOffsetsToTxnRequest, handle)
