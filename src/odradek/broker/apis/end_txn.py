"""EndTxn (key 26): commit or abort a producer's open transaction.

Versions 0 to 5; 3 is flexible, 4 may be answered TRANSACTION_ABORTABLE, 5 is transactions V2: every
end raises the producer's epoch and the answer tells it. Up to version 1 a fenced producer is told
INVALID_PRODUCER_EPOCH.

Answered when the decision is stored: no crash can change it any more.
"""

from odradek.broker.apis.api import Api
from odradek.broker.request import Encodable, PendingResponse, RequestContext
from odradek.broker.runtime import Broker
from odradek.broker.transactions.values import EndRequest, IdentityReply, ProducerIdentity
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.end_txn import EndTxnRequest, EndTxnResponse

FENCED_SINCE_VERSION = 2
RAISES_EPOCH_SINCE_VERSION = 5


def handle(
    broker: Broker, request: EndTxnRequest, context: RequestContext
) -> Encodable | PendingResponse:
    """Decide, store, answer."""

    def respond(reply: IdentityReply) -> Encodable:
        error = reply.error
        if error is ErrorCode.PRODUCER_FENCED and context.api_version < FENCED_SINCE_VERSION:
            error = ErrorCode.INVALID_PRODUCER_EPOCH
        return EndTxnResponse(
            error_code=error, producer_id=reply.producer_id, producer_epoch=reply.producer_epoch
        )

    end = EndRequest(
        transactional_id=request.transactional_id,
        identity=ProducerIdentity(request.producer_id, request.producer_epoch),
        is_commit=request.committed,
        raises_epoch=context.api_version >= RAISES_EPOCH_SINCE_VERSION,
    )
    return broker.transactions.end(end, respond)


API = Api(ApiKey.END_TXN, EndTxnRequest, handle)
