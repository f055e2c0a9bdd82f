"""Which schemas a text names, found without parsing it."""

import json

import pytest

from odradek.schemas.check.mentions import mentions_of, names_given_by
from odradek.schemas.check.sources import Source, sources_of


def source(path: str, text: str) -> Source:
    [only] = sources_of([(path, text)])
    return only


def test_names_of_avro_are_tried_in_their_namespace_first() -> None:
    inner = {"type": "record", "name": "y.S", "fields": [{"name": "t", "type": {"type": "T"}}]}
    fields = [
        {"name": "a", "type": {"type": "array", "items": "A"}},
        {"name": "b", "type": {"type": "map", "values": ["null", "z.B"]}},
        {"name": "s", "type": inner},
    ]
    outer = {"type": "record", "name": "R", "namespace": "x", "fields": fields}
    found = source("r.avsc", json.dumps(outer))
    assert set(mentions_of(found)) == {("x.A", "A"), ("z.B",), ("y.T", "T")}
    assert set(names_given_by(found)) == {"x.R", "y.S"}


def test_imports_of_protobuf_are_paths() -> None:
    text = """
        syntax = "proto3";
        import "a/b.proto";
        import public "c.proto";  // and more
        // import "no.proto";
        /* import "neither.proto"; */
    """
    found = source("x/y.proto", text)
    assert mentions_of(found) == [("a/b.proto",), ("c.proto",)]
    assert names_given_by(found) == ["x/y.proto"]


def test_references_of_json_schema_are_uris_without_their_fragment() -> None:
    text = json.dumps(
        {
            "$id": "https://example.com/order",
            "properties": {"a": {"$ref": "address.json#/$defs/City"}, "b": {"$ref": "#/$defs/B"}},
        }
    )
    found = source("x/order.json", text)
    assert mentions_of(found) == [("address.json",)]
    assert names_given_by(found) == ["x/order.json", "https://example.com/order"]


@pytest.mark.parametrize("path", ["a.avsc", "a.json", "a.proto"])
def test_what_is_no_schema_names_nothing(path: str) -> None:
    assert mentions_of(source(path, "[" * 10_000)) == []
