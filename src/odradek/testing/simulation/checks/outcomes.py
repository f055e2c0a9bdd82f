"""How transactions ended, as far as their clients know."""

from odradek.testing.simulation.history import History, Outcome, TransactionEnd, Write


def outcomes(history: History) -> dict[str, bool | None]:
    """By transaction: committed (True), not committed (False), unknown (None)."""
    ends: dict[str, bool | None] = {
        write.transaction: False for write in history.of(Write) if write.transaction is not None
    }
    for end in history.of(TransactionEnd):
        if end.is_commit and end.outcome is not Outcome.REFUSED:
            ends[end.transaction] = True if end.is_done else None
    return ends
