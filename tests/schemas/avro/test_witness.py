"""Verdicts and data agree: what is called compatible decodes, and a witness does not."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odradek.schemas.avro import AvroSchema, parse
from odradek.schemas.avro.codec import SchemaResolutionError, decode, encode
from odradek.schemas.avro.witness import find_witness
from odradek.schemas.levels import Policy
from tests.schemas.avro.strategies import changed, schemas, values


@settings(max_examples=100)
@given(st.data())
def test_what_is_called_compatible_decodes_and_all_else_has_a_witness(data: st.DataObject) -> None:
    old = data.draw(schemas())
    new = data.draw(changed(old))
    writer, reader = parsed(old), parsed(new)
    found = reader.incompatibilities(writer, Policy.STRICT)
    if found:
        witness = reader.witness(writer)
        assert witness is not None, found
        assert witness.error
        json.loads(witness.record)
        return
    for _ in range(3):
        value = data.draw(values(writer.root))
        decode(reader.root, writer.root, encode(writer.root, value))


def parsed(schema: object) -> AvroSchema:
    return parse(json.dumps(schema))


def test_a_witness_takes_the_branch_and_the_symbol_that_show_the_verdict() -> None:
    def record(symbols: list[str]) -> AvroSchema:
        enum = {"type": "enum", "name": "E", "symbols": symbols}
        deep = {"type": "map", "values": ["null", {"type": "array", "items": ["int", enum]}]}
        return parsed({"type": "record", "name": "R", "fields": [{"name": "a", "type": deep}]})

    witness = record(["X"]).witness(record(["X", "Y"]))
    assert witness is not None
    assert json.loads(witness.record) == {"a": {"a": {"array": [{"E": "Y"}]}}}
    assert "Y" in witness.error


def test_bytes_of_a_witness_are_told_as_json() -> None:
    witness = parsed({"type": "map", "values": "int"}).witness(
        parsed({"type": "map", "values": "bytes"})
    )
    assert witness is not None
    assert json.loads(witness.record) == {"a": "a"}


def test_a_type_that_holds_itself_without_end_has_no_witness() -> None:
    endless = {"type": "record", "name": "R", "fields": [{"name": "a", "type": "R"}]}
    assert find_witness(parsed("int").root, parsed(endless).root) is None


def test_a_type_that_doubles_with_each_level_has_no_witness() -> None:
    schema: object = "int"
    for level in range(40):
        fields = [{"name": "a", "type": schema}, {"name": "b", "type": f"R{level - 1}"}]
        schema = {"type": "record", "name": f"R{level}", "fields": fields[: 2 if level else 1]}
    assert parsed("string").witness(parsed(schema)) is None


def test_decoding_refuses_what_is_incompatible() -> None:
    reader, writer = parsed("int").root, parsed("string").root
    with pytest.raises(SchemaResolutionError):
        decode(reader, writer, encode(writer, "a"))
