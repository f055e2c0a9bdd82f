"""Which producers are measured: every combination of the choices that can be; pure.

Invariants: an idempotent producer has acks=all, others are no cell; each repeat goes through all
cells in an order of its own, so that a machine that warms up or slows down favours nobody.
"""

import random
from collections.abc import Sequence
from itertools import product
from typing import Literal

import msgspec

Acks = Literal["0", "1", "all"]
Compression = Literal["none", "snappy", "lz4", "zstd"]


class Cell(msgspec.Struct, frozen=True):
    """One producer: what of its settings is varied, and the size of its records."""

    acks: Acks
    is_idempotent: bool
    compression: Compression
    linger_ms: int
    size_bytes: int

    @property
    def promise(self) -> str:
        """The cell's answer to the question who acknowledges."""
        return f"{self.acks}, idempotent" if self.is_idempotent else self.acks

    @property
    def settings(self) -> dict[str, str]:
        """The cell as librdkafka takes it."""
        return {
            "acks": self.acks,
            "enable.idempotence": str(self.is_idempotent).lower(),
            "compression.type": self.compression,
            "linger.ms": str(self.linger_ms),
        }


class Matrix(msgspec.Struct, frozen=True):
    """The values that each setting takes."""

    acks: tuple[Acks, ...] = ("0", "1", "all")
    idempotence: tuple[bool, ...] = (False, True)
    compression: tuple[Compression, ...] = ("none", "snappy", "lz4", "zstd")
    linger_ms: tuple[int, ...] = (0, 5, 50)
    size_bytes: tuple[int, ...] = (100, 1_000, 10_000)

    def cells(self) -> list[Cell]:
        """Every combination that a producer can have."""
        combinations = product(
            self.acks, self.idempotence, self.compression, self.linger_ms, self.size_bytes
        )
        cells = [Cell(*combination) for combination in combinations]
        return [cell for cell in cells if cell.acks == "all" or not cell.is_idempotent]


QUICK = Matrix(compression=("none",), linger_ms=(5,), size_bytes=(100, 1_000))
"""Every promise, for two sizes: what fits into three minutes, kills included."""


def shuffled_rounds(cells: Sequence[Cell], repeats: int, seed: int) -> list[Cell]:
    """All cells, `repeats` times over, each time in another order."""
    choice = random.Random(seed)  # noqa: S311 - an order to repeat, not a secret
    return [cell for _ in range(repeats) for cell in choice.sample(cells, len(cells))]
