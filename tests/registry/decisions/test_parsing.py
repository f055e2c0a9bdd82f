"""What was parsed last is kept, within bounds; references are followed, within bounds."""

import pytest

from odradek.registry.decisions import parsing
from odradek.registry.decisions.parsing import Parser
from odradek.registry.decisions.view import View
from odradek.registry.errors import RegistryError
from odradek.registry.state.content import Reference
from odradek.registry.state.index import Index
from odradek.registry.state.records import SchemaRecord
from tests.registry.world import avro, record

STRING, INT, LONG = avro('"string"'), avro('"int"'), avro('"long"')


def test_schema_is_parsed_once_while_it_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "CACHED_SCHEMAS_MAX", 2)
    parser, index = Parser(), Index()
    first = parser.parse(index, "a", STRING)
    parser.parse(index, "a", INT)
    assert parser.parse(index, "a", STRING) is first
    parser.parse(index, "a", LONG)
    assert parser.parse(index, "a", STRING) is first, "used after INT, which went"
    monkeypatch.setattr(parsing, "CACHED_CHARS_MAX", len(INT.text))
    parser.parse(index, "a", INT)
    assert parser.parse(index, "a", STRING) is not first


def test_schema_that_was_parsed_as_a_new_one_is_not_parsed_again() -> None:
    parser, index = Parser(), Index()
    new = parser.parse(index, "a", STRING, is_new=True)
    assert parser.parse(index, "a", STRING) is new


def test_of_a_new_schema_more_is_asked_though_it_is_known() -> None:
    parser, index = Parser(), Index()
    odd = avro(
        '{"type":"record","name":"Odd","fields":[{"name":"n","type":"int","default":"text"}]}'
    )
    for _ in range(2):
        parser.parse(index, "a", odd)
        with pytest.raises(RegistryError, match="default"):
            parser.parse(index, "a", odd, is_new=True)


def test_circle_of_references_is_an_error() -> None:
    view = View()
    for name, other in (("a", "b"), ("b", "a")):
        content = avro(record(name.upper(), "f"), Reference(other.upper(), other, 1))
        view.index.apply(SchemaRecord(name, 1, ord(name), content), 0)
    with pytest.raises(RegistryError, match="refers back to itself"):
        view.parse("c", avro('"A"', Reference("A", "a", 1)))


def test_tree_of_references_has_a_largest_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "REFERENCED_SCHEMAS_MAX", 2)
    view = View()
    view.index.apply(SchemaRecord("a", 1, 1, avro(record("A", "f"))), 0)
    references = [Reference(f"A{number}", "a", 1) for number in range(3)]
    with pytest.raises(RegistryError, match="more than 2 schemas"):
        view.parse("c", avro('"string"', *references))
