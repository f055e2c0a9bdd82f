"""Keywords of one object come together as in other registries; what follows is in changes/."""

import pytest

from odradek.schemas.json_schema.model.keywords import Keywords
from odradek.schemas.json_schema.model.pieces import (
    Alternatives,
    Group,
    Piece,
    in_hash_order,
    pieces_of,
)

TEXT = Group("string", type_name="string")


def pieces(**schema: object) -> list[Piece]:
    return pieces_of(Keywords(schema, "#"))  # type: ignore[arg-type]


def test_keys_come_in_the_order_of_a_java_hash_map() -> None:
    assert in_hash_order(["type", "minLength", "maxLength", "enum"]) == [
        "minLength",
        "type",
        "maxLength",
        "enum",
    ]
    many = [f"key{number}" for number in range(13)]
    places = [1, 2, 0, 5, 6, 3, 4, 9, 7, 8, 11, 10, 12]
    assert in_hash_order(many) == [many[place] for place in places], "Java 17 printed that"


def test_keywords_about_one_type_are_one_piece() -> None:
    assert pieces(type="string", minLength=1, pattern="a") == [
        Group("string", frozenset({"minLength", "pattern"}), "string")
    ]
    assert pieces(maximum=1, items={}) == [
        Group("number", frozenset({"maximum"})),
        Group("array", frozenset({"items", "prefixItems"})),
    ]


def test_keywords_join_the_alternative_they_are_about() -> None:
    longer = Group("string", frozenset({"maxLength"}), "string")
    assert pieces(type=["string", "null"], maxLength=5) == [Alternatives((longer, "null"))]


def test_keywords_stay_beside_alternatives_that_something_came_before() -> None:
    shortest = Group("string", frozenset({"minLength"}))
    assert pieces(type=["string", "null"], format="date", minLength=1) == [
        shortest,
        Alternatives((TEXT, "null")),
    ]


def test_properties_are_joined_last() -> None:
    described = frozenset({"required", "properties"})
    assert pieces(properties={"a": {}}, enum=[], required=["a"]) == [
        "enum",
        Group("object", described),
    ]
    assert pieces(properties={}) == []


@pytest.mark.parametrize("silent", [{"format": "date"}, {"readOnly": True}, {"then": {}}, {"x": 1}])
def test_some_keywords_are_no_pieces(silent: dict[str, object]) -> None:
    assert pieces(**silent) == []
