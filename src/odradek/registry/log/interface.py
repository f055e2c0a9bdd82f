"""What a registry needs of a log.

Records are applied in their order, in the event loop, on every instance. Of all instances one
writes: who took over last. What it writes is applied everywhere or nowhere.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from odradek.registry.state.codec import Written

Apply = Callable[[Written, int], None]
"""Takes in a record and the time, in ms, at which it was written."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Who writes which topic: an instance by its address, and which life of it."""

    address: str
    life: str
    topic: str
    """Of which cluster, and its name: a claim that was copied along with a topic claims nothing."""


class WrittenElsewhere(Exception):
    """Another instance writes; ask that one."""

    def __init__(self, claim: Claim) -> None:
        super().__init__(f"{claim.address} writes")
        self.claim = claim


class TooLarge(Exception):
    """Kafka takes no records as large as these, or not so many at once; none is written."""


class Log(Protocol):
    """One instance's view of the log."""

    async def start(self, apply: Apply) -> None:
        """Read everything there is; raises StartupError."""

    async def lead(self, *, instead_of: Claim | None = None) -> None:
        """Be the one who writes, with everything before applied; raises WrittenElsewhere.

        `instead_of` is an instance that did not answer: it is replaced, if it still is the one.
        """

    async def write(self, records: Sequence[Written]) -> None:
        """Write all or none, and return once they are applied.

        Raises WrittenElsewhere and TooLarge when none is written, and RegistryError when that is
        not certain.
        """

    @property
    def is_leading(self) -> bool:
        """Whether this instance writes, as far as it knows."""

    @property
    def fault(self) -> str | None:
        """Why this instance should not be asked; None when all is well."""

    async def cluster_id(self) -> str:
        """The id of the Kafka cluster."""

    async def stop(self) -> None:
        """End reading and writing."""
