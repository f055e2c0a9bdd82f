from odradek.cli.demo.compaction_story import Contents, Step, airport_of

CLEANED = Contents(2, {b"N1": (4, b"JFK"), b"N2": (5, None)})


def step(seen: Contents) -> Step:
    return Step("after cleaning", seen, CLEANED, size_bytes=0)


def test_a_topic_cleaned_as_it_must_be_has_no_differences() -> None:
    assert step(CLEANED).differences == []


def test_records_that_should_be_gone_are_told() -> None:
    assert step(CLEANED._replace(records=3)).differences == [
        "whereabouts, after cleaning: 3 records instead of 2"
    ]


def test_a_key_at_another_offset_or_lost_is_told() -> None:
    moved = {b"N1": (3, b"JFK")}
    assert step(CLEANED._replace(latest=moved)).differences == [
        "whereabouts, after cleaning: 2 keys with another latest record"
    ]


def test_tombstones_are_keys_whose_latest_record_has_no_value() -> None:
    assert CLEANED.tombstones == 1


def test_a_flight_leaves_its_plane_where_it_went() -> None:
    flight = b'{"origin":"EWR","dest":"IAH","time_hour":"2013-01-01 05:00:00"}'
    assert airport_of(flight) == b'{"airport":"IAH","since":"2013-01-01 05:00:00"}'
