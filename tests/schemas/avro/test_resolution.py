"""The rules hold however large, deep or entangled schemas are; the verdicts are in changes/."""

import json

import pytest

from odradek.schemas.avro import AvroSchema, parse, resolution
from odradek.schemas.avro.resolution import REPORTED_MAX
from odradek.schemas.levels import Policy
from odradek.schemas.schema import InvalidSchema, ReferencedSchema


def parsed(schema: object) -> AvroSchema:
    return parse(json.dumps(schema))


def kinds(reader: AvroSchema, writer: AvroSchema) -> list[str]:
    return [each.kind for each in reader.incompatibilities(writer, Policy.STRICT)]


def chain(length: int, last: str) -> AvroSchema:
    """Records that lead to each other by name, far deeper than anything can be nested."""
    definitions: list[object] = []
    for number in range(length):
        fields = [{"name": "a", "type": f"R{number - 1}" if number else last}]
        link = {"type": "record", "name": f"R{number}", "fields": fields}
        definitions.append({"name": f"f{number}", "type": link})
    text = json.dumps({"type": "record", "name": "All", "fields": definitions})
    return parse(f'"R{length - 1}"', [ReferencedSchema("All", text)])


def test_a_chain_of_names_is_followed_to_its_end() -> None:
    reader, writer = chain(1_200, "int"), chain(1_200, "string")
    [found] = reader.incompatibilities(writer, Policy.STRICT)
    assert found.path == "/fields/0/type" * 1_200
    assert reader.witness(writer) is None


def test_types_that_multiply_are_compared_once() -> None:
    def doubling(last: str) -> AvroSchema:
        schema: object = last
        for level in range(50):
            fields = [{"name": "a", "type": schema}]
            if level:
                fields.append({"name": "b", "type": f"R{level - 1}"})
            schema = {"type": "record", "name": f"R{level}", "fields": fields}
        return parsed(schema)

    assert kinds(doubling("long"), doubling("int")) == []
    assert len(kinds(doubling("int"), doubling("long"))) == REPORTED_MAX


def test_a_comparison_that_would_take_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolution, "WORK_MAX", 10_000)

    def many(name: str) -> AvroSchema:
        return parsed([{"type": "fixed", "name": f"{name}{n}", "size": 1} for n in range(150)])

    with pytest.raises(InvalidSchema, match="steps"):
        kinds(many("F"), many("G"))


def test_records_that_hold_each_other_are_compared_with_an_end() -> None:
    def pair(type_of_a: str) -> AvroSchema:
        back = {"type": "record", "name": "B", "fields": [{"name": "back", "type": ["null", "A"]}]}
        fields = [{"name": "there", "type": ["null", back]}, {"name": "a", "type": type_of_a}]
        return parsed({"type": "record", "name": "A", "fields": fields})

    assert kinds(pair("long"), pair("int")) == []
    assert kinds(pair("int"), pair("long")) == ["TYPE_MISMATCH"]


def test_a_missing_branch_is_explained_by_what_is_wrong_in_it() -> None:
    def union(*fields: object) -> AvroSchema:
        return parsed(["null", {"type": "record", "name": "Address", "fields": list(fields)}])

    new = union({"name": "zip", "type": "string"})
    [found] = new.incompatibilities(union(), Policy.STRICT)
    assert (found.kind, found.path) == ("MISSING_UNION_BRANCH", "/1")
    assert "zip of Address has no default" in found.description
    assert found.remedy.startswith("give zip a default")


def test_a_long_list_of_symbols_is_told_in_part() -> None:
    def enum(*symbols: str) -> AvroSchema:
        return parsed({"type": "enum", "name": "E", "symbols": list(symbols)})

    [found] = enum("A").incompatibilities(enum("A", *(f"S{n}" for n in range(30))), Policy.STRICT)
    assert "and 20 more" in found.description
    assert found.additional_info.count("S") == 30


def test_only_avro_is_compared_with_avro() -> None:
    with pytest.raises(TypeError):
        parsed("int").incompatibilities(object(), Policy.STRICT)  # type: ignore[arg-type]
