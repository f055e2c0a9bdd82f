"""ListTransactions (key 66): the transactional ids that a coordinator knows.

Versions:
  0   flexible from the start
  1   only transactions that have been open for longer than `duration_filter` ms (KIP-994)
  2   only ids that match a pattern (KIP-1152)
"""

from typing import Annotated

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response, Struct
from odradek.protocol.wire_types import Int16, Int32, Int64, String


class ListTransactionsRequest(
    Request, api_key=ApiKey.LIST_TRANSACTIONS, versions="0-2", flexible="0+"
):
    """Filters that are empty, negative or null let everything pass."""

    state_filters: list[String] = []
    producer_id_filters: list[Int64] = []
    duration_filter: Annotated[Int64, "1+"] = -1
    transactional_id_pattern: Annotated[String | None, "2+"] = None


class TransactionState(Struct):
    transactional_id: String = ""
    producer_id: Int64 = 0
    transaction_state: String = ""


class ListTransactionsResponse(
    Response, api_key=ApiKey.LIST_TRANSACTIONS, versions="0-2", flexible="0+"
):
    """`unknown_state_filters` are names of states that there are not."""

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    unknown_state_filters: list[String] = []
    transaction_states: list[TransactionState] = []
