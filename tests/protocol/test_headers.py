"""Headers of requests and responses."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kafka.protocol.api_header import RequestHeader as KafkaPythonHeader

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import DecodeError
from odradek.protocol.headers import (
    RequestHeader,
    decode_request_header,
    decode_response_header,
    encode_request_header,
    encode_response_header,
    has_flexible_header,
)

ANY_HEADER = st.builds(
    RequestHeader,
    api_key=st.sampled_from([key.value for key in ApiKey]),
    api_version=st.integers(0, 20),
    correlation_id=st.integers(-(2**31), 2**31 - 1),
    client_id=st.none() | st.text(max_size=20),
)


@settings(derandomize=True, database=None, max_examples=200)
@given(ANY_HEADER)
def test_request_headers_come_back_and_equal_those_of_kafka_python(header: RequestHeader) -> None:
    encoded = encode_request_header(header)
    assert decode_request_header(memoryview(encoded)) == (header, len(encoded))
    theirs = KafkaPythonHeader(
        request_api_key=header.api_key,
        request_api_version=header.api_version,
        correlation_id=header.correlation_id,
        client_id=header.client_id,
    )
    is_flexible = has_flexible_header(header.api_key, header.api_version)
    assert encoded == theirs.encode(flexible=is_flexible)


def test_unknown_tagged_fields_of_a_header_are_skipped() -> None:
    header = RequestHeader(ApiKey.PRODUCE, 9, 7, "client")
    with_tags = encode_request_header(header)[:-1] + b"\x02\x00\x01a\x85\x01\x03abc"
    assert decode_request_header(memoryview(with_tags + b"body")) == (header, len(with_tags))


def test_a_request_header_of_an_unknown_api_is_read() -> None:
    header = RequestHeader(9999, 3, 1, None)
    assert decode_request_header(memoryview(encode_request_header(header)))[0] == header


def test_a_request_header_cut_short_anywhere_is_refused() -> None:
    encoded = memoryview(encode_request_header(RequestHeader(ApiKey.FETCH, 12, 1, "client")))
    for length in range(len(encoded)):
        with pytest.raises(DecodeError):
            decode_request_header(encoded[:length])


@pytest.mark.parametrize(
    ("api_key", "api_version", "encoded"),
    [
        (ApiKey.PRODUCE, 8, b"\0\0\0\x07"),
        (ApiKey.PRODUCE, 9, b"\0\0\0\x07\0"),
        (ApiKey.OFFSET_DELETE, 0, b"\0\0\0\x07"),
    ],
)
def test_response_headers_end_with_tags_in_flexible_versions(
    api_key: ApiKey, api_version: int, encoded: bytes
) -> None:
    assert encode_response_header(api_key, api_version, 7) == encoded
    assert decode_response_header(memoryview(encoded), api_key, api_version) == (7, len(encoded))


def test_the_response_header_of_api_versions_never_has_tags() -> None:
    for version in (0, 3, 4, 99):
        assert encode_response_header(ApiKey.API_VERSIONS, version, 7) == b"\0\0\0\x07"


def test_a_response_header_cut_short_is_refused() -> None:
    with pytest.raises(DecodeError):
        decode_response_header(memoryview(b"\0\0\0\x07"), ApiKey.PRODUCE, 9)
