"""Answers and their media types."""

import pytest

from odradek.web.answer import answer_with, choose_media_type
from odradek.web.errors import HttpError

SERVED = ("application/vnd.x.v1+json", "application/json")


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, SERVED[0]),
        ("", SERVED[0]),
        ("*/*", SERVED[0]),
        ("text/html, *; q=.2", SERVED[0]),
        ("*/any", SERVED[0]),
        ("application/*", SERVED[0]),
        ("application/json", SERVED[1]),
        ("application/json; charset=utf-8", SERVED[1]),
        ("application/vnd.x.v1+json, application/json; q=0.5", SERVED[0]),
        ("application/vnd.x.v1+json; q=0.5, application/json", SERVED[1]),
        ("text/html, application/json;q=0.9, */*;q=0.1", SERVED[1]),
        ("APPLICATION/JSON", SERVED[1]),
    ],
)
def test_answer_has_the_type_that_is_asked_for_first(accept: str | None, chosen: str) -> None:
    assert choose_media_type(accept, SERVED) == chosen


@pytest.mark.parametrize("accept", ["text/html", "application/json;q=0", "application/json;q=x"])
def test_other_types_are_not_served(accept: str) -> None:
    with pytest.raises(HttpError) as error:
        choose_media_type(accept, SERVED)
    assert error.value.status == 406


def test_values_become_json_and_none_an_empty_answer() -> None:
    assert answer_with([1, "a"]).body == b'[1,"a"]'
    assert (answer_with([], 207).status, answer_with([]).status) == (207, 200)
    assert (answer_with(None).status, answer_with(None).body) == (204, b"")
