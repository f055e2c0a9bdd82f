"""ListTransactions (key 66): the transactional ids there are.

Versions 0 to 2; 1 can ask for transactions that have been open for long (KIP-994), 2 for ids that
match a pattern (KIP-1152).

Differs from Kafka: patterns are Python's regular expressions, not RE2's.
"""

import re

from odradek.broker.apis.api import Api
from odradek.broker.request import RequestContext
from odradek.broker.runtime import Broker
from odradek.broker.transactions.states import FENCING, TransactionState
from odradek.broker.transactions.values import ListFilters
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages import list_transactions
from odradek.protocol.messages.list_transactions import (
    ListTransactionsRequest,
    ListTransactionsResponse,
)

STATES = frozenset(state.value for state in TransactionState) | {FENCING}


def handle(
    broker: Broker, request: ListTransactionsRequest, context: RequestContext
) -> ListTransactionsResponse:
    """List what passes all filters; states that there are not are named."""
    try:
        pattern = re.compile(request.transactional_id_pattern or ".*", re.DOTALL)
    except re.error:
        return ListTransactionsResponse(error_code=ErrorCode.INVALID_REGULAR_EXPRESSION)
    wanted = dict.fromkeys(request.state_filters)
    filters = ListFilters(wanted, request.producer_id_filters, request.duration_filter)
    return ListTransactionsResponse(
        unknown_state_filters=[state for state in wanted if state not in STATES],
        transaction_states=[
            list_transactions.TransactionState(
                transactional_id=found.transactional_id,
                producer_id=found.producer_id,
                transaction_state=found.state.value,
            )
            for found in broker.transactions.select(filters)
            if pattern.fullmatch(found.transactional_id)
        ],
    )


API = Api(ApiKey.LIST_TRANSACTIONS, ListTransactionsRequest, handle)
