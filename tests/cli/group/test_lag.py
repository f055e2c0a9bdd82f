from odradek.cli.group.lag import lag_rows, lag_sentence, ranges_text, short_name, total_lag
from odradek.cli.group.membership import Group, Member
from odradek.cli.log_offsets import LogRange, Partition

P0, P1, P2 = (Partition("t", number) for number in range(3))
READER = Member("reader-1", None, "reader", "127.0.0.1", [P0, P1])
STATIC = Member("x-1", "static", "x", "127.0.0.1", [P2])
GROUP = Group("g", "Classic", "Stable", "range", 0, "127.0.0.1:9092", [READER, STATIC])


def test_lag_lies_between_the_committed_offset_and_the_end_of_the_log() -> None:
    rows = lag_rows(GROUP, {P0: 4}, {P0: LogRange(0, 10)})

    assert rows[0]["lag"] == 6
    assert [row["owner"] for row in rows] == ["reader-1", "reader-1", "static"]


def test_lag_without_an_offset_or_a_log_is_unknown_and_not_in_the_total() -> None:
    gone = Partition("gone", 0)
    rows = lag_rows(GROUP, {P0: 4, gone: 7}, {P0: LogRange(0, 10), P1: LogRange(0, 10)})

    assert [(row["topic"], row["partition"], row["lag"]) for row in rows] == [
        ("gone", 0, None),
        ("t", 0, 6),
        ("t", 1, None),
        ("t", 2, None),
    ]
    assert lag_sentence(rows) == (
        "total lag 6 in 4 partitions; 3 without a committed offset or a log"
    )


def test_log_that_ends_before_the_committed_offset_does_not_make_up_for_others() -> None:
    rows = lag_rows(GROUP, {P0: 4, P1: 100}, {P0: LogRange(0, 10), P1: LogRange(0, 50)})

    assert [row["lag"] for row in rows[:2]] == [6, -50]
    assert total_lag(rows) == 6


def test_group_that_has_nothing_says_so() -> None:
    assert lag_sentence([]) == "no committed offsets, no assigned partitions"


def test_member_id_keeps_what_tells_it_from_others() -> None:
    assert short_name("rdkafka-ed73a69f-65c4-4ab8-90f6-2f8e4b60a1f1") == "rdkafka-ed73a69f"
    assert short_name("my-own-name") == "my-own-name"


def test_partitions_are_shown_as_ranges_by_topic() -> None:
    numbers = [0, 1, 2, 5, 7, 8]
    partitions = [*(Partition("flights", n) for n in numbers), Partition("weather", 0)]

    assert ranges_text(partitions) == "flights: 0-2,5,7-8  weather: 0"
    assert ranges_text([]) == ""
