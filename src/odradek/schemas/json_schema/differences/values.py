"""Differences of what has no inner schemas: strings, numbers, enumerations, constants."""

from collections.abc import Iterator
from fractions import Fraction

from odradek.schemas.json_schema.differences.difference import Difference
from odradek.schemas.json_schema.differences.kinds import Kind
from odradek.schemas.json_schema.model.nodes import Constant, Enumeration, Number, String


def compare_strings(writer: String, reader: String) -> Iterator[Difference]:
    """Lengths, and the pattern, of which only equality is looked at."""
    yield from compare_bound("maxLength", writer.max_length, reader.max_length)
    yield from compare_bound("minLength", writer.min_length, reader.min_length)
    if writer.pattern != reader.pattern:
        kind = _added_or(Kind.PATTERN_CHANGED, "PATTERN", writer.pattern, reader.pattern)
        yield Difference(kind, ("pattern",), writer.pattern, reader.pattern)


def compare_numbers(writer: Number, reader: Number) -> Iterator[Difference]:
    """Limits, divisors, and whether a number must be whole."""
    yield from compare_bound("maximum", writer.maximum, reader.maximum)
    yield from compare_bound("minimum", writer.minimum, reader.minimum)
    if not _is_passed_over(writer, reader):
        exclusive = writer.exclusive_maximum, reader.exclusive_maximum
        yield from compare_bound("exclusiveMaximum", *exclusive)
    yield from compare_bound("exclusiveMinimum", writer.exclusive_minimum, reader.exclusive_minimum)
    if writer.multiple_of != reader.multiple_of:
        kind = _compare_divisors(writer.multiple_of, reader.multiple_of)
        yield Difference(kind, ("multipleOf",), writer.multiple_of, reader.multiple_of)
    if writer.is_integer and not reader.is_integer:
        yield Difference(Kind.TYPE_EXTENDED, (), "integer", "number")
    if reader.is_integer and not writer.is_integer:
        yield Difference(Kind.TYPE_NARROWED, (), "number", "integer")


def _is_passed_over(writer: Number, reader: Number) -> bool:
    """Other registries find a lowered limit only if the reader's `maximum` is lower, too."""
    before, after, maximum = writer.exclusive_maximum, reader.exclusive_maximum, reader.maximum
    if before is None or after is None or maximum is None:
        return False
    return after < before <= maximum


def compare_enumerations(writer: Enumeration, reader: Enumeration) -> Iterator[Difference]:
    """The sets of values."""
    written, read = set(writer.values), set(reader.values)
    if written == read:
        return
    kind = Kind.ENUM_ARRAY_CHANGED
    if written < read:
        kind = Kind.ENUM_ARRAY_EXTENDED
    elif read < written:
        kind = Kind.ENUM_ARRAY_NARROWED
    only_written = [value for value in writer.values if value not in read]
    only_read = [value for value in reader.values if value not in written]
    yield Difference(kind, ("enum",), only_written, only_read)


def compare_constants(writer: Constant, reader: Constant) -> Iterator[Difference]:
    """The values, which no kind of their own is for."""
    if writer.value != reader.value:
        yield Difference(Kind.ENUM_ARRAY_CHANGED, ("const",), [writer.value], [reader.value])


def compare_bound(
    keyword: str, writer: Fraction | int | None, reader: Fraction | int | None
) -> Iterator[Difference]:
    """A limit that is higher, lower, new or gone."""
    if writer == reader:
        return
    name = kind_prefix(keyword)
    changed = Kind(f"{name}_INCREASED")
    if writer is not None and reader is not None and reader < writer:
        changed = Kind(f"{name}_DECREASED")
    yield Difference(_added_or(changed, name, writer, reader), (keyword,), writer, reader)


def kind_prefix(keyword: str) -> str:
    """How the kinds about a keyword begin: MAX_LENGTH for maxLength."""
    return "".join(f"_{letter}" if letter.isupper() else letter for letter in keyword).upper()


def _added_or(changed: Kind, name: str, writer: object, reader: object) -> Kind:
    if writer is None:
        return Kind(f"{name}_ADDED")
    return Kind(f"{name}_REMOVED") if reader is None else changed


def _compare_divisors(writer: Fraction | None, reader: Fraction | None) -> Kind:
    if writer is None or reader is None:
        return _added_or(Kind.MULTIPLE_OF_CHANGED, "MULTIPLE_OF", writer, reader)
    if reader % writer == 0:
        return Kind.MULTIPLE_OF_EXPANDED
    return Kind.MULTIPLE_OF_REDUCED if writer % reader == 0 else Kind.MULTIPLE_OF_CHANGED
