"""Numbers and names that a message or an enum reserves, and those it leaves to extensions."""

from google.protobuf.descriptor_pb2 import DescriptorProto, EnumDescriptorProto

from odradek.schemas.protobuf.source.cursor import Cursor
from odradek.schemas.protobuf.source.literals import take_integer, take_text
from odradek.schemas.protobuf.source.options import take_options_in_brackets
from odradek.schemas.protobuf.source.tokens import TokenKind

FIELD_NUMBER_MAX = (1 << 29) - 1
ENUM_NUMBERS = (-(1 << 31), (1 << 31) - 1)


def take_reserved_fields(cursor: Cursor, message: DescriptorProto) -> None:
    """What stands behind `reserved` in a message. A descriptor's ranges end before their end."""
    if cursor.next.kind is TokenKind.STRING:
        message.reserved_name.extend(_take_names(cursor))
        return
    for start, end in _take_ranges(cursor, 1, FIELD_NUMBER_MAX):
        message.reserved_range.add(start=start, end=end + 1)
    cursor.expect(";", behind="the reserved numbers")


def take_reserved_values(cursor: Cursor, enum: EnumDescriptorProto) -> None:
    """What stands behind `reserved` in an enum. A descriptor's ranges end with their end."""
    if cursor.next.kind is TokenKind.STRING:
        enum.reserved_name.extend(_take_names(cursor))
        return
    for start, end in _take_ranges(cursor, *ENUM_NUMBERS):
        enum.reserved_range.add(start=start, end=end)
    cursor.expect(";", behind="the reserved numbers")


def take_extension_ranges(cursor: Cursor, message: DescriptorProto) -> None:
    """What stands behind `extensions`."""
    first = len(message.extension_range)
    for start, end in _take_ranges(cursor, 1, FIELD_NUMBER_MAX):
        message.extension_range.add(start=start, end=end + 1)
    ranges = message.extension_range[first:]
    if cursor.sees("["):
        take_options_in_brackets(cursor, ranges[0].options)
        for other in ranges[1:]:
            other.options.CopyFrom(ranges[0].options)
    cursor.expect(";", behind="the extension numbers")


def _take_names(cursor: Cursor) -> list[str]:
    names = [take_text(cursor, "a reserved name")]
    while cursor.take_if(","):
        names.append(take_text(cursor, "a reserved name"))
    cursor.expect(";", behind="the reserved names")
    return names


def _take_ranges(cursor: Cursor, least: int, most: int) -> list[tuple[int, int]]:
    ranges = [_take_range(cursor, least, most)]
    while cursor.take_if(","):
        ranges.append(_take_range(cursor, least, most))
    return ranges


def _take_range(cursor: Cursor, least: int, most: int) -> tuple[int, int]:
    start = take_integer(cursor, "a number", least, most)
    if not cursor.take_if("to"):
        return start, start
    if cursor.take_if("max"):
        return start, most
    end = take_integer(cursor, "the end of a range", least, most)
    if end < start:
        cursor.refuse_here(f"the range {start} to {end} ends before it begins; swap the two")
    return start, end
