"""When a consumer commits, which is what it promises when it, or its machine, fails.

    AtLeastOnce   after processing: nothing is missed, the last records may come again
    AtMostOnce    before processing: nothing comes again, the last records may be missed
    Manual        when `commit` is called, and never otherwise

A record is processed when the next one is asked for. There is no committing in the background: that
commits what was read, whether or not it was processed.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AtLeastOnce:
    """Commits what is processed, after so many records or so long, whichever comes first."""

    every_records: int = 1_000
    every_ms: int = 5_000

    def is_due(self, processed: int, waited_ms: float) -> bool:
        """Whether to commit now."""
        return processed > 0 and (processed >= self.every_records or waited_ms >= self.every_ms)


@dataclass(frozen=True, slots=True)
class AtMostOnce:
    """Commits records before it hands them out."""


@dataclass(frozen=True, slots=True)
class Manual:
    """Commits when told to."""


CommitPolicy = AtLeastOnce | AtMostOnce | Manual
