"""Distributions of other people's packages, as pip downloads them: sources and wheels to look into.

Nothing is installed, and nothing a distribution depends on is downloaded with it.
"""

import subprocess
import sys
from pathlib import Path
from typing import Literal

from tests.machine import Missing

TIMEOUT_S = 600


def download_distribution(
    requirement: str, kind: Literal["source", "wheel"], directory: Path
) -> Path:
    """Return the one file of `requirement`, in `directory`; raises Missing when pip cannot."""
    name = requirement.partition("==")[0]
    only = f"--no-binary={name}" if kind == "source" else f"--only-binary={name}"
    quietly = ("--quiet", "--disable-pip-version-check", "--no-cache-dir")
    pip = (sys.executable, "-m", "pip", "download", *quietly, "--no-deps", only)
    try:
        result = subprocess.run(
            (*pip, f"--dest={directory}", requirement),
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Missing(f"pip did not download {requirement} in {TIMEOUT_S} s") from None
    if result.returncode != 0:
        reason = next(iter(result.stderr.strip().splitlines()[-1:]), "it does not say why")
        raise Missing(f"pip could not download the {kind} of {requirement}: {reason}")
    (file,) = directory.iterdir()
    return file
