"""The tools, pointed at the broker under test."""

from pathlib import Path

import pytest

from tests.brokers import Target
from tests.conformance.tools import Tool


@pytest.fixture
def tool(target: Target, kafka_jars: Path) -> Tool:
    return Tool(target.bootstrap_servers)
