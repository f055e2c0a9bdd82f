"""One Apache Kafka of three brokers for a whole run of tests, shared by all its processes.

The first test that asks starts it, the process that began the run ends it. Tests that leave the
brokers alone share it at the same time; one that breaks them has it for itself.

Invariant: whoever gets the cluster finds every broker running and every replica in sync.
"""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from odradek.ops.cluster import Cluster, cluster_exists
from odradek.testing import EphemeralCluster

VARIABLE = "ODRADEK_TESTS_CLUSTER"


def announce() -> None:
    """Choose the directory, before the processes that share it are started: they inherit it."""
    name = f"odradek-tests-cluster-{os.getpid()}"
    os.environ.setdefault(VARIABLE, str(Path(tempfile.gettempdir()) / name))


@contextmanager
def shared_cluster(*, for_itself: bool) -> Iterator[EphemeralCluster]:
    """The cluster, started if need be; mended afterwards if it was had for itself."""
    with _lock(fcntl.LOCK_EX):
        if not cluster_exists(_directory()):
            EphemeralCluster().start(_directory())
    with _lock(fcntl.LOCK_EX if for_itself else fcntl.LOCK_SH):
        cluster = EphemeralCluster.opened(_directory())
        try:
            yield cluster
        finally:
            if for_itself:
                cluster.mend()


def end() -> None:
    """End the cluster, if this process began the run and a test has asked for it."""
    if not _directory().name.endswith(f"-{os.getpid()}"):
        return
    if cluster_exists(_directory()):
        Cluster.open(_directory()).delete()
    _lock_file().unlink(missing_ok=True)


def _directory() -> Path:
    return Path(os.environ[VARIABLE])


def _lock_file() -> Path:
    return _directory().with_suffix(".lock")


@contextmanager
def _lock(kind: int) -> Iterator[None]:
    with _lock_file().open("w") as lock:
        fcntl.flock(lock, kind)
        yield
