"""What compiled codecs read and write, byte by byte."""

import pytest

from odradek.protocol.declaration import Message
from odradek.protocol.errors import DecodeError, EncodeError, UnsupportedVersion
from tests.protocol.compiler.declared import (
    Arrays,
    Empty,
    Growing,
    Numbers,
    Point,
    Shapes,
    Tagged,
    Texts,
    Untagged,
)

ID = bytes(range(16))


def check(message: Message, version: int, encoded: bytes) -> None:
    assert message.encode(version) == encoded
    assert type(message).decode(encoded, version) == message


def test_numbers_are_big_endian_and_flexible_structs_end_with_their_tags() -> None:
    numbers = Numbers(flag=True, tiny=-1, small=2, port=65535, middle=-2, large=3, real=0.5, id=ID)
    encoded = (
        b"\x01\xff\x00\x02\xff\xff\xff\xff\xff\xfe"
        b"\x00\x00\x00\x00\x00\x00\x00\x03\x3f\xe0\x00\x00\x00\x00\x00\x00" + ID
    )
    check(numbers, 0, encoded)
    check(numbers, 1, encoded + b"\x00")


def test_classic_lengths_are_16_bits_for_strings_and_32_for_bytes() -> None:
    check(Texts(name="ab", data=b"xyz"), 0, b"\x00\x02ab\xff\xff\x00\x00\x00\x03xyz")


def test_compact_lengths_are_one_more_and_zero_is_null() -> None:
    check(Texts(name="ab", data=b"xyz"), 1, b"\x03ab\x00\x04xyz\x00")
    check(Texts(rack="r"), 1, b"\x01\x02r\x01\x00")


def test_compact_lengths_from_127_on_take_two_bytes() -> None:
    check(Texts(name="x" * 126), 1, b"\x7f" + b"x" * 126 + b"\x00\x01\x00")
    check(Texts(name="x" * 127), 1, b"\x80\x01" + b"x" * 127 + b"\x00\x01\x00")


def test_strings_are_measured_in_bytes() -> None:
    check(Texts(name="ü"), 1, b"\x03\xc3\xbc\x00\x01\x00")


def test_arrays_are_counted_and_null_where_they_may_be() -> None:
    arrays = Arrays(numbers=[1, -1], names=["a", ""], ids=[ID])
    check(
        arrays,
        0,
        b"\x00\x00\x00\x02\x00\x00\x00\x01\xff\xff\xff\xff"
        b"\x00\x00\x00\x02\x00\x01a\x00\x00\x00\x00\x00\x01" + ID + b"\xff\xff\xff\xff",
    )
    check(
        arrays,
        1,
        b"\x03\x00\x00\x00\x01\xff\xff\xff\xff\x03\x02a\x01\x02" + ID + b"\x00\x00",
    )
    check(Arrays(maybe=[]), 1, b"\x01\x01\x01\x01\x00")


def test_long_arrays_of_numbers_are_read_and_written_whole() -> None:
    numbers = list(range(1000))
    encoded = Arrays(numbers=numbers).encode(1)
    assert len(encoded) == 2 + 4000 + 4
    assert Arrays.decode(encoded, 1).numbers == numbers


def test_structs_stand_in_line_and_nullable_ones_behind_a_marker() -> None:
    shapes = Shapes(origin=Point(1, 2), corners=[Point(3, 4)])
    check(shapes, 0, b"\x00\x01\x00\x02\xff\x00\x00\x00\x01\x00\x03\x00\x04")
    check(shapes, 1, b"\x00\x01\x00\x02\x00\xff\x02\x00\x03\x00\x04\x00\x00")
    check(Shapes(cursor=Point(5, 6)), 0, b"\0\0\0\0\x01\x00\x05\x00\x06\0\0\0\0")


def test_fields_outside_their_versions_are_left_out_and_read_as_their_defaults() -> None:
    message = Growing(old=1, kept=2, new=3, name="n", list_of_new=[4])
    assert message.encode(0) == b"\x01\x02\x00\x01n"
    assert Growing.decode(b"\x01\x02\x00\x01n", 0) == Growing(old=1, kept=2, name="n")
    assert message.encode(3) == b"\x02\x03\x00\x01n\x00\x00\x00\x01\x04"
    assert Growing.decode(message.encode(3), 3) == Growing(kept=2, new=3, name="n", list_of_new=[4])


