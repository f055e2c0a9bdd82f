"""Makes the archive of Kafka's classes (`class_archive`) by running a node once.

It takes some ten seconds, once for each user, Java and Kafka. A JVM that cannot make one is not
asked again, and nothing is said: the archive only saves time.
"""

from pathlib import Path

from odradek.ops.cluster.apache import ApacheKafka
from odradek.ops.cluster.cache import build_once
from odradek.ops.cluster.class_archive import ARCHIVE, KIND, archive_name, archive_source
from odradek.ops.cluster.jars import jar_directory
from odradek.ops.cluster.java import KAFKA, LEAN_JVM

DUMP_TIMEOUT_S = 300.0


def build_class_archive() -> Path:
    """Return the directory of the archive for Kafka's jars, made now if need be.

    Raises JarsUnavailable.
    """
    jars = jar_directory(KAFKA)
    return build_once(KIND, archive_name(jars), source=archive_source(jars), build=_dump)


def _dump(directory: Path) -> None:
    directory.mkdir()
    option = f"-XX:ArchiveClassesAtExit={directory / ARCHIVE}"
    node = ApacheKafka(
        jvm_options=(*LEAN_JVM, option, "-Xlog:cds*=off"),
        start_timeout_s=DUMP_TIMEOUT_S,
        stop_timeout_s=DUMP_TIMEOUT_S,
    )
    with node:
        pass
