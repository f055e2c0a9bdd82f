"""The judge of the demo's dead letters."""

from odradek.cli.demo.checks import Fingerprint, compare
from odradek.cli.demo.letters_story import TOPIC, LetterMoment, LettersResult, Whereabouts

EXACT = compare(TOPIC, Fingerprint(), Fingerprint())


def test_letters_where_they_must_be_are_no_difference() -> None:
    place = Whereabouts(None, 50, None)
    assert LettersResult([LetterMoment("killed", place, place)], EXACT).differences == []


def test_a_letter_that_is_missing_is_told() -> None:
    moment = LetterMoment("broker back", Whereabouts(9, 0, 50), Whereabouts(9, 0, 51))
    (told,) = LettersResult([moment], EXACT).differences
    assert "letters_waiting=50" in told
    assert told.endswith("after: broker back")


def test_a_record_that_was_replayed_twice_is_told() -> None:
    once, twice = Fingerprint(), Fingerprint()
    for found in (once, twice, twice):
        found.add(b"N1", b"{}")
    differences = LettersResult([], compare(TOPIC, once, twice)).differences
    assert f"{TOPIC}: 1 duplicates" in differences
