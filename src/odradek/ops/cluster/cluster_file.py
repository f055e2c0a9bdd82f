"""`cluster.json`: what a cluster's data directory remembers of it between commands.

Invariants: the file is replaced as a whole, so a command that dies leaves the old one or the new
one; whoever changes a cluster holds the directory's lock meanwhile, and a second one is told so
instead of waiting.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from odradek.ops.cluster.description import ClusterDescription
from odradek.ops.cluster.errors import ClusterError

FILE, LOCK = "cluster.json", "cluster.lock"


def default_directory() -> Path:
    """Where a cluster lives for which no directory was named."""
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "odradek" / "cluster"


def exists(directory: Path) -> bool:
    """Whether a cluster was made here."""
    return (directory / FILE).is_file()


def load(directory: Path) -> ClusterDescription:
    """What is known of the cluster here; raises ClusterError when there is none."""
    try:
        text = (directory / FILE).read_bytes()
    except FileNotFoundError:
        raise ClusterError(
            f"there is no cluster in {directory}; `odradek cluster up` makes one, --data-dir names"
            " another directory"
        ) from None
    try:
        return msgspec.json.decode(text, type=ClusterDescription)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise ClusterError(f"{directory / FILE} cannot be read: {error}") from error


def save(directory: Path, cluster: ClusterDescription) -> None:
    """Remember the cluster; its users' passwords are in there, so nobody else may read it."""
    replacement = directory / f"{FILE}.new"
    replacement.touch(mode=0o600)
    replacement.write_bytes(msgspec.json.format(msgspec.json.encode(cluster), indent=2))
    replacement.replace(directory / FILE)


@contextmanager
def exclusive(directory: Path) -> Iterator[None]:
    """Hold the directory's lock; raises ClusterError when another command has it."""
    with (directory / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ClusterError(f"another command is changing the cluster in {directory}") from None
        yield
