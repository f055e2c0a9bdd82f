"""What a decision yields: records to write, or the error that explains why there are none."""

from collections.abc import Sequence

import msgspec

from odradek.protocol.errors import ErrorCode
from odradek.protocol.stored_records.framing import MetadataRecord


class Outcome(msgspec.Struct, frozen=True):
    """Either `records` to append to the metadata log, or an `error` with its sentence."""

    records: Sequence[MetadataRecord] = ()
    error: ErrorCode = ErrorCode.NONE
    message: str | None = None

    @property
    def is_refused(self) -> bool:
        return self.error is not ErrorCode.NONE


def refuse(error: ErrorCode, message: str) -> Outcome:
    """The outcome that changes nothing."""
    return Outcome(error=error, message=message)
