"""Finding a route."""

import pytest

from odradek.web.request import Request
from odradek.web.routes import Call, Route, Routes


async def handle(_: object, __: Call) -> None:
    """Never called."""


ROUTES = Routes(
    Route(method, path, handle, "A route.")
    for method, path in (
        ("GET", "/"),
        ("GET", "/subjects"),
        ("GET", "/subjects/{subject}"),
        ("GET", "/subjects/{subject}/versions"),
        ("DELETE", "/subjects/{subject}"),
        ("GET", "/schemas/ids/{id}"),
        ("GET", "/schemas/types"),
        ("GET", "/schemas/{any}/deep/{deeper}"),
    )
)


@pytest.mark.parametrize(
    ("method", "segments", "path", "names"),
    [
        ("GET", [""], "/", {}),
        ("GET", ["subjects"], "/subjects", {}),
        ("GET", ["subjects", "a/b"], "/subjects/{subject}", {"subject": "a/b"}),
        ("GET", ["subjects", "", "versions"], "/subjects/{subject}/versions", {"subject": ""}),
        ("GET", ["subjects", "versions"], "/subjects/{subject}", {"subject": "versions"}),
        ("DELETE", ["subjects", "a"], "/subjects/{subject}", {"subject": "a"}),
        ("GET", ["schemas", "types"], "/schemas/types", {}),
        (
            "GET",
            ["schemas", "ids", "deep", "x"],
            "/schemas/{any}/deep/{deeper}",
            {"any": "ids", "deeper": "x"},
        ),
    ],
)
def test_route_is_found_by_its_segments(
    method: str, segments: list[str], path: str, names: dict[str, str]
) -> None:
    found = ROUTES.find(method, segments)
    assert found is not None
    assert (found[0].path, found[1]) == (path, names)


@pytest.mark.parametrize(
    ("method", "segments"),
    [
        ("POST", ["subjects"]),
        ("GET", ["nothing"]),
        ("GET", ["subjects", "a", "b"]),
        ("GET", ["schemas"]),
    ],
)
def test_other_paths_and_methods_have_none(method: str, segments: list[str]) -> None:
    assert ROUTES.find(method, segments) is None


def test_path_with_a_thousand_segments_has_none() -> None:
    assert ROUTES.find("GET", ["subjects"] * 10_000) is None


def test_request_is_what_calls_carry() -> None:
    assert Request in Call.__annotations__.values()
