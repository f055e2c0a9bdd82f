"""What can be wrong with a batch that somebody else wrote.

RecordsError
├── CorruptBatchError       the bytes are not a batch, or not the batch they claim to be
└── BatchTooLargeError      decompressed, the records exceed the reader's bound
"""


class RecordsError(ValueError):
    """Root of this package's exceptions."""


class CorruptBatchError(RecordsError):
    """Lengths, checksum, codec or varints do not fit together."""


class BatchTooLargeError(RecordsError):
    """The compressed records unfold to more than the reader allows."""
