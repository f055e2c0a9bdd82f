"""Every error code of a response is found, wherever it stands."""

from odradek.protocol.compiler import compile_error_finder
from odradek.protocol.messages.fetch import FetchableTopicResponse, FetchResponse, PartitionData
from odradek.protocol.messages.heartbeat import HeartbeatResponse
from odradek.protocol.messages.metadata import (
    MetadataResponse,
    MetadataResponsePartition,
    MetadataResponseTopic,
)


def test_code_of_the_response_itself_is_found() -> None:
    find = compile_error_finder(HeartbeatResponse)
    assert find(HeartbeatResponse(error_code=27)) == [27]
    assert find(HeartbeatResponse()) == []


def test_codes_two_arrays_deep_are_found_in_order() -> None:
    topic = FetchableTopicResponse(
        partitions=[PartitionData(error_code=1), PartitionData(), PartitionData(error_code=6)]
    )
    find = compile_error_finder(FetchResponse)
    assert find(FetchResponse(error_code=70, responses=[topic, topic])) == [70, 1, 6, 1, 6]


def test_codes_of_several_levels_are_found_together() -> None:
    partition = MetadataResponsePartition(error_code=5)
    topics = [
        MetadataResponseTopic(error_code=3),
        MetadataResponseTopic(partitions=[partition]),
    ]
    assert compile_error_finder(MetadataResponse)(MetadataResponse(topics=topics)) == [3, 5]
