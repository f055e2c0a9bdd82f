"""A transactional producer one request at a time, against any broker that can be asked.

What real clients hide is the point here: every version, every stale epoch, every wrong order.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any

from odradek.protocol.declaration import Request, Response
from odradek.protocol.messages import (
    add_offsets_to_txn,
    add_partitions_to_txn,
    describe_transactions,
    end_txn,
    fetch,
    init_producer_id,
    list_offsets,
    list_transactions,
    offset_fetch,
    produce,
    txn_offset_commit,
    write_txn_markers,
)
from odradek.protocol.records import Record, decode_records, encode_batch, iterate_batches
from odradek.protocol.wire_types import ZERO_UUID

Ask = Callable[[Request, type[Response], int], Any]

V1_PRODUCE, V2_PRODUCE = 11, 12
V1_END, V2_END = 4, 5
V1_COMMIT_OFFSETS, V2_COMMIT_OFFSETS = 4, 5
TIMEOUT_MS = 900_000
"""The most that there is: a transaction must not end because a machine is busy."""


class Producer:
    """One transactional id; its id, epoch and sequences are what the next request says."""

    def __init__(self, ask: Ask, transactional_id: str, *, timestamp_ms: int | None = None) -> None:
        self._ask = ask
        self._timestamp_ms = timestamp_ms
        self.transactional_id = transactional_id
        self.producer_id = -1
        self.epoch = -1
        self.sequences: dict[tuple[str, int], int] = {}

    def init(
        self,
        *,
        version: int = 5,
        timeout_ms: int = TIMEOUT_MS,
        continues: bool = False,
    ) -> int:
        """InitProducerId; the error code, and on success the new identity is taken over."""
        answer = self._ask(
            init_producer_id.InitProducerIdRequest(
                transactional_id=self.transactional_id,
                transaction_timeout_ms=timeout_ms,
                producer_id=self.producer_id if continues else -1,
                producer_epoch=self.epoch if continues else -1,
            ),
            init_producer_id.InitProducerIdResponse,
            version,
        )
        if answer.error_code == 0:
            self._become(answer.producer_id, answer.producer_epoch)
        return int(answer.error_code)

    def add(self, topic: str, *partitions: int, version: int = 3) -> list[int]:
        """AddPartitionsToTxn; the error codes of the partitions."""
        answer = self._ask(
            add_partitions_to_txn.AddPartitionsToTxnRequest(
                v3_and_below_transactional_id=self.transactional_id,
                v3_and_below_producer_id=self.producer_id,
                v3_and_below_producer_epoch=self.epoch,
                v3_and_below_topics=[
                    add_partitions_to_txn.AddPartitionsToTxnTopic(
                        name=topic, partitions=list(partitions or (0,))
                    )
                ],
            ),
            add_partitions_to_txn.AddPartitionsToTxnResponse,
            version,
        )
        return [
            result.partition_error_code
            for each in answer.results_by_topic_v3_and_below
            for result in each.results_by_partition
        ]

    def add_group(self, group_id: str, *, version: int = 3) -> int:
        """AddOffsetsToTxn."""
        answer = self._ask(
            add_offsets_to_txn.AddOffsetsToTxnRequest(
                transactional_id=self.transactional_id,
                producer_id=self.producer_id,
                producer_epoch=self.epoch,
                group_id=group_id,
            ),
            add_offsets_to_txn.AddOffsetsToTxnResponse,
            version,
        )
        return int(answer.error_code)

    def send(
        self,
        topic: str,
        *values: bytes,
        partition: int = 0,
        version: int = V2_PRODUCE,
        is_transactional: bool = True,
        names_id: bool = True,
        sequence: int | None = None,
        acks: int = -1,
        topic_id: bytes = ZERO_UUID,
    ) -> Any:
        """Produce one batch; the answer of the partition. Since version 13 `topic_id` counts."""
        key = topic, partition
        base_sequence = self.sequences.get(key, 0) if sequence is None else sequence
        batch = self._batch(values, base_sequence, is_transactional=is_transactional)
        data = produce.PartitionProduceData(index=partition, records=batch)
        request = self.produce_request(topic, [data], topic_id)
        request.acks = acks
        if not names_id:
            request.transactional_id = None
        response = self._ask(request, produce.ProduceResponse, version)
        answer = response.responses[0].partition_responses[0]
        if answer.error_code == 0:
            self.sequences[key] = base_sequence + len(values)
        return answer

    def send_each(
        self,
        topic: str,
        value: bytes,
        *partitions: int,
        version: int = V2_PRODUCE,
        topic_id: bytes = ZERO_UUID,
    ) -> list[int]:
        """One Produce with a batch for each partition; their error codes."""
        data = []
        for partition in partitions:
            sequence = self.sequences.get((topic, partition), 0)
            records = self._batch([value], sequence, is_transactional=True)
            data.append(produce.PartitionProduceData(index=partition, records=records))
            self.sequences[topic, partition] = sequence + 1
        request = self.produce_request(topic, data, topic_id)
        answers = self._ask(request, produce.ProduceResponse, version).responses[0]
        return [answer.error_code for answer in answers.partition_responses]

    def produce_request(
        self, topic: str, data: list[produce.PartitionProduceData], topic_id: bytes = ZERO_UUID
    ) -> produce.ProduceRequest:
        """A Produce in this producer's transaction."""
        return produce.ProduceRequest(
            transactional_id=self.transactional_id,
            acks=-1,
            timeout_ms=10_000,
            topic_data=[
                produce.TopicProduceData(name=topic, topic_id=topic_id, partition_data=data)
            ],
        )

    def _batch(
        self, values: Sequence[bytes], base_sequence: int, *, is_transactional: bool
    ) -> bytes:
        # As old as the marker that will follow: a segment ends where timestamps jump.
        now_ms = self._timestamp_ms or time.time_ns() // 1_000_000
        return bytes(
            encode_batch(
                [Record(0, now_ms, None, value) for value in values],
                producer_id=self.producer_id,
                producer_epoch=self.epoch,
                base_sequence=base_sequence,
                is_transactional=is_transactional,
            )
        )

    def commit_offset(
        self,
        group_id: str,
        offset: int,
        *,
        topic: str,
        partition: int = 0,
        version: int = V2_COMMIT_OFFSETS,
        **member: Any,
    ) -> int:
        """TxnOffsetCommit of one partition."""
        answer = self._ask(
            txn_offset_commit.TxnOffsetCommitRequest(
                transactional_id=self.transactional_id,
                group_id=group_id,
                producer_id=self.producer_id,
                producer_epoch=self.epoch,
                topics=[
                    txn_offset_commit.TxnOffsetCommitRequestTopic(
                        name=topic,
                        partitions=[
                            txn_offset_commit.TxnOffsetCommitRequestPartition(
                                partition_index=partition,
                                committed_offset=offset,
                                committed_metadata="m",
                            )
                        ],
                    )
                ],
                **member,
            ),
            txn_offset_commit.TxnOffsetCommitResponse,
            version,
        )
        return int(answer.topics[0].partitions[0].error_code)

    def end(self, *, committed: bool, version: int = V2_END) -> int:
        """EndTxn; under V2 the new identity is taken over."""
        answer = self._ask(
            end_txn.EndTxnRequest(
                transactional_id=self.transactional_id,
                producer_id=self.producer_id,
                producer_epoch=self.epoch,
                committed=committed,
            ),
            end_txn.EndTxnResponse,
            version,
        )
        if answer.error_code == 0 and version >= V2_END:
            self._become(answer.producer_id, answer.producer_epoch)
        return int(answer.error_code)

    def _become(self, producer_id: int, epoch: int) -> None:
        if (producer_id, epoch) != (self.producer_id, self.epoch):
            self.sequences.clear()
        self.producer_id, self.epoch = producer_id, epoch


