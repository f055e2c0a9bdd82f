"""Requests that make no sense: the same bytes come back, or the connection is closed alike."""

import struct
from typing import Any

from odradek.broker.apis import SERVED
from odradek.protocol.api_keys import FLEXIBLE_FROM, ApiKey
from odradek.protocol.messages.metadata import MetadataRequest, MetadataRequestTopic
from tests.parity.scenario import scenario, served_versions
from tests.parity.talk import CLOSED, Talk
from tests.wire import frame_body, framed

PRODUCE, LIST_OFFSETS, METADATA, API_VERSIONS = 0, 2, 3, 18
SOME_ID = bytes(range(16))


def request(api_key: int, version: int, body: bytes = b"", *, is_flexible: bool = False) -> bytes:
    header = struct.pack(">hhih", api_key, version, 7, 2) + b"me" + b"\0" * is_flexible
    return framed(header + body)


def metadata_of(version: int, **topic: Any) -> bytes:
    asked = MetadataRequestTopic(**topic)
    return framed(frame_body(MetadataRequest(topics=[asked]), version))


BAD_REQUESTS = {
    "ApiVersions of an unknown version": request(API_VERSIONS, 99, b"\3a\2b\0", is_flexible=True),
    "ApiVersions of a negative version": request(API_VERSIONS, -1),
    "ApiVersions cut short": request(API_VERSIONS, 3, b"\3a", is_flexible=True),
    "ApiVersions with a bad name": request(API_VERSIONS, 3, b"\2 \2b\0", is_flexible=True),
    "an API that nobody knows": request(999, 0),
    "an API with a negative key": request(-1, 0),
    "telemetry, which is not offered": request(71, 0),
    "Produce of an offered and removed version": request(PRODUCE, 2, bytes(10)),
    "Produce of a version to come": request(PRODUCE, 99),
    "Produce with acks 5": request(PRODUCE, 3, struct.pack(">hhii", -1, 5, 1_000, 0)),
    "Produce with a topic list beyond its end": request(
        PRODUCE, 3, struct.pack(">hhii", -1, 1, 1_000, 7)
    ),
    "ListOffsets of a removed version": request(LIST_OFFSETS, 0, struct.pack(">ii", -1, 0)),
    "Metadata with bytes after its end": request(METADATA, 1, struct.pack(">i", 0) + b"junk"),
    "Metadata cut short": request(METADATA, 1, b"\0\0"),
    "Metadata with a count of two billion": request(METADATA, 1, struct.pack(">i", 2**31 - 1)),
    "Metadata by id before that was possible": metadata_of(10, topic_id=SOME_ID, name=None),
    "Metadata by id and name": metadata_of(11, topic_id=SOME_ID, name="a"),
    "Metadata by nothing": metadata_of(11, name=None),
    "Metadata by an unknown id": metadata_of(12, topic_id=SOME_ID, name=None),
    "Metadata of an impossible name": metadata_of(9, name="a b"),
    "Metadata of an empty name": metadata_of(9, name=""),
    "a client id that is no text": framed(
        struct.pack(">hhih", METADATA, 1, 7, 2) + b"\xff\xfe" + struct.pack(">i", 0)
    ),
    "a client id beyond its frame": framed(struct.pack(">hhih", METADATA, 1, 7, 30_000)),
    "an empty frame": struct.pack(">i", 0),
    "a frame of negative size": struct.pack(">i", -1),
    "a frame above socket.request.max.bytes": struct.pack(">i", 104_857_601),
    "a frame shorter than a header": struct.pack(">i", 7) + bytes(7),
    "HTTP": b"GET / HTTP/1.1\r\nHost: kafka\r\n\r\n",
    "TLS": bytes.fromhex("16030100a5010000a10303") + bytes(160),
}


@scenario(ApiKey.METADATA, since=13)
def malformed_requests(talk: Talk) -> None:
    for name, frame in BAD_REQUESTS.items():
        talk.note(name, talk.send(frame))
    # All topics are many, and not the same on both brokers: each answer is compared with another.
    negative, null = (request(METADATA, 1, struct.pack(">i", count)) for count in (-5, -1))
    talk.note("any negative count means all topics", talk.send(negative) == talk.send(null))


@scenario(ApiKey.METADATA, since=13)
def versions_that_are_not_served(talk: Talk) -> None:
    for api in map(ApiKey, SERVED):
        versions = served_versions(api)
        for version in (-1, versions[0] - 1, versions[-1] + 1, 2**15 - 1):
            if api != ApiKey.API_VERSIONS:
                talk.note(f"{api.name} v{version}", talk.send(request(api, version)))


@scenario(ApiKey.METADATA, since=13)
def requests_without_a_body(talk: Talk) -> None:
    """Whether they are answered at all: some APIs have requests without fields."""
    for api in map(ApiKey, SERVED):
        for version in served_versions(api):
            is_flexible = version >= FLEXIBLE_FROM.get(api, version + 1)
            frame = request(api, version, is_flexible=is_flexible)
            talk.note(f"{api.name} v{version}", talk.send(frame) == CLOSED)
