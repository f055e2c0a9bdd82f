"""Where the jars come from: Maven, or a distribution that is there already."""

from pathlib import Path

import pytest

from odradek.ops.cluster.jars import JarsUnavailable
from odradek.ops.cluster.nodes.distribution import resolve
from tests.ops.cluster.test_jars import install


@pytest.fixture
def java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with Java and nothing else."""
    install(tmp_path / "bin", "java")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))


@pytest.mark.usefixtures("java")
def test_distribution_tells_its_version_by_its_jars(tmp_path: Path) -> None:
    libraries = tmp_path / "kafka" / "libs"
    libraries.mkdir(parents=True)
    for name in ("kafka_2.13-4.2.0.jar", "kafka-clients-4.2.0.jar"):
        (libraries / name).touch()
    found = resolve("4.3.1", tmp_path / "kafka")
    assert (found.version, found.major, found.jars) == ("4.2.0", 4, libraries)


@pytest.mark.usefixtures("java")
def test_directory_that_is_no_distribution_is_refused(tmp_path: Path) -> None:
    with pytest.raises(JarsUnavailable, match="is no Kafka distribution"):
        resolve("4.3.1", tmp_path)


def test_version_that_is_not_offered_names_those_that_are() -> None:
    with pytest.raises(JarsUnavailable, match=r"'kafka-0\.7'.*kafka-3\.9\.2, kafka-4\.3\.1"):
        resolve("0.7", None)
