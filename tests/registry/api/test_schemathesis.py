"""schemathesis makes up requests from our OpenAPI document, good ones and bad ones."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from odradek.registry.api.application import ROUTES
from odradek.testing import EphemeralRegistry

EXAMPLES_MAX = 10
"""For each route, beside those that follow from its declaration."""


@pytest.mark.drill
def test_no_request_of_schemathesis_is_a_bug_of_the_server(tmp_path: Path, seed: int) -> None:
    with EphemeralRegistry() as registry:
        command = [
            *(sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()"),
            *("--no-color", "run", f"{registry.url}/openapi.json"),
            *("--checks", "not_a_server_error", "--phases", "examples,coverage,fuzzing"),
            *("--max-examples", str(EXAMPLES_MAX), "--seed", str(seed)),
            *("--generation-database", "none", "--suppress-health-check", "all"),
            *("--request-timeout", "60", "--continue-on-failure", "--no-shrink"),
        ]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        metrics = httpx.get(f"{registry.url}/metrics").text
        asked = {(each.method, each.path) for each in ROUTES}
        counted = 'odradek_http_requests_total{{method="{}",route="{}",status='
        assert [each for each in asked if counted.format(*each) not in metrics] == []
