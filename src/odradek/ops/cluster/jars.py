"""Finds the jars of a Java release by its name, resolving them once per user with Maven.

Each name has a `poms/<name>.xml` beside this module: that file is the whole list of what is
offered. The resolved jars live in the user's cache (`$XDG_CACHE_HOME`, else `~/.cache`), never in
the repository.

Invariants: a directory handed out is complete (it is renamed into place as the last step) and
belongs to the pom as it is now (a changed pom is resolved anew); two processes that ask at once
run Maven once. This module does not choose versions and knows no repository address: Maven's own
settings say where jars come from.
"""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

RESOLVE_TIMEOUT_S = 600
_POM_COPY = "resolved-pom.xml"


class JarsUnavailable(RuntimeError):
    """One sentence that names what this machine lacks: Java, Maven, or the jars themselves."""


def jar_directory(name: str) -> Path:
    """Return the directory that holds the jars of `name`, for example `kafka-4.3.1`.

    Raises JarsUnavailable when Java or Maven is missing or Maven cannot resolve the jars.
    """
    pom = _pom_of(name)
    require_program("java")
    directory = _cache_directory() / name
    if _is_resolved(directory, pom):
        return directory
    maven = require_program("mvn", "Maven")
    directory.parent.mkdir(parents=True, exist_ok=True)
    with _exclusive(directory.with_name(f"{name}.lock")):
        if not _is_resolved(directory, pom):
            _resolve(maven, pom, directory)
    return directory


def require_program(command: str, product: str = "") -> str:
    """Return the path of `command`, or raise JarsUnavailable naming it."""
    path = shutil.which(command)
    if path is None:
        raise JarsUnavailable(f"{product or command} is not installed: no `{command}` on PATH")
    return path


def _pom_of(name: str) -> str:
    pom = resources.files(__package__) / "poms" / f"{name}.xml"
    if not pom.is_file():
        raise JarsUnavailable(f"no pom is shipped for {name!r}")
    return pom.read_text()


def _cache_directory() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "odradek" / "jars"


def _is_resolved(directory: Path, pom: str) -> bool:
    copy = directory / _POM_COPY
    return copy.is_file() and copy.read_text() == pom


def _resolve(maven: str, pom: str, directory: Path) -> None:
    """Let Maven copy the jars beside the final place, then rename: readers never see a part."""
    with tempfile.TemporaryDirectory(dir=directory.parent, prefix="resolving-") as workspace:
        complete = Path(workspace) / "jars"
        pom_file = Path(workspace) / "pom.xml"
        pom_file.write_text(pom)
        goal = "dependency:copy-dependencies"
        command = [maven, "-q", "-B", "-f", str(pom_file), goal, f"-DoutputDirectory={complete}"]
        _run_maven(command, directory.name)
        (complete / _POM_COPY).write_text(pom)
        shutil.rmtree(directory, ignore_errors=True)
        complete.rename(directory)


def _run_maven(command: list[str], name: str) -> None:
    try:
        result = subprocess.run(  # noqa: S603 - our own pom, no shell
            command, capture_output=True, text=True, timeout=RESOLVE_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise JarsUnavailable(
            f"Maven did not resolve the jars of {name} within {RESOLVE_TIMEOUT_S} s"
        ) from None
    if result.returncode != 0:
        reason = next((line for line in result.stdout.splitlines() if "[ERROR]" in line), "")
        raise JarsUnavailable(f"Maven could not resolve the jars of {name}: {reason}")


@contextmanager
def _exclusive(lock_file: Path) -> Iterator[None]:
    with lock_file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
