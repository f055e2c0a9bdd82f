"""AddPartitionsToTxn (key 24): tell the coordinator which partitions a transaction will write to.

Clients send versions 0 to 3, one transaction at a time; 4 and 5 are for brokers, which add or
verify partitions of many transactions on behalf of their clients.

Versions:
  2   the broker may answer PRODUCER_FENCED
  3   flexible
  4   many transactions, and `verify_only` (KIP-890)
  5   the broker may answer TRANSACTION_ABORTABLE
"""

from typing import Annotated

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response, Struct
from odradek.protocol.wire_types import Boolean, Int16, Int32, Int64, String


class AddPartitionsToTxnTopic(Struct):
    name: String = ""
    partitions: list[Int32] = []


class AddPartitionsToTxnTransaction(Struct):
    """One transaction of a broker's request; `verify_only` asks and changes nothing."""

    transactional_id: Annotated[String, "4+"] = ""
    producer_id: Annotated[Int64, "4+"] = 0
    producer_epoch: Annotated[Int16, "4+"] = 0
    verify_only: Annotated[Boolean, "4+"] = False
    topics: Annotated[list[AddPartitionsToTxnTopic], "4+"] = []


class AddPartitionsToTxnRequest(
    Request, api_key=ApiKey.ADD_PARTITIONS_TO_TXN, versions="0-5", flexible="3+"
):
    """Producer and partitions of one transaction, or since version 4 of several."""

    transactions: Annotated[list[AddPartitionsToTxnTransaction], "4+"] = []
    v3_and_below_transactional_id: Annotated[String, "0-3"] = ""
    v3_and_below_producer_id: Annotated[Int64, "0-3"] = 0
    v3_and_below_producer_epoch: Annotated[Int16, "0-3"] = 0
    v3_and_below_topics: Annotated[list[AddPartitionsToTxnTopic], "0-3"] = []


class AddPartitionsToTxnPartitionResult(Struct):
    partition_index: Int32 = 0
    partition_error_code: Int16 = 0


class AddPartitionsToTxnTopicResult(Struct):
    name: String = ""
    results_by_partition: list[AddPartitionsToTxnPartitionResult] = []


class AddPartitionsToTxnResult(Struct):
    """What became of one transaction of a broker's request."""

    transactional_id: Annotated[String, "4+"] = ""
    topic_results: Annotated[list[AddPartitionsToTxnTopicResult], "4+"] = []


class AddPartitionsToTxnResponse(
    Response, api_key=ApiKey.ADD_PARTITIONS_TO_TXN, versions="0-5", flexible="3+"
):
    """An error for each partition; all are added, or none."""

    throttle_time_ms: Int32 = 0
    error_code: Annotated[Int16, "4+"] = 0
    results_by_transaction: Annotated[list[AddPartitionsToTxnResult], "4+"] = []
    results_by_topic_v3_and_below: Annotated[list[AddPartitionsToTxnTopicResult], "0-3"] = []
