"""Formats are found by our names and Java's; what is no wire format is refused with the reason."""

import pytest

from odradek.clients.serializers import BYTES, JSON, STRING, deserializer, serializer


def test_formats_are_found_by_name() -> None:
    assert serializer("json") is JSON
    assert deserializer("string") is STRING
    assert serializer("org.apache.kafka.common.serialization.ByteArraySerializer") is BYTES
    assert deserializer("org.apache.kafka.common.serialization.StringDeserializer") is STRING


def test_a_format_of_ones_own_is_taken_as_it_is() -> None:
    assert serializer(JSON) is JSON
    assert deserializer(JSON) is JSON


@pytest.mark.parametrize(
    ("name", "reason"), [("csv", "neither names nor types"), ("XML", "no type of its own")]
)
def test_csv_and_xml_are_refused_with_the_reason(name: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"{name} is no format for records: .*{reason}"):
        serializer(name)


def test_an_unknown_format_names_those_there_are() -> None:
    with pytest.raises(ValueError, match="there is no format protobuf; there are bytes, string"):
        deserializer("protobuf")
