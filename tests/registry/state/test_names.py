"""Subjects and their contexts."""

import pytest

from odradek.registry.state.names import (
    SubjectName,
    complaint_about,
    context_named,
    matches_prefix,
    parse_subject,
    qualify,
    qualify_within,
)


@pytest.mark.parametrize(
    ("text", "context", "name"),
    [
        ("orders", ".", "orders"),
        (":.staging:orders", ".staging", "orders"),
        (":.:orders", ".", "orders"),
        (":.staging:", ".staging", ""),
        (":.staging", ".staging", ""),
        (":*:orders", "*", "orders"),
        ("a:b", ".", "a:b"),
        (":.staging:a:b", ".staging", "a:b"),
    ],
)
def test_subject_is_a_context_and_a_name(text: str, context: str, name: str) -> None:
    assert parse_subject(text) == SubjectName(context, name)


def test_default_context_is_left_out() -> None:
    assert qualify(":.:orders") == qualify("orders") == "orders"
    assert qualify(":.staging:orders") == ":.staging:orders"


def test_reference_is_within_the_context_of_its_parent() -> None:
    assert qualify_within(":.staging:orders", "address") == ":.staging:address"
    assert qualify_within(":.staging:orders", ":.:address") == "address"
    assert qualify_within("orders", "address") == "address"


@pytest.mark.parametrize("text", [".staging", "staging", ":.staging:"])
def test_context_has_one_name_however_it_is_written(text: str) -> None:
    assert context_named(text) == ".staging"


def test_prefix_stays_in_its_context_unless_it_is_for_all() -> None:
    subjects = ["orders", ":.staging:orders", "other"]
    assert [s for s in subjects if matches_prefix(s, parse_subject("ord"))] == ["orders"]
    assert [s for s in subjects if matches_prefix(s, parse_subject(":*:ord"))] == subjects[:2]
    assert [s for s in subjects if matches_prefix(s, parse_subject(":.staging:"))] == subjects[1:2]


@pytest.mark.parametrize(
    "text", ["", ":.staging:", ":*:a", "a\nb", "a\x85", "__GLOBAL", ":.__GLOBAL:a"]
)
def test_some_names_are_refused(text: str) -> None:
    assert complaint_about(text) is not None


@pytest.mark.parametrize("text", ["orders", "a/b", "ü", ":.staging:orders", "a b", " "])
def test_most_names_are_taken(text: str) -> None:
    assert complaint_about(text) is None
