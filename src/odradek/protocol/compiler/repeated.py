"""Arrays of fixed-width numbers in one call: `struct` methods by element count.

Replica lists and the like are short and of few lengths, so their `struct.Struct` objects are kept.
"""

import struct
from collections.abc import Callable
from typing import Any

# Above this, a format is compiled for each use: input must not be able to fill memory with formats.
LONGEST_KEPT = 64


class RepeatedPack(dict[int, Callable[..., bytes]]):
    """`pack` methods for arrays of one element format, by count."""

    def __init__(self, format: str) -> None:
        self._format = format

    def __missing__(self, count: int) -> Callable[..., bytes]:
        pack = struct.Struct(f">{count}{self._format}").pack
        if count <= LONGEST_KEPT:
            self[count] = pack
        return pack


class RepeatedUnpack(dict[int, Callable[[memoryview, int], tuple[Any, ...]]]):
    """`unpack_from` methods for arrays of one element format, by count."""

    def __init__(self, format: str) -> None:
        self._format = format

    def __missing__(self, count: int) -> Callable[[memoryview, int], tuple[Any, ...]]:
        unpack: Callable[[memoryview, int], tuple[Any, ...]]
        unpack = struct.Struct(f">{count}{self._format}").unpack_from
        if count <= LONGEST_KEPT:
            self[count] = unpack
        return unpack


FORMATS = "?bhHiqd"
PACK = {format: RepeatedPack(format) for format in FORMATS}
UNPACK = {format: RepeatedUnpack(format) for format in FORMATS}
