import pytest

from odradek.config.setting import SettingValue, Validator
from odradek.config.validators import (
    GzipLevel,
    NotEmpty,
    OneOf,
    ThrottledReplicas,
    at_least,
    between,
    one_of,
)


@pytest.mark.parametrize(
    ("validator", "legal", "illegal"),
    [
        (at_least(0), [0, 1, 10**12], [-1]),
        (between(2, 5), [2, 5], [1, 6]),
        (between(0, 1), [0.0, 0.5, 1.0], [-0.1, 1.1]),
        (GzipLevel(), [-1, 1, 9], [0, 10, -2]),
        (one_of("a", "b"), ["a", ("a", "b"), ()], ["A", "", ("a", "c")]),
        (OneOf(("A", "b"), ignore_case=True), ["a", "B"], ["c"]),
        (NotEmpty(), ["x", ("x",)], ["", ()]),
        (ThrottledReplicas(), [(), ("*",), ("0:1", "12:3")], [("0",), ("none",), ("0:1", "x:1")]),
    ],
)
def test_validator_accepts_the_legal_and_explains_the_illegal(
    validator: Validator, legal: list[SettingValue], illegal: list[SettingValue]
) -> None:
    assert [validator(value) for value in legal] == [None] * len(legal)
    assert all(validator(value) for value in illegal)


@pytest.mark.parametrize(
    ("validator", "description"),
    [
        (at_least(1), "1 or more"),
        (between(0, 1), "0 to 1"),
        (one_of("a", "b"), "a, b"),
        (GzipLevel(), "1 to 9, or -1"),
    ],
)
def test_validator_describes_itself_for_the_reference(
    validator: Validator, description: str
) -> None:
    assert str(validator) == description
