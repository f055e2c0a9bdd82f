"""Texts of JSON Schemas: what makes two of them one, and which are refused."""

import pytest

from odradek.schemas.json_schema import parse
from odradek.schemas.json_schema.text import MAX_NESTING, MAX_VALUES
from odradek.schemas.schema import InvalidSchema


def test_the_text_is_kept_byte_for_byte() -> None:
    text = ' { "type":\t"string" }\n'
    assert parse(text).text == text


def test_white_space_makes_no_other_schema_but_the_order_of_keys_does() -> None:
    one = parse('{"type": "object", "title": "é"}')
    assert one.canonical() == parse('{"type":"object","title":"\\u00e9"}').canonical()
    assert one.canonical() != parse('{"title":"é","type":"object"}').canonical()


def test_normalized_texts_are_sorted_at_every_level() -> None:
    one = parse('{"type":"object","properties":{"b":{"type":"string","maxLength":1},"a":{}}}')
    other = parse('{"properties":{"a":{},"b":{"maxLength":1,"type":"string"}},"type":"object"}')
    assert one.normalized() == other.normalized()
    assert one.normalized() == (
        '{"properties":{"a":{},"b":{"maxLength":1,"type":"string"}},"type":"object"}'
    )


def test_arrays_keep_their_order() -> None:
    assert parse('{"enum":["b","a"]}').normalized() == '{"enum":["b","a"]}'


def test_numbers_keep_their_digits() -> None:
    text = '{"multipleOf":0.10000000000000000001,"maximum":12345678901234567890,"minimum":1.0}'
    assert parse(text).canonical() == text


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("1e2", "1E+2"),
        ("2.50e1", "25.0"),
        ("0.0000010", "0.0000010"),
        ("0.00000010", "1.0E-7"),
        ("-0", "0"),
        ("-0.0", "0.0"),
    ],
)
def test_numbers_are_written_as_confluents_registry_writes_them(number: str, written: str) -> None:
    schema = parse(f'{{"maximum":{number}}}')
    assert schema.canonical() == f'{{"maximum":{written}}}'
    assert schema.normalized() == schema.canonical()


def test_a_normalized_text_is_a_schema_that_normalizes_to_itself() -> None:
    once = parse('{"type":["null","string"],"default":null,"x":{"b":[{"d":1,"c":2}]}}').normalized()
    assert parse(once).normalized() == once


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not JSON"),
        ("{", "is not JSON"),
        ('{"maximum": NaN}', "NaN is no JSON value"),
        ('{"maximum": 1e100000}', "out of any range"),
        ('"string"', "an object or a boolean"),
        ("[]", "an object or a boolean"),
        ("7", "an object or a boolean"),
        ("null", "an object or a boolean"),
    ],
)
def test_what_is_no_schema_is_refused_with_the_reason(text: str, said: str) -> None:
    with pytest.raises(InvalidSchema, match=said):
        parse(text)


@pytest.mark.parametrize(
    "text",
    ['{"title":"\\ud83d"}', '{"properties":{"a\\uDC00":{}}}', '{"enum":[["\\udfff\\ud800"]]}'],
)
def test_half_a_character_is_refused(text: str) -> None:
    with pytest.raises(InvalidSchema, match="half a character"):
        parse(text)
    assert parse('{"title":"\\ud83d\\ude00 \\\\ud83d"}').title == "😀 \\ud83d"


@pytest.mark.parametrize("levels", [MAX_NESTING + 1, 100_000])
def test_a_text_that_is_nested_too_deep_is_refused(levels: int) -> None:
    with pytest.raises(InvalidSchema, match="nested deeper"):
        parse('{"not":' * levels + "{}" + "}" * levels)


def test_the_deepest_text_that_is_taken_can_be_used() -> None:
    levels = MAX_NESTING - 1
    schema = parse('{"not":' * levels + "{}" + "}" * levels)
    assert schema.normalized() == schema.canonical()
    assert not schema.incompatibilities(schema)


def test_a_text_with_too_many_values_is_refused() -> None:
    with pytest.raises(InvalidSchema, match="more than"):
        parse(f'{{"enum":[{",".join(["0"] * MAX_VALUES)}]}}')
