"""WriteTxnMarkers (key 27): end transactions in partitions, whatever their coordinator thinks.

Versions 1 and 2; 2 adds the transaction version: a marker of V2 must have an epoch above that of
the records it ends. An operator's way to end a transaction that hangs (KIP-664).
"""

import asyncio
from collections.abc import Iterable, Mapping
from functools import partial
from itertools import groupby

from odradek.broker.apis.api import Api
from odradek.broker.coordinators.transaction_markers import Outcomes, TransactionEnd
from odradek.broker.request import PendingResponse, RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.write_txn_markers import (
    WritableTxnMarker,
    WritableTxnMarkerPartitionResult,
    WritableTxnMarkerResult,
    WritableTxnMarkerTopicResult,
    WriteTxnMarkersRequest,
    WriteTxnMarkersResponse,
)
from odradek.protocol.records.control_record import EndMarker

STRICT_SINCE_TRANSACTION_VERSION = 2


def handle(
    broker: Broker, request: WriteTxnMarkersRequest, context: RequestContext
) -> WriteTxnMarkersResponse | PendingResponse:
    """Write every marker; answer when all are durable or refused."""
    marking = _Marking(broker.loop, len(request.markers))
    for marker in request.markers:
        partitions = [
            (topic.name, index) for topic in marker.topics for index in topic.partition_indexes
        ]
        if marker.producer_epoch < 0:
            refused = dict.fromkeys(partitions, ErrorCode.UNKNOWN_SERVER_ERROR)
            marking.note(marker.producer_id, refused)
            continue
        on_done = partial(marking.note, marker.producer_id)
        broker.markers.write(_end(marker), partitions, on_done)
    return marking.response


def _end(marker: WritableTxnMarker) -> TransactionEnd:
    return TransactionEnd(
        marker.producer_id,
        marker.producer_epoch,
        EndMarker(marker.transaction_result, marker.coordinator_epoch),
        is_strict=marker.transaction_version >= STRICT_SINCE_TRANSACTION_VERSION,
    )


class _Marking:
    """A response that is complete when every producer's markers have their outcomes."""

    def __init__(self, loop: asyncio.AbstractEventLoop, count: int) -> None:
        self._missing = count
        self._results: dict[int, dict[tuple[str, int], ErrorCode]] = {}
        self.response: PendingResponse = loop.create_future()
        self._respond_if_complete()

    def note(self, producer_id: int, outcomes: Outcomes) -> None:
        self._results.setdefault(producer_id, {}).update(outcomes)
        self._missing -= 1
        self._respond_if_complete()

    def _respond_if_complete(self) -> None:
        if self._missing or self.response.done():
            return
        results = [
            WritableTxnMarkerResult(producer_id=producer_id, topics=list(_by_topic(outcomes)))
            for producer_id, outcomes in self._results.items()
        ]
        self.response.set_result(WriteTxnMarkersResponse(markers=results))


def _by_topic(
    outcomes: Mapping[tuple[str, int], ErrorCode],
) -> Iterable[WritableTxnMarkerTopicResult]:
    for name, partitions in groupby(sorted(outcomes.items()), lambda each: each[0][0]):
        yield WritableTxnMarkerTopicResult(
            name=name,
            partitions=[
                WritableTxnMarkerPartitionResult(partition_index=index, error_code=error)
                for (_, index), error in partitions
            ],
        )


API = Api(ApiKey.WRITE_TXN_MARKERS, WriteTxnMarkersRequest, handle)
