"""What can go wrong with letters, each as a sentence for a user.

DeadLetterError
├── SpoolError             the local spool cannot be opened or written
│   └── SpoolFullError     it holds as much as it may
├── UndeliveredError       a dead letter topic did not take a letter
└── ReplayError            a letter cannot be sent to its topic again
"""

from odradek.clients.errors import ClientError


class DeadLetterError(ClientError):
    """Root of this package's exceptions."""


class SpoolError(DeadLetterError):
    """The spool's files are in use, unreadable, or the disk refused."""


class SpoolFullError(SpoolError):
    """Nothing was written: the letter would exceed the spool's limit."""


class UndeliveredError(DeadLetterError):
    """The letter is in no topic, or nobody knows; `is_unreachable` if no broker answered."""

    def __init__(self, sentence: str, *, is_unreachable: bool) -> None:
        super().__init__(sentence)
        self.is_unreachable = is_unreachable


class ReplayError(DeadLetterError):
    """Nothing of the transaction happened; what was replayed before it stays."""
