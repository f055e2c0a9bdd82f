"""The judge of dumped logs knows a hole that is allowed from one that is not."""

from tests.conformance.dump_log import complaints

FILE = "Non-consecutive offsets in /data/{}-0/{:020}.log"
HOLES = ["  -1 is followed by 100", "  100 is followed by 105", "  105 is followed by 107"]


def test_a_segment_that_begins_with_its_base_is_no_complaint() -> None:
    assert complaints([FILE.format("flights", 100), HOLES[0]], ()) == []


def test_holes_of_a_compacted_topic_are_allowed_whatever_its_segments_begin_with() -> None:
    at_base = [FILE.format("table", 100), *HOLES]
    behind_base = [FILE.format("table", 90), *HOLES]
    assert complaints([*at_base, *behind_base], {"table"}) == []


def test_holes_of_another_topic_are_complaints() -> None:
    allowed = [FILE.format("table", 100), *HOLES]
    told = complaints([*allowed, FILE.format("flights", 100), *HOLES], {"table"})
    assert told == HOLES[1:]
