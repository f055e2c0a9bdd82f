from odradek.cli.demo.checks import Fingerprint, compare
from odradek.cli.demo.copy_story import TARGET, CopyResult, Moment, Sight, in_metres

EXACT = compare(TARGET, Fingerprint(), Fingerprint())


def test_a_copy_seen_as_it_must_be_has_no_differences() -> None:
    sight = Sight(500, 0, 0)
    assert CopyResult([Moment("1, open", sight, sight)], EXACT).differences == []


def test_records_that_nobody_committed_must_not_be_seen() -> None:
    early = Moment("1, open", Sight(500, 500, 0), Sight(500, 0, 0))
    (told,) = CopyResult([early], EXACT).differences
    assert "committed=500" in told
    assert told.endswith("with transaction 1, open")


def test_a_copy_that_is_not_exact_is_told() -> None:
    copied = Fingerprint()
    copied.add(b"JFK", b"{}")
    (told, *_) = CopyResult([], compare(TARGET, Fingerprint(), copied)).differences
    assert told == "airports-metric: 1 records instead of 0"


def test_altitudes_are_turned_into_whole_metres() -> None:
    assert in_metres(b'{"faa":"DEN","alt":5431}') == b'{"faa":"DEN","alt":1655}'
