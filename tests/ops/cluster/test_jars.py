"""A machine that lacks something gets one sentence; two processes that ask at once resolve once."""

import multiprocessing
import os
import stat
from pathlib import Path

import pytest

from odradek.ops.cluster.jars import JarsUnavailable, jar_directory

FAKE_MAVEN = """\
#!/bin/sh
echo run >> "{runs}"
for argument in "$@"; do
  case "$argument" in -DoutputDirectory=*) output="${{argument#-DoutputDirectory=}}";; esac
done
mkdir -p "$output" && : > "$output/a.jar"
"""


def install(directory: Path, name: str, script: str = "#!/bin/sh\n") -> None:
    directory.mkdir(exist_ok=True)
    program = directory / name
    program.write_text(script)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory of programs before the system's, and an empty cache."""
    directory = tmp_path / "bin"
    directory.mkdir()
    monkeypatch.setenv("PATH", str(directory))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return directory


def test_missing_java_is_named(programs: Path) -> None:
    with pytest.raises(JarsUnavailable, match="Java is not installed"):
        jar_directory("kafka-4.3.1")


def test_missing_maven_is_named(programs: Path) -> None:
    install(programs, "java")
    with pytest.raises(JarsUnavailable, match="Maven is not installed"):
        jar_directory("kafka-4.3.1")


def test_failure_of_maven_is_told_with_its_own_words(programs: Path) -> None:
    install(programs, "java")
    install(programs, "mvn", "#!/bin/sh\necho '[ERROR] host unreachable'\nexit 1\n")
    with pytest.raises(JarsUnavailable, match=r"kafka-4\.3\.1: \[ERROR\] host unreachable"):
        jar_directory("kafka-4.3.1")


def test_name_without_a_pom_is_refused(programs: Path) -> None:
    with pytest.raises(JarsUnavailable, match=r"'kafka-0\.7'"):
        jar_directory("kafka-0.7")


def test_two_processes_at_once_resolve_once(programs: Path, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    install(programs, "java")
    install(programs, "mvn", FAKE_MAVEN.format(runs=runs))
    os.environ["PATH"] += ":/bin:/usr/bin"
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        directories = pool.map(jar_directory, ["kafka-4.3.1"] * 2)
    assert directories[0] == directories[1]
    assert (directories[0] / "a.jar").exists()
    assert runs.read_text() == "run\n"
