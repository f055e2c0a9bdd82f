"""Valid request frames of every API that the broker serves: the fuzzer's raw material.

Nothing in them changes the broker for good: creations and alterations are only validated, deletions
name topics that are not there. A mutation may still turn one into the real thing; that is allowed.
"""

from collections.abc import Iterator

from odradek.broker.apis import SERVED
from odradek.protocol.declaration import Request
from odradek.protocol.messages.fetch import FetchPartition, FetchRequest, FetchTopic
from odradek.protocol.messages.list_offsets import (
    ListOffsetsPartition,
    ListOffsetsRequest,
    ListOffsetsTopic,
)
from odradek.protocol.messages.metadata import MetadataRequest, MetadataRequestTopic
from odradek.protocol.messages.produce import (
    PartitionProduceData,
    ProduceRequest,
    TopicProduceData,
)
from odradek.protocol.records import Compression, Record, encode_batch
from tests.protocol.samples import sample
from tests.wire import frame_body

NAMED_BY_ID_FROM = {"produce": 13, "fetch": 13}


def valid_frames(topic: str) -> list[bytes]:
    """Return frame bodies: every served API and version, and the data path on a real topic."""
    return [*_samples(), *_defaults(), *_on_topic(topic)]


def _samples() -> Iterator[bytes]:
    for api in SERVED.values():
        for version in _versions(api.request_type):
            yield frame_body(sample(api.request_type, version), version)


def _defaults() -> Iterator[bytes]:
    for api in SERVED.values():
        for version in _versions(api.request_type):
            yield frame_body(api.request_type(), version)


def _versions(request_type: type[Request]) -> range:
    return range(request_type.versions.lowest, request_type.versions.highest + 1)


def _on_topic(topic: str) -> Iterator[bytes]:
    partition = FetchPartition(partition=0, fetch_offset=0, partition_max_bytes=10_000)
    fetch = FetchRequest(max_bytes=50_000, topics=[FetchTopic(topic=topic, partitions=[partition])])
    latest = ListOffsetsPartition(partition_index=0, timestamp=-1)
    list_offsets = ListOffsetsRequest(
        replica_id=-1, topics=[ListOffsetsTopic(name=topic, partitions=[latest])]
    )
    for version in range(4, NAMED_BY_ID_FROM["fetch"]):
        yield frame_body(fetch, version)
    for version in _versions(ListOffsetsRequest):
        yield frame_body(list_offsets, version)
    for version in _versions(MetadataRequest):
        yield frame_body(MetadataRequest(topics=[MetadataRequestTopic(name=topic)]), version)
    for compression in Compression:
        for version in range(3, NAMED_BY_ID_FROM["produce"]):
            yield frame_body(produce_request(topic, compression), version)


def produce_request(topic: str, compression: Compression) -> ProduceRequest:
    """Five records for the topic's first partition."""
    records = [
        Record(offset=row, timestamp_ms=1_700_000_000_000 + row, key=b"key", value=b"value" * row)
        for row in range(5)
    ]
    data = PartitionProduceData(index=0, records=encode_batch(records, compression=compression))
    topics = [TopicProduceData(name=topic, partition_data=[data])]
    return ProduceRequest(acks=-1, timeout_ms=1_000, topic_data=topics)