def fetched(ask: Ask, topic: str, offset: int = 0, *, partition: int = 0, level: int = 1) -> Any:
    """Fetch one partition at once; level 1 reads committed data alone."""
    asked = fetch.FetchPartition(
        partition=partition, fetch_offset=offset, partition_max_bytes=1 << 20
    )
    request = fetch.FetchRequest(
        max_wait_ms=0,
        min_bytes=0,
        max_bytes=1 << 20,
        isolation_level=level,
        topics=[fetch.FetchTopic(topic=topic, partitions=[asked])],
    )
    return ask(request, fetch.FetchResponse, 12).responses[0].partitions[0]


def visible(ask: Ask, topic: str, *, partition: int = 0) -> list[bytes | None]:
    """What a reader of committed data gets, who drops what was aborted as every client does."""
    values: list[bytes | None] = []
    offset = 0
    while True:
        answer = fetched(ask, topic, offset, partition=partition)
        assert answer.error_code == 0
        if not answer.records:
            assert offset == answer.last_stable_offset
            return values
        upcoming = sorted(
            (each.first_offset, each.producer_id) for each in answer.aborted_transactions
        )
        aborted: set[int] = set()
        for header, batch in iterate_batches(answer.records):
            aborted.update(pid for first, pid in upcoming if first <= header.last_offset)
            upcoming = [each for each in upcoming if each[0] > header.last_offset]
            if header.is_control:
                aborted.discard(header.producer_id)
            elif header.producer_id not in aborted or not header.is_transactional:
                values += [record.value for record in decode_records(batch)]
            offset = header.next_offset