def test_lists_that_a_version_lacks_are_not_shared_between_messages() -> None:
    first, second = (Growing.decode(b"\x01\x02\x00\x00", 0) for _ in range(2))
    first.list_of_new.append(1)
    assert second.list_of_new == []


def test_null_is_refused_in_versions_that_do_not_allow_it() -> None:
    assert Growing.decode(b"\x01\x02\xff\xff", 1).name is None
    with pytest.raises(DecodeError, match=r"Growing\.name at byte 4 is null"):
        Growing.decode(b"\x01\x02\xff\xff", 0)
    with pytest.raises(EncodeError, match="Growing v0"):
        Growing(name=None).encode(0)


def test_tagged_fields_are_written_in_tag_order_unless_they_are_default() -> None:
    check(Tagged(kept=9), 1, b"\x09\x00")
    check(
        Tagged(kept=9, later=1, name="n", point=Point(1, 2), many=[3]),
        1,
        b"\x09\x04"
        b"\x00\x02\x02n"
        b"\x01\x05\x00\x01\x00\x02\x00"
        b"\x02\x03\x02\x00\x03"
        b"\x05\x04\x00\x00\x00\x01",
    )


def test_unknown_tagged_fields_are_skipped() -> None:
    encoded = Tagged(kept=9, name="n", point=Point(1, 2), later=4).encode(1)
    assert Untagged.decode(encoded, 0) == Untagged(kept=9)
    assert Tagged.decode(encoded, 0) == Tagged(kept=9, name="n", point=Point(1, 2))
    long_tag = b"\x09\x02\x00\x02\x02n\xe8\x07\x80\x01" + bytes(128)
    assert Tagged.decode(long_tag, 1) == Tagged(kept=9, name="n")
    assert Untagged.decode(long_tag, 0) == Untagged(kept=9)


def test_a_tagged_field_must_fill_the_size_it_claims() -> None:
    with pytest.raises(DecodeError, match=r"Tagged\.name ends at byte 6, its size says 7"):
        Tagged.decode(b"\x09\x01\x00\x03\x02nn", 1)


def test_a_message_without_fields_is_empty_or_an_empty_tag_buffer() -> None:
    check(Empty(), 0, b"")
    check(Empty(), 1, b"\x00")


@pytest.mark.parametrize(
    "message",
    [
        Numbers(tiny=128),
        Numbers(middle=2**31),
        Numbers(id=b"short"),
        Texts(name="x" * 32768),
        Texts(name=None),  # type: ignore[arg-type]
        Texts(name=b"bytes"),  # type: ignore[arg-type]
        Arrays(numbers=None),  # type: ignore[arg-type]
        Arrays(numbers=[2**31]),
        Shapes(corners=[None]),  # type: ignore[list-item]
    ],
    ids=repr,
)
@pytest.mark.parametrize("version", [0, 1])
def test_values_that_do_not_fit_are_refused(message: Message, version: int) -> None:
    with pytest.raises(EncodeError):
        message.encode(version)


def test_a_string_may_not_be_longer_than_kafka_allows() -> None:
    longest = Texts(name="x" * 32767)
    assert Texts.decode(longest.encode(1), 1) == longest
    with pytest.raises(DecodeError, match="claims 32768 bytes, above 32767"):
        Texts.decode(b"\x81\x80\x02" + b"x" * 32768 + b"\x00\x01\x00", 1)


@pytest.mark.parametrize("version", [-1, 2])
def test_versions_that_are_not_declared_are_refused(version: int) -> None:
    with pytest.raises(UnsupportedVersion, match="Numbers has versions 0-1"):
        Numbers().encode(version)
    with pytest.raises(UnsupportedVersion):
        Numbers.decode(b"", version)


def test_a_message_can_be_read_out_of_the_middle_of_a_buffer() -> None:
    assert Texts.decode_at(b"--" + Texts(name="ab").encode(1) + b"--", 2, 1) == (
        Texts(name="ab"),
        8,
    )
