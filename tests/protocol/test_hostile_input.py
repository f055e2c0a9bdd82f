"""Input that is cut short, or whose lengths lie: refused with DecodeError, and cheaply."""

import tracemalloc

import pytest

from odradek.protocol.declaration import Message
from odradek.protocol.errors import DecodeError
from odradek.protocol.messages.create_topics import CreateTopicsRequest
from odradek.protocol.messages.fetch import FetchRequest
from odradek.protocol.messages.heartbeat import HeartbeatRequest
from odradek.protocol.messages.produce import ProduceRequest
from tests.protocol.every_message import EVERY_VERSION, label
from tests.protocol.samples import sample

# A length or count of 2**31 - 1, a null, and as a compact one 2**32 - 1 and 2**28 - 1.
LIES = (b"\x7f\xff\xff\xff", b"\xff\xff\xff\xff", b"\xff\xff\xff\xff\x0f", b"\xff\xff\xff\x7f")

ALLOWED_BYTES = 64 * 1024


@pytest.mark.parametrize(("message", "version"), EVERY_VERSION, ids=label)
def test_a_message_cut_short_anywhere_is_refused(message: type[Message], version: int) -> None:
    encoded = sample(message, version).encode(version)
    for length in range(len(encoded)):
        with pytest.raises(DecodeError):
            message.decode(encoded[:length], version)


@pytest.mark.parametrize(("message", "version"), EVERY_VERSION, ids=label)
def test_bytes_behind_a_message_are_refused(message: type[Message], version: int) -> None:
    encoded = sample(message, version).encode(version)
    with pytest.raises(DecodeError, match="trailing"):
        message.decode(encoded + b"\0", version)


@pytest.mark.parametrize(("message", "version"), EVERY_VERSION, ids=label)
def test_a_lie_anywhere_is_refused_or_harmless(message: type[Message], version: int) -> None:
    encoded = sample(message, version).encode(version)
    for position in range(len(encoded)):
        for lie in LIES:
            decode_or_refuse(message, encoded[:position] + lie + encoded[position:], version)


@pytest.mark.parametrize("message", [ProduceRequest, FetchRequest, CreateTopicsRequest], ids=label)
def test_a_lie_makes_the_decoder_allocate_nothing(message: type[Message]) -> None:
    version = message.versions.highest
    encoded = sample(message, version).encode(version)
    decode_or_refuse(message, encoded, version)
    tracemalloc.start()
    try:
        for position in range(len(encoded)):
            for lie in LIES:
                decode_or_refuse(message, encoded[:position] + lie + encoded[position:], version)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < ALLOWED_BYTES


def test_a_string_that_is_not_utf_8_is_refused() -> None:
    encoded = HeartbeatRequest(group_id="group").encode(4).replace(b"group", b"gr\xffup")
    with pytest.raises(DecodeError, match="malformed string"):
        HeartbeatRequest.decode(encoded, 4)


def test_an_error_names_the_field_and_the_sizes() -> None:
    with pytest.raises(DecodeError, match=r"HeartbeatRequest\.group_id at byte 2 claims 9 bytes"):
        HeartbeatRequest.decode(b"\x00\x09group", 0)


def decode_or_refuse(message: type[Message], data: bytes, version: int) -> None:
    try:
        message.decode(data, version)
    except DecodeError:
        return
