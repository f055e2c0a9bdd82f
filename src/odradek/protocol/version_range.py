"""Version ranges, written as Kafka writes them: `"0+"`, `"3-13"`, `"4"`.

A range is closed at both ends; an open range (`"3+"`) ends at the highest version the 16-bit
version field of a request header can carry, so that ranges compare and intersect as numbers.
"""

from typing import NamedTuple, Self

HIGHEST_POSSIBLE = 32767


class VersionRange(NamedTuple):
    """The versions from `lowest` to `highest`, both included."""

    lowest: int
    highest: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `"0+"`, `"3-13"`, `"4"`, or `"none"` (a range that contains nothing)."""
        if text == "none":
            return cls(1, 0)
        if text.endswith("+"):
            return cls(int(text[:-1]), HIGHEST_POSSIBLE)
        lowest, _, highest = text.partition("-")
        return cls(int(lowest), int(highest or lowest))

    def includes(self, version: int) -> bool:
        return self.lowest <= version <= self.highest

    def intersection(self, other: "VersionRange") -> "VersionRange":
        return VersionRange(max(self.lowest, other.lowest), min(self.highest, other.highest))

    def __str__(self) -> str:
        if self.lowest > self.highest:
            return "none"
        if self.highest == HIGHEST_POSSIBLE:
            return f"{self.lowest}+"
        return f"{self.lowest}" if self.lowest == self.highest else f"{self.lowest}-{self.highest}"


EVERY_VERSION = VersionRange(0, HIGHEST_POSSIBLE)
NO_VERSION = VersionRange(1, 0)
