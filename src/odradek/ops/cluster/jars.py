"""Finds the jars of a Java release by its name, resolving them once per user with Maven.

Each name has a `poms/<name>.xml` beside this module: that file is the whole list of what is
offered. The resolved jars live in the user's cache, never in the repository. This module does not
choose versions and knows no repository address: Maven's own settings say where jars come from.
"""

import shutil
import subprocess
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from odradek.ops.cluster.cache import build_once

RESOLVE_TIMEOUT_S = 600


class JarsUnavailable(RuntimeError):
    """One sentence that names what this machine lacks: Java, Maven, or the jars themselves."""


def jar_directory(name: str) -> Path:
    """Return the directory that holds the jars of `name`, for example `kafka-4.3.1`.

    Raises JarsUnavailable when Java or Maven is missing or Maven cannot resolve the jars.
    """
    pom = _poms() / f"{name}.xml"
    if not pom.is_file():
        offered = ", ".join(sorted(Path(each.name).stem for each in _poms().iterdir()))
        raise JarsUnavailable(f"no pom is shipped for {name!r}, only for: {offered}")
    require_program("java", "Java")
    return build_once(
        "jars",
        name,
        source=pom.read_bytes(),
        build=lambda output: _resolve(pom.read_text(), output),
    )


def require_program(command: str, product: str) -> str:
    """Return the path of `command`, or raise JarsUnavailable naming the product it belongs to."""
    path = shutil.which(command)
    if path is None:
        raise JarsUnavailable(f"{product} is not installed: no `{command}` on PATH")
    return path


def _poms() -> Traversable:
    return resources.files(__package__) / "poms"


def _resolve(pom: str, output: Path) -> None:
    maven = require_program("mvn", "Maven")
    pom_file = output.with_suffix(".pom")
    pom_file.write_text(pom)
    goal = "dependency:copy-dependencies"
    command = [maven, "-q", "-B", "-f", str(pom_file), goal, f"-DoutputDirectory={output}"]
    try:
        result = subprocess.run(  # noqa: S603 - our own pom, no shell
            command, capture_output=True, text=True, timeout=RESOLVE_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise JarsUnavailable(
            f"Maven did not resolve the jars of {output.name} within {RESOLVE_TIMEOUT_S} s"
        ) from None
    if result.returncode != 0:
        reason = next((line for line in result.stdout.splitlines() if "[ERROR]" in line), "")
        raise JarsUnavailable(f"Maven could not resolve the jars of {output.name}: {reason}")
