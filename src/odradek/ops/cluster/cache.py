"""Directories of the user's cache that take long to build: jars, compiled classes, modules.

Invariants: a directory handed out is complete (renamed into place as the last step) and was built
from what its caller has now (a changed source is built anew); two processes that ask at once build
once. Nothing is ever removed except a directory that its own newer build replaces.
"""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_STAMP = ".built-from"


def build_once(kind: str, name: str, *, source: bytes, build: Callable[[Path], None]) -> Path:
    """Return the cached directory `kind/name`, letting `build` fill a new one when it must.

    `build` gets the path of a directory that does not exist yet; what it raises is passed on, and
    then nothing is kept.
    """
    parent = _cache_directory() / kind
    directory = parent / name
    stamp = hashlib.sha256(source).hexdigest()
    if _is_built_from(stamp, directory):
        return directory
    parent.mkdir(parents=True, exist_ok=True)
    with _exclusive(parent / f"{name}.lock"):
        if not _is_built_from(stamp, directory):
            _build(directory, stamp, build)
    return directory


def already_built(kind: str, name: str, *, source: bytes) -> Path | None:
    """Return the cached directory if it is there and built from this source; build nothing."""
    directory = _cache_directory() / kind / name
    return directory if _is_built_from(hashlib.sha256(source).hexdigest(), directory) else None


def _cache_directory() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "odradek"


def _is_built_from(stamp: str, directory: Path) -> bool:
    file = directory / _STAMP
    return file.is_file() and file.read_text() == stamp


def _build(directory: Path, stamp: str, build: Callable[[Path], None]) -> None:
    with tempfile.TemporaryDirectory(dir=directory.parent, prefix="building-") as workspace:
        complete = Path(workspace) / directory.name
        build(complete)
        (complete / _STAMP).write_text(stamp)
        shutil.rmtree(directory, ignore_errors=True)
        complete.rename(directory)


@contextmanager
def _exclusive(lock_file: Path) -> Iterator[None]:
    with lock_file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
