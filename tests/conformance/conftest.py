"""The tools, pointed at the broker under test."""

from collections.abc import Iterator

import pytest

from tests.brokers import Target
from tests.conformance.tools import Tool, ToolRunner
from tests.machine import obtain


@pytest.fixture(scope="session")
def tool_runner() -> Iterator[ToolRunner]:
    """One JVM for all tools."""
    with obtain(ToolRunner) as runner:
        yield runner


@pytest.fixture
def tool(target: Target, tool_runner: ToolRunner) -> Tool:
    return Tool(target.bootstrap_servers, tool_runner)
