"""What became of every record a producer was given."""

from typing import NamedTuple


class Ledger(NamedTuple):
    """Counts since the producer was made. Given = the sum of all; after `close` nothing is pending.

    `failed` were sent and not acknowledged; `dropped` found a full queue under the profile `lossy`;
    `rejected` were refused before they were sent (an exception told so).
    """

    acknowledged: int
    failed: int
    dropped: int
    rejected: int
    pending: int

    def __str__(self) -> str:
        parts = [f"{self.acknowledged:,} acknowledged", f"{self.failed:,} failed"]
        parts += [
            f"{count:,} {name}"
            for name, count in (
                ("dropped", self.dropped),
                ("rejected", self.rejected),
                ("pending", self.pending),
            )
            if count
        ]
        return ", ".join(parts)
