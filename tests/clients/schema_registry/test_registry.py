"""The client and a registry: what is asked, what is kept, what is refused."""

from collections.abc import Iterator
from itertools import count

import pytest

from odradek.clients.errors import RegistryRefused
from odradek.clients.schema_registry import Reference, Schema, SchemaRegistry
from odradek.schemas.schema import ReferencedSchema, SchemaType

STRING = Schema('{"type": "string"}', SchemaType.AVRO)
numbers = count()


@pytest.fixture
def registry(schema_registry_url: str) -> Iterator[SchemaRegistry]:
    with SchemaRegistry(schema_registry_url) as client:
        yield client


@pytest.fixture
def subject() -> str:
    return f"a/b c-{next(numbers)}"


def test_a_schema_is_registered_and_found_again_in_every_way(
    registry: SchemaRegistry, subject: str
) -> None:
    schema = Schema('{"type": "object",  "title": "é"}', SchemaType.JSON)
    made = registry.register(subject, schema)
    assert made.id is not None
    assert registry.schema(made.id).schema == schema
    assert registry.latest(subject).schema == schema
    assert registry.version(subject, 1).id == made.id
    found = registry.lookup(subject, schema)
    assert (found.id, found.version, found.subject) == (made.id, 1, subject)
    assert found.guid is not None
    assert registry.schema_by_guid(found.guid).schema == schema


def test_avro_is_what_a_schema_is_that_has_no_type(registry: SchemaRegistry, subject: str) -> None:
    registry.register(subject, STRING)
    assert registry.latest(subject).schema.type is SchemaType.AVRO


def test_references_are_found_with_everything_they_refer_to(
    registry: SchemaRegistry, subject: str
) -> None:
    deep = Schema('{"type": "integer"}', SchemaType.JSON)
    registry.register(f"{subject}-deep", deep)
    middle = Schema(
        '{"$ref": "deep.json"}', SchemaType.JSON, (Reference("deep.json", f"{subject}-deep", 1),)
    )
    registry.register(f"{subject}-middle", middle)
    top = Schema(
        '{"items": {"$ref": "middle.json"}}',
        SchemaType.JSON,
        (Reference("middle.json", f"{subject}-middle", 1),),
    )
    registry.register(subject, top)
    read = registry.latest(subject).schema
    assert read == top
    assert registry.referenced(read) == (
        ReferencedSchema("middle.json", middle.text, (ReferencedSchema("deep.json", deep.text),)),
    )


def test_what_is_not_there_is_refused_with_the_registry_s_code(
    registry: SchemaRegistry, subject: str
) -> None:
    for ask in (
        lambda: registry.latest(subject),
        lambda: registry.lookup(subject, STRING),
        lambda: registry.schema(999_999),
        lambda: registry.schema_by_guid("89791762-2336-4186-9674-299b90a802e2"),
    ):
        with pytest.raises(RegistryRefused) as refused:
            ask()
        assert refused.value.status == 404
        assert refused.value.error_code in (40401, 40403)


def test_an_incompatible_schema_is_refused(registry: SchemaRegistry, subject: str) -> None:
    registry.register(subject, STRING)
    with pytest.raises(RegistryRefused) as refused:
        registry.register(subject, Schema('"int"', SchemaType.AVRO))
    assert refused.value.status == 409
