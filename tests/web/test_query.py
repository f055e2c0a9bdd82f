"""Query parameters into a struct."""

import pytest
from msgspec import Struct

from odradek.web.errors import HttpError
from odradek.web.query import read_query


class Query(Struct, frozen=True):
    flag: bool = False
    limit: int = -1
    name: str = "all"
    keys: tuple[str, ...] = ()


def test_missing_parameters_have_their_defaults() -> None:
    assert read_query(Query, []) == Query()


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("True", True), ("False", False), ("", False), ("1", False)]
)
def test_booleans_are_read_as_python_clients_write_them(text: str, value: bool) -> None:
    assert read_query(Query, [("flag", text)]).flag is value


def test_values_are_read_by_their_types() -> None:
    pairs = [("limit", "-5"), ("name", "x"), ("keys", "a"), ("keys", "b"), ("other", "1")]
    assert read_query(Query, pairs) == Query(limit=-5, name="x", keys=("a", "b"))
    assert read_query(Query, [("name", "first"), ("name", "second")]).name == "first"
    assert read_query(Query, [("limit", "+7")]).limit == 7
    assert read_query(Query, [("limit", "")]).limit == -1


@pytest.mark.parametrize("text", ["9999999999", "x", "1.5", "--1", "\u0661", "9" * 5_000])
def test_number_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(HttpError) as error:
        read_query(Query, [("limit", text)])
    assert error.value.status == 404
