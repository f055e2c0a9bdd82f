"""Kafka's classes, loaded and verified once for each user: halves what a JVM's start costs.

The JVM calls it class-data sharing. `build_class_archive` runs a node once and lets the JVM write
its classes to the user's cache; `archive_options` tells later JVMs to map that file.

Invariants: an archive is used only with the Java, the jars and the garbage collector that it was
made with; without one, or with one that the JVM refuses, everything works as before, only slower.
"""

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path

from odradek.ops.cluster.cache import already_built

KIND = "class-archives"
ARCHIVE = "classes.jsa"
COLLECTOR = "-XX:+UseSerialGC"


def archive_options(jars: Path, jvm_options: Sequence[str]) -> tuple[str, ...]:
    """The JVM options that use the archive of these jars, none if there is no archive."""
    if COLLECTOR not in jvm_options:
        return ()
    directory = already_built(KIND, archive_name(jars), source=archive_source(jars))
    if directory is None or not (directory / ARCHIVE).exists():
        return ()
    return (f"-XX:SharedArchiveFile={directory / ARCHIVE}", "-Xshare:auto", "-Xlog:cds*=off")


def archive_name(jars: Path) -> str:
    """What the archive of a directory of jars is called."""
    return f"{jars.name}-{hashlib.sha256(str(jars).encode()).hexdigest()[:8]}"


def archive_source(jars: Path) -> bytes:
    """What an archive depends on: this Java and these jars."""
    java = Path(shutil.which("java") or "java").resolve()
    files = [java, *sorted(jars.glob("*.jar"))] if java.exists() else []
    return "\n".join(f"{file} {file.stat().st_size}" for file in files).encode()
