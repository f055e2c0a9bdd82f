"""kafka-python's own integration tests, from the source distribution of a release.

Downloaded by pip once per user and kept in the user's cache, never in the repository. The tests run
as they are, with the client of the same release. What the distribution leaves out we add: the
package's `__init__.py`, and the module through which the tests would start brokers of their own;
pointed at a running broker they never do.
"""

import os
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path

from odradek.ops.cluster.cache import build_once
from tests.distributions import download_distribution

PACKAGE = "test.integration"
TESTS = "test/integration"
EMULATED_VERSION = "4.3"
"""The release of Apache Kafka that the suite is told it talks to, and checks that it does."""
RUN_TIMEOUT_S = 900
TEST_TIMEOUT_S = 120
_OUTPUT_SHOWN_CHARS = 3_000

_SERVICE = '''\
"""Stands for the module that would start brokers: these tests are given one that runs."""


class ExternalService:
    """A service that runs already, and asks nothing of us."""

    def __init__(self, host, port):
        self.address = (host, port)


class SpawnedService:
    """A service that cannot be started here."""
'''


def suite_directory(version: str) -> Path:
    """Return the unpacked tests and client of a release; raises Missing when pip cannot get it."""
    return build_once(
        "suites",
        f"kafka-python-{version}",
        source=Path(__file__).read_bytes(),
        build=lambda directory: _unpack(version, directory),
    )


def run_suite(
    directory: Path, bootstrap_servers: str, results_file: Path, tests: Sequence[str] = ()
) -> None:
    """Run all tests, or those named, against a broker; write the outcomes in JUnit's format."""
    host, port = bootstrap_servers.split(":")
    environment = {
        **{name: value for name, value in os.environ.items() if not _is_of_this_run(name)},
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "KAFKA_VERSION": EMULATED_VERSION,
        "KAFKA_URI": f"kafka://{host}:{port}",
        "KAFKA_ROOT": str(results_file.parent),  # must exist, and is not looked into
    }
    options = ("-p", "pytest_timeout", "-p", "no:cacheprovider", "-W", "ignore", "-q")
    timeouts = (f"--timeout={TEST_TIMEOUT_S}", "--timeout-method=signal")
    module_paths = (each.replace("::", ".py::", 1) for each in tests)
    places = [f"{TESTS}/{each}" for each in module_paths] or [TESTS]
    command = (sys.executable, "-m", "pytest", *places, *options, *timeouts)
    result = subprocess.run(
        (*command, "--show-capture=no", f"--junitxml={results_file}"),
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        timeout=RUN_TIMEOUT_S,
        check=False,
    )
    assert results_file.exists(), (result.stdout + result.stderr)[-_OUTPUT_SHOWN_CHARS:]


def _unpack(version: str, directory: Path) -> None:
    downloads = directory.with_suffix(".download")
    archive = download_distribution(f"kafka-python=={version}", "source", downloads)
    with tarfile.open(archive) as source:
        source.extractall(downloads, filter="data")
    (downloads / archive.name.removesuffix(".tar.gz")).rename(directory)
    (directory / "test" / "__init__.py").touch()
    (directory / "test" / "service.py").write_text(_SERVICE)


def _is_of_this_run(name: str) -> bool:
    """Whether a variable speaks of the pytest that runs us."""
    return name == "PYTHONPATH" or name.startswith("PYTEST_")
