"""WriteTxnMarkers (key 27): write the end of transactions into partitions.

Coordinators send it to the brokers that lead the partitions, and operators to abort a transaction
whose coordinator has forgotten it.

Versions:
  1   the oldest served; flexible
  2   `transaction_version`: markers of V2 carry a raised epoch (KIP-1228)
"""

from typing import Annotated

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response, Struct
from odradek.protocol.wire_types import Boolean, Int8, Int16, Int32, Int64, String


class WritableTxnMarkerTopic(Struct):
    name: String = ""
    partition_indexes: list[Int32] = []


class WritableTxnMarker(Struct):
    """`transaction_result` is True for a commit."""

    producer_id: Int64 = 0
    producer_epoch: Int16 = 0
    transaction_result: Boolean = False
    topics: list[WritableTxnMarkerTopic] = []
    coordinator_epoch: Int32 = 0
    transaction_version: Annotated[Int8, "2+"] = 0


class WriteTxnMarkersRequest(
    Request, api_key=ApiKey.WRITE_TXN_MARKERS, versions="1-2", flexible="1+"
):
    """One marker for each producer, with the partitions it goes to."""

    markers: list[WritableTxnMarker] = []


class WritableTxnMarkerPartitionResult(Struct):
    partition_index: Int32 = 0
    error_code: Int16 = 0


class WritableTxnMarkerTopicResult(Struct):
    name: String = ""
    partitions: list[WritableTxnMarkerPartitionResult] = []


class WritableTxnMarkerResult(Struct):
    producer_id: Int64 = 0
    topics: list[WritableTxnMarkerTopicResult] = []


class WriteTxnMarkersResponse(
    Response, api_key=ApiKey.WRITE_TXN_MARKERS, versions="1-2", flexible="1+"
):
    """What became of each marker."""

    markers: list[WritableTxnMarkerResult] = []
