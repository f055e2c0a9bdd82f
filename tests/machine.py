"""What the machine offers to tests: a missing program skips a test with one plain sentence.

Continuous integration sets ODRADEK_REQUIRE_ALL, and then the same sentence is a failure.
"""

import os
from collections.abc import Callable
from typing import TypeVar

import pytest

from odradek.ops.cluster import JarsUnavailable

T = TypeVar("T")


class Missing(Exception):
    """Something this machine lacks, said in one sentence."""


def obtain(look_up: Callable[[], T]) -> T:
    """Return what `look_up` finds; where it raises Missing or JarsUnavailable, skip the test."""
    try:
        return look_up()
    except (JarsUnavailable, Missing) as missing:
        if os.environ.get("ODRADEK_REQUIRE_ALL"):
            pytest.fail(str(missing), pytrace=False)
        pytest.skip(str(missing))
