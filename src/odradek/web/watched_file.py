"""A file that is read anew when it has changed, so that a server needs no restart.

Invariant: what was read last stays in force while the file is missing or wrong, and the log says
so, once for each change.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from odradek.event_log import get_logger

logger = get_logger(__name__)

T = TypeVar("T")
Signature = tuple[int, int, int]


class WatchedFile(Generic[T]):
    """What a file says; raises OSError or ValueError where its first reading fails."""

    def __init__(self, path: str, parse: Callable[[str], T]) -> None:
        self._path = path
        self._parse = parse
        self._seen: Signature | None = _signature(path)
        self._content = self._read()

    @property
    def content(self) -> T:
        """What it says now; one look at the file's time and size each time."""
        seen = _signature_if_there(self._path)
        if seen != self._seen:
            # Noted before the file is read: what is written meanwhile is another change.
            self._seen = seen
            try:
                self._content = self._read()
            except (OSError, ValueError) as error:
                logger.warning("file not read anew: its last state counts", reason=str(error))
            else:
                logger.info("file read anew", path=self._path)
        return self._content

    def _read(self) -> T:
        text = Path(self._path).read_text(encoding="utf-8")
        try:
            return self._parse(text)
        except ValueError as error:
            raise ValueError(f"{self._path}: {error}") from error


def _signature(path: str) -> Signature:
    known = os.stat(path)
    return known.st_mtime_ns, known.st_size, known.st_ino


def _signature_if_there(path: str) -> Signature | None:
    try:
        return _signature(path)
    except OSError:
        return None
