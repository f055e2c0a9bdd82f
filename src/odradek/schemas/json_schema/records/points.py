"""Strings and numbers where two schemas may disagree: at their limits and just beyond."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from odradek.schemas.json_schema.model.nodes import Number, String
from odradek.schemas.json_schema.patterns import matches

_TEXTS = (
    *("a", "", "A", "0", "1", "ab", "AB", "abc", "ABC", "12", "123", "1234", "12345", "a1", "A1"),
    *("AB12", "a_b", "a-b", "a b", "a.b", "+1", "-1", "1.5", "Ab", "Abc", "a@b.example"),
    *("2026-11-27", "12:30:00", "2026-11-27T12:30:00Z", "https://example.org/a", "127.0.0.1"),
    *("00000000-0000-4000-8000-000000000000", "/a/b", "#ffffff", "+12025550123", "DE", "é", "!"),
)
"""Guesses at what a pattern wants, or does not."""
_MAX_LENGTH = 10_000
"""A longer text proves nothing that is worth its size."""


def texts(writer: String, readers: Iterable[String]) -> Iterator[str]:
    """Texts that the writer allows, first those at a limit of a reader."""
    others = tuple(readers)
    for length in _lengths(writer, others):
        yield from (text for text in _of_length(length) if _allows_text(writer, text))
    yield from (text for text in _TEXTS if _allows_text(writer, text))


def numbers(writer: Number, readers: Iterable[Number]) -> Iterator[int | float]:
    """Numbers that the writer allows, first those at a limit of a reader."""
    seen: set[Fraction] = set()
    for number in _points(writer, tuple(readers)):
        if number not in seen and _allows_number(writer, number):
            seen.add(number)
            yield int(number) if number.denominator == 1 else float(number)


def _lengths(writer: String, readers: tuple[String, ...]) -> list[int]:
    low = writer.min_length or 0
    high = _MAX_LENGTH if writer.max_length is None else writer.max_length
    lengths = [low]
    for reader in readers:
        lengths += [reader.max_length + 1] if reader.max_length is not None else []
        lengths += [reader.min_length - 1] if reader.min_length is not None else []
    lengths.append(high if writer.max_length is not None else low)
    return [length for length in dict.fromkeys(lengths) if low <= length <= min(high, _MAX_LENGTH)]


def _of_length(length: int) -> tuple[str, ...]:
    return ("a" * length, "0" * length, "A" * length)


def _allows_text(node: String, text: str) -> bool:
    if node.min_length is not None and len(text) < node.min_length:
        return False
    if node.max_length is not None and len(text) > node.max_length:
        return False
    return node.pattern is None or matches(node.pattern, text)


def _points(writer: Number, readers: tuple[Number, ...]) -> Iterator[Fraction]:
    half, one = Fraction(1, 2), Fraction(1)
    for node in (*readers, writer):
        for limit in _limits(node):
            for step in (one, half, Fraction(0)):
                yield limit + step
                yield limit - step
                yield from _multiples_near(limit + step, writer)
                yield from _multiples_near(limit - step, writer)
    for node in (writer, *readers):
        if node.multiple_of is not None:
            yield from (node.multiple_of * factor for factor in (one, half, 3 * half, 3, 5))
    yield from (Fraction(0), one, -one, half, Fraction(7))


def _limits(node: Number) -> list[Fraction]:
    limits = (node.maximum, node.minimum, node.exclusive_maximum, node.exclusive_minimum)
    return [limit for limit in limits if limit is not None]


def _multiples_near(number: Fraction, writer: Number) -> Iterator[Fraction]:
    step = writer.multiple_of or (Fraction(1) if writer.is_integer else None)
    if step is not None:
        below = number // step
        yield from (below * step, (below + 1) * step)


def _allows_number(node: Number, number: Fraction) -> bool:
    return not (
        (node.is_integer and number.denominator != 1)
        or (node.minimum is not None and number < node.minimum)
        or (node.maximum is not None and number > node.maximum)
        or (node.exclusive_minimum is not None and number <= node.exclusive_minimum)
        or (node.exclusive_maximum is not None and number >= node.exclusive_maximum)
        or (node.multiple_of is not None and number % node.multiple_of != 0)
    )
