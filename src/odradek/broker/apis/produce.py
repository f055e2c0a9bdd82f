"""Produce (key 0): append record batches.

Advertised from version 0, because older librdkafka stops compressing when it is not; versions 0 to
2 are refused. 3 brings record batch v2, 5 log_start_offset in answers, 8 record errors, 9 flexible
fields, 11 TRANSACTION_ABORTABLE, 12 adds partitions to transactions (V2), 13 topic ids.

acks=0 is never answered, and an error closes the connection, the only way to tell. acks=1 is
answered once the records are written to the operating system. acks=all is answered once they are on
stable storage, unless durability is `process`.

Differs from Kafka: the answer names topics as they stand in the request, one that is named twice
twice, and also those without partitions.

Differs from Kafka: records inside a batch are not parsed; header, size and checksum are verified.
"""

from collections.abc import Iterable, Iterator

from odradek.broker.apis.api import Api
from odradek.broker.coordinators.transactional_produce import TransactionalBatch, is_transactional
from odradek.broker.data_path.delayed_produce import DelayedProduce
from odradek.broker.data_path.partition import Partition
from odradek.broker.request import CloseConnection, PendingResponse, RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Buffer
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.produce import (
    PartitionProduceData,
    PartitionProduceResponse,
    ProduceRequest,
    ProduceResponse,
    TopicProduceData,
    TopicProduceResponse,
)
from odradek.protocol.records import HEADER_BYTES, Compression, parse_header
from odradek.protocol.records.batch import ATTRIBUTES_LOW_POSITION, COMPRESSION_MASK

TOPIC_IDS_SINCE_VERSION = 13
ZSTD_SINCE_VERSION = 7
ACKS_ALL = -1
ACKS_NONE = 0
ACKS_LEADER = 1
KNOWN_ACKS = (ACKS_ALL, ACKS_NONE, ACKS_LEADER)


def handle(
    broker: Broker, request: ProduceRequest, context: RequestContext
) -> ProduceResponse | PendingResponse | None:
    """Stage every batch; the connection writes them at the end of its turn."""
    appends = _Appends(broker, request, context.api_version)
    response = appends.stage()
    if request.acks == ACKS_NONE:
        _close_on_error(response)
        return None
    produce = appends.produce
    if produce is not None and produce.is_waiting:
        return produce.response
    return response


class _Appends:
    """The batches of one request, until each is staged, refused or put off.

    `produce` is there when an answer may have to wait.
    """

    def __init__(self, broker: Broker, request: ProduceRequest, version: int) -> None:
        self._broker = broker
        self._request = request
        self._version = version
        self._is_durable_only = broker.is_synced and request.acks == ACKS_ALL
        self._transactional: list[TransactionalBatch] = []
        self._response = ProduceResponse()
        self.produce: DelayedProduce | None = None
        if request.transactional_id is not None or self._is_durable_only:
            self.produce = DelayedProduce(broker.loop, self._response, request.timeout_ms)

    def stage(self) -> ProduceResponse:
        """Batches of transactions go together: their partitions are added at once."""
        for topic in self._request.topic_data:
            self._response.responses.append(self._stage_topic(topic))
        if self._transactional:
            self._broker.transactional_produce.append(self._transactional)
        return self._response

    def _stage_topic(self, topic: TopicProduceData) -> TopicProduceResponse:
        broker = self._broker
        name = topic.name or broker.image.names_by_id.get(topic.topic_id)
        answers = []
        for data in topic.partition_data:
            answer = PartitionProduceResponse(index=data.index, base_offset=-1)
            answers.append(answer)
            partition = None if name is None else broker.partitions.get(name, data.index)
            if partition is None:
                answer.error_code = _missing_error(name, self._version)
            else:
                self._stage_batch(partition, data, answer)
        return TopicProduceResponse(
            name=topic.name, topic_id=topic.topic_id, partition_responses=answers
        )

    def _stage_batch(
        self, partition: Partition, data: PartitionProduceData, answer: PartitionProduceResponse
    ) -> None:
        acks, records = self._request.acks, data.records
        if acks not in KNOWN_ACKS:
            answer.error_code = ErrorCode.INVALID_REQUIRED_ACKS
        elif acks == ACKS_ALL and partition.min_insync_replicas > 1:
            answer.error_code = ErrorCode.NOT_ENOUGH_REPLICAS
        elif records is None:
            answer.error_code = ErrorCode.INVALID_RECORD
        elif self._version < ZSTD_SINCE_VERSION and _is_zstd(records):
            answer.error_code = ErrorCode.UNSUPPORTED_COMPRESSION_TYPE
        elif partition.is_internal:
            # Only the coordinators know what may stand there.
            answer.error_code = ErrorCode.INVALID_TOPIC_EXCEPTION
        elif is_transactional(records):
            self._collect(partition, memoryview(records), answer)
        else:
            waiter = self.produce if self._is_durable_only else None
            self._broker.append(partition, memoryview(records), answer, waiter)

    def _collect(
        self, partition: Partition, records: memoryview, answer: PartitionProduceResponse
    ) -> None:
        transactional_id = self._request.transactional_id
        if transactional_id is None or self.produce is None:
            answer.error_code = ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED
            return
        self._transactional.append(
            TransactionalBatch(
                transactional_id=transactional_id,
                api_version=self._version,
                partition=partition,
                header=parse_header(records),
                records=records,
                answer=answer,
                produce=self.produce,
                is_durable_only=self._is_durable_only,
            )
        )


def _is_zstd(records: Buffer) -> bool:
    return (
        len(records) >= HEADER_BYTES
        and records[ATTRIBUTES_LOW_POSITION] & COMPRESSION_MASK == Compression.ZSTD
    )


def _missing_error(name: str | None, api_version: int) -> ErrorCode:
    if name is None and api_version >= TOPIC_IDS_SINCE_VERSION:
        return ErrorCode.UNKNOWN_TOPIC_ID
    return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION


def _close_on_error(response: ProduceResponse) -> None:
    for topic, answer in _answers(response.responses):
        if answer.error_code != ErrorCode.NONE:
            raise CloseConnection(
                f"acks=0 produce to {topic.name}-{answer.index} failed with "
                f"error {answer.error_code}"
            )


def _answers(
    topics: Iterable[TopicProduceResponse],
) -> Iterator[tuple[TopicProduceResponse, PartitionProduceResponse]]:
    for topic in topics:
        for answer in topic.partition_responses:
            yield topic, answer


API = Api(ApiKey.PRODUCE, ProduceRequest, handle, is_pipelined=True)
