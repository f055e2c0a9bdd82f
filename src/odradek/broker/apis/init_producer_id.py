"""InitProducerId (key 22): an id for a producer, by which its duplicates are recognised.

Versions 0 to 5; 2 is flexible, 3 lets a producer keep its id (KIP-360). Ids are never given out
twice, not even across crashes.

Differs from Kafka: transactional ids are refused until transactions are served.
"""

from odradek.broker.apis.api import Api
from odradek.broker.errors import MetadataWriteError
from odradek.broker.request import RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.init_producer_id import (
    InitProducerIdRequest,
    InitProducerIdResponse,
)
from odradek.protocol.records.batch import NO_PRODUCER_EPOCH, NO_PRODUCER_ID


def handle(
    broker: Broker, request: InitProducerIdRequest, context: RequestContext
) -> InitProducerIdResponse:
    """Give a fresh id, with epoch 0, to an idempotent producer."""
    is_half_known = (request.producer_id == NO_PRODUCER_ID) != (
        request.producer_epoch == NO_PRODUCER_EPOCH
    )
    if request.transactional_id is not None or is_half_known:
        return InitProducerIdResponse(
            error_code=ErrorCode.INVALID_REQUEST, producer_id=-1, producer_epoch=-1
        )
    try:
        producer_id = broker.controller.allocate_producer_id()
    except MetadataWriteError:
        return InitProducerIdResponse(
            error_code=ErrorCode.KAFKA_STORAGE_ERROR, producer_id=-1, producer_epoch=-1
        )
    return InitProducerIdResponse(producer_id=producer_id, producer_epoch=0)


API = Api(ApiKey.INIT_PRODUCER_ID, InitProducerIdRequest, handle)
