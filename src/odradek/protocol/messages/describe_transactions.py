"""DescribeTransactions (key 65): producers with transactional ids, and what they have open.

Versions:
  0   flexible from the start
"""

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response, Struct
from odradek.protocol.wire_types import Int16, Int32, Int64, String


class DescribeTransactionsRequest(
    Request, api_key=ApiKey.DESCRIBE_TRANSACTIONS, versions="0", flexible="0+"
):
    """Which ids; none asks for none."""

    transactional_ids: list[String] = []


class TopicData(Struct):
    topic: String = ""
    partitions: list[Int32] = []


class TransactionState(Struct):
    """`topics` are the partitions of the open transaction that have no marker yet."""

    error_code: Int16 = 0
    transactional_id: String = ""
    transaction_state: String = ""
    transaction_timeout_ms: Int32 = 0
    transaction_start_time_ms: Int64 = 0
    producer_id: Int64 = 0
    producer_epoch: Int16 = 0
    topics: list[TopicData] = []


class DescribeTransactionsResponse(
    Response, api_key=ApiKey.DESCRIBE_TRANSACTIONS, versions="0", flexible="0+"
):
    """One state for each id."""

    throttle_time_ms: Int32 = 0
    transaction_states: list[TransactionState] = []
