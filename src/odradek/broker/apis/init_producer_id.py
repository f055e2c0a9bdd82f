"""InitProducerId (key 22): an id for a producer, by which its duplicates are recognised.

Versions 0 to 5; 2 is flexible, 3 lets a producer keep its id (KIP-360), 4 may be answered
PRODUCER_FENCED, where 3 is told INVALID_PRODUCER_EPOCH; 5 TRANSACTION_ABORTABLE. Ids are never
given out twice, not even across crashes.

With a transactional id the producer takes over from whoever had it; while an open transaction of
that one is aborted, CONCURRENT_TRANSACTIONS asks to come again.
"""

from odradek.broker.apis.api import Api
from odradek.broker.errors import MetadataWriteError
from odradek.broker.request import Encodable, PendingResponse, RequestContext
from odradek.broker.runtime import Broker
from odradek.broker.transactions.values import IdentityReply, InitRequest, ProducerIdentity
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.init_producer_id import (
    InitProducerIdRequest,
    InitProducerIdResponse,
)
from odradek.protocol.records.batch import NO_PRODUCER_EPOCH, NO_PRODUCER_ID

FENCED_SINCE_VERSION = 4


def handle(
    broker: Broker, request: InitProducerIdRequest, context: RequestContext
) -> Encodable | PendingResponse:
    """Give an id to an idempotent producer, or a transactional id to its next holder."""
    knows_id = request.producer_id != NO_PRODUCER_ID
    if knows_id != (request.producer_epoch != NO_PRODUCER_EPOCH):
        return _refuse(ErrorCode.INVALID_REQUEST)
    if request.transactional_id is None:
        return _allocate(broker)

    def respond(reply: IdentityReply) -> Encodable:
        error = reply.error
        if error is ErrorCode.PRODUCER_FENCED and context.api_version < FENCED_SINCE_VERSION:
            error = ErrorCode.INVALID_PRODUCER_EPOCH
        return InitProducerIdResponse(
            error_code=error, producer_id=reply.producer_id, producer_epoch=reply.producer_epoch
        )

    expected = None
    if knows_id:
        expected = ProducerIdentity(request.producer_id, request.producer_epoch)
    init = InitRequest(request.transactional_id, request.transaction_timeout_ms, expected)
    return broker.transactions.init(init, respond)


def _allocate(broker: Broker) -> InitProducerIdResponse:
    try:
        producer_id = broker.controller.allocate_producer_id()
    except MetadataWriteError:
        return _refuse(ErrorCode.KAFKA_STORAGE_ERROR)
    return InitProducerIdResponse(producer_id=producer_id, producer_epoch=0)


def _refuse(error: ErrorCode) -> InitProducerIdResponse:
    return InitProducerIdResponse(error_code=error, producer_id=-1, producer_epoch=-1)


API = Api(ApiKey.INIT_PRODUCER_ID, InitProducerIdRequest, handle)
