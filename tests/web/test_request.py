"""A request's path and body."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest

from odradek.web.errors import HttpError
from odradek.web.request import Request


def request(path: str, query: str = "", *chunks: bytes, **headers: str) -> Request:
    scope: dict[str, Any] = {
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()],
    }
    rest = list(chunks or [b""])

    async def receive() -> MutableMapping[str, Any]:
        body = rest.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(rest)}

    return Request(scope, receive)


@pytest.mark.parametrize(
    ("path", "segments"),
    [
        ("/", [""]),
        ("/subjects", ["subjects"]),
        ("/subjects/", ["subjects"]),
        ("/subjects/a%2Fb/versions", ["subjects", "a/b", "versions"]),
        ("/subjects//versions", ["subjects", "", "versions"]),
        ("/subjects/%3A.c%3Aa", ["subjects", ":.c:a"]),
        ("/subjects/%25", ["subjects", "%"]),
        ("/subjects/%252F", ["subjects", "%2F"]),
        ("/subjects/%C3%BC", ["subjects", "ü"]),
    ],
)
def test_path_is_divided_before_it_is_decoded(path: str, segments: list[str]) -> None:
    assert request(path).segments == segments


@pytest.mark.parametrize("path", ["/subjects/%FF", "/%C3/versions", "/a/%ED%A0%80"])
def test_path_that_is_no_text_is_refused(path: str) -> None:
    with pytest.raises(HttpError, match="UTF-8") as error:
        request(path)
    assert error.value.status == 400


def test_parameters_are_read_in_order_and_can_be_replaced() -> None:
    asked = request("/", "a=1&b=&a=2&c=x%20y")
    assert asked.query() == [("a", "1"), ("b", ""), ("a", "2"), ("c", "x y")]
    asked.replace_parameter("a", lambda value: value + "!")
    asked.replace_parameter("d", lambda value: value + "new")
    expected = [("b", ""), ("c", "x y"), ("a", "1!"), ("a", "2!"), ("d", "new")]
    assert asked.query() == expected


def test_too_many_parameters_are_refused() -> None:
    with pytest.raises(HttpError):
        request("/", "&".join(["a=1"] * 1_001)).query()


def test_body_is_read_to_its_end() -> None:
    assert asyncio.run(request("/", "", b"ab", b"c").body(3)) == b"abc"


@pytest.mark.parametrize(
    "asked", [request("/", "", b"ab", b"cd"), request("/", "", b"", content_length="4")]
)
def test_body_has_a_largest_size(asked: Request) -> None:
    with pytest.raises(HttpError) as error:
        asyncio.run(asked.body(3))
    assert error.value.status == 413
