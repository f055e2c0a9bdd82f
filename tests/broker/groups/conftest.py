"""A coordinator for the tests of its rules."""

import pytest

from tests.broker.groups.coordinator import Coordinator


@pytest.fixture
def coordinator() -> Coordinator:
    """A coordinator without groups."""
    return Coordinator()
