"""How the planted faults of compaction are made: each takes what it replaces.

Which they are, and where they go, stands in `planted_faults`.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from odradek.broker.log.cleaner.segment_files import CleanedSegment
from odradek.broker.log.files import Files
from odradek.broker.log.partition_log import PartitionLog
from odradek.protocol.records.batch import BatchHeader

Method = Callable[..., Any]
BASE_OFFSET_BYTES = 8


def without_limit(find_cleanable: Method) -> Method:
    """Undecided transactions are cleaned, as if they were committed."""

    def find(*arguments: Any, limit: int, **more: Any) -> object:
        return find_cleanable(*arguments, limit=limit + (1 << 40), **more)

    return find


def without_aborted(cleaning_job: Method) -> Method:
    """The cleaning does not know which transactions were aborted."""

    def job(*arguments: Any, **more: Any) -> object:
        return msgspec.structs.replace(cleaning_job(*arguments, **more), aborted=[])

    return job


class _WithoutSync:
    """Files of which none is synced."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def fdatasync(self, descriptor: int) -> None:
        """Say that it is done."""

    def write_file(self, path: str, content: bytes, *, sync: bool) -> None:
        self._files.write_file(path, content)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._files, name)


def without_sync(finish: Method) -> Method:
    """New segments change places before the disk has them."""

    def finish_unsynced(segment: CleanedSegment, *arguments: Any) -> None:
        segment._files = _WithoutSync(segment._files)  # type: ignore[assignment]
        finish(segment, *arguments)

    return finish_unsynced


def relying_on_nothing(take_over: Method) -> Method:
    """New segments change places although the log behind them is not on the disk."""

    def take(directory: object, log: PartitionLog, job: Any, result: object) -> object:
        careless = msgspec.structs.replace(job, log_end_offset=0)
        return take_over(directory, log, careless, result)

    return take


def always(original: Method) -> Method:
    """A question that is answered with yes."""
    return lambda *arguments: True


def never(original: Method) -> Method:
    """A question that is answered with no."""
    return lambda *arguments: False


def without_newest(latest_between: Method) -> Method:
    """The newest of the records that should stay goes."""

    def latest(*arguments: Any) -> frozenset[int]:
        return frozenset(sorted(latest_between(*arguments))[:-1])

    return latest


def moving_up(keep: Method) -> Method:
    """A batch that lost records moves by one offset."""

    def keep_and_move(one: object, header: BatchHeader, batch: memoryview) -> object:
        left = keep(one, header, batch)
        if left is None or len(left) == len(batch):
            return left
        base_offset = (header.base_offset + 1).to_bytes(BASE_OFFSET_BYTES, "big")
        return base_offset + bytes(left)[BASE_OFFSET_BYTES:]

    return keep_and_move
