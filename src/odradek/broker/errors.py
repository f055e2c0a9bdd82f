"""What can go wrong in the broker beyond what a reply's error code tells.

BrokerError
└── StartupError     the broker cannot start; the message is one sentence for its operator
"""


class BrokerError(Exception):
    """Root of the broker's own exceptions."""


class StartupError(BrokerError):
    """The broker cannot start as it is configured."""


class MetadataWriteError(BrokerError):
    """A metadata record did not reach the disk; nothing changed."""