def latest(ask: Ask, topic: str, *, partition: int = 0, level: int = 1) -> int:
    """ListOffsets of the end."""
    asked = list_offsets.ListOffsetsPartition(partition_index=partition, timestamp=-1)
    request = list_offsets.ListOffsetsRequest(
        replica_id=-1,
        isolation_level=level,
        topics=[list_offsets.ListOffsetsTopic(name=topic, partitions=[asked])],
    )
    return int(ask(request, list_offsets.ListOffsetsResponse, 7).topics[0].partitions[0].offset)


def committed(
    ask: Ask, group_id: str, topic: str, *, partition: int = 0, require_stable: bool = True
) -> tuple[int, int]:
    """OffsetFetch of one partition: error and offset."""
    asked = offset_fetch.OffsetFetchRequestGroup(
        group_id=group_id,
        topics=[offset_fetch.OffsetFetchRequestTopics(name=topic, partition_indexes=[partition])],
    )
    request = offset_fetch.OffsetFetchRequest(groups=[asked], require_stable=require_stable)
    answer = ask(request, offset_fetch.OffsetFetchResponse, 8).groups[0].topics[0].partitions[0]
    return int(answer.error_code), int(answer.committed_offset)


def described(ask: Ask, transactional_id: str) -> Any:
    """DescribeTransactions of one id."""
    request = describe_transactions.DescribeTransactionsRequest(
        transactional_ids=[transactional_id]
    )
    answer = ask(request, describe_transactions.DescribeTransactionsResponse, 0)
    return answer.transaction_states[0]


def listed(ask: Ask, *, version: int = 2, **filters: Any) -> Any:
    """ListTransactions."""
    request = list_transactions.ListTransactionsRequest(**filters)
    return ask(request, list_transactions.ListTransactionsResponse, version)


def mark(
    ask: Ask,
    topic: str,
    producer_id: int,
    epoch: int,
    *,
    is_commit: bool = False,
    partitions: Sequence[int] = (0,),
    coordinator_epoch: int = 0,
    version: int = 1,
    transaction_version: int = 0,
) -> list[int]:
    """WriteTxnMarkers of one producer; the error codes of the partitions."""
    marker = write_txn_markers.WritableTxnMarker(
        producer_id=producer_id,
        producer_epoch=epoch,
        transaction_result=is_commit,
        topics=[
            write_txn_markers.WritableTxnMarkerTopic(name=topic, partition_indexes=list(partitions))
        ],
        coordinator_epoch=coordinator_epoch,
        transaction_version=transaction_version,
    )
    request = write_txn_markers.WriteTxnMarkersRequest(markers=[marker])
    answer = ask(request, write_txn_markers.WriteTxnMarkersResponse, version)
    return [
        partition.error_code
        for result in answer.markers
        for each in result.topics
        for partition in each.partitions
    ]
