"""Which jars a cluster runs on: a release resolved by Maven, or a distribution the user has."""

import re
from pathlib import Path
from typing import NamedTuple

from odradek.ops.cluster.jars import JarsUnavailable, jar_directory, require_program

DEFAULT_VERSION = "4.3.1"
DEFAULT_VERSION_WITH_ZOOKEEPER = "3.9.2"
_CLIENTS_JAR = re.compile(r"kafka-clients-(\d.*)\.jar")


class Distribution(NamedTuple):
    """A version of Kafka and the directory of its jars."""

    version: str
    jars: Path

    @property
    def major(self) -> int:
        """The first number of the version."""
        return int(self.version.partition(".")[0])


def resolve(version: str, home: Path | None) -> Distribution:
    """The distribution in `home`, or the jars of a version from Maven; raises JarsUnavailable."""
    if home is None:
        return Distribution(version, jar_directory(f"kafka-{version}"))
    require_program("java", "Java")
    libraries = home.absolute() / "libs"
    versions = [_CLIENTS_JAR.fullmatch(file.name) for file in sorted(libraries.glob("*.jar"))]
    for match in filter(None, versions):
        return Distribution(match[1], libraries)
    raise JarsUnavailable(f"{home} is no Kafka distribution: it has no libs/kafka-clients-*.jar")
