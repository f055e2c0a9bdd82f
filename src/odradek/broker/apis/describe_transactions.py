"""DescribeTransactions (key 65): who has a transactional id, and what is open under it.

Version 0. Partitions are listed while a transaction is open or being ended.
"""

from itertools import groupby

from odradek.broker.apis.api import Api
from odradek.broker.request import RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.describe_transactions import (
    DescribeTransactionsRequest,
    DescribeTransactionsResponse,
    TopicData,
    TransactionState,
)


def handle(
    broker: Broker, request: DescribeTransactionsRequest, context: RequestContext
) -> DescribeTransactionsResponse:
    """Describe each id for itself."""
    return DescribeTransactionsResponse(
        transaction_states=[_describe(broker, each) for each in request.transactional_ids]
    )


def _describe(broker: Broker, transactional_id: str) -> TransactionState:
    if not transactional_id:
        return TransactionState(error_code=ErrorCode.INVALID_REQUEST)
    found = broker.transactions.transactions.get(transactional_id)
    if found is None:
        return TransactionState(
            error_code=ErrorCode.TRANSACTIONAL_ID_NOT_FOUND, transactional_id=transactional_id
        )
    return TransactionState(
        transactional_id=transactional_id,
        transaction_state=found.state.value,
        transaction_timeout_ms=found.timeout_ms,
        transaction_start_time_ms=found.start_ms,
        producer_id=found.producer_id,
        producer_epoch=found.producer_epoch,
        topics=[
            TopicData(topic=topic, partitions=[index for _, index in partitions])
            for topic, partitions in groupby(sorted(found.partitions), lambda each: each[0])
        ],
    )


API = Api(ApiKey.DESCRIBE_TRANSACTIONS, DescribeTransactionsRequest, handle)
