"""A registry and a topic of its own for every test."""

from collections.abc import Iterator
from itertools import count

import pytest

from odradek.clients.schema_registry import SchemaRegistry
from odradek.clients.serializers import Place

_numbers = count()


@pytest.fixture
def registry(schema_registry_url: str) -> Iterator[SchemaRegistry]:
    with SchemaRegistry(schema_registry_url) as client:
        yield client


@pytest.fixture
def place() -> Place:
    return Place(f"serialized-{next(_numbers)}", "value")
