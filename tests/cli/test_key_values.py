import pytest

from odradek.cli.errors import CommandError
from odradek.cli.key_values import parse_pairs


def test_pair_is_split_at_its_first_equals_sign() -> None:
    assert parse_pairs("-X", ["a=b=c", " d = e "], example="x=y") == [("a", "b=c"), ("d", "e")]


def test_value_may_be_empty_but_not_the_key() -> None:
    assert parse_pairs("-X", ["a="], example="x=y") == [("a", "")]
    with pytest.raises(CommandError, match="-X =b is not of the form key=value, as -X x=y"):
        parse_pairs("-X", ["=b"], example="x=y")


def test_option_that_was_not_given_has_no_pairs() -> None:
    assert parse_pairs("-X", None, example="x=y") == []
