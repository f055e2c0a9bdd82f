"""The rows: verdicts on a value, choosing rows, and the loader's command line."""

import pytest

from benchmarks.loads import (
    ACKS_ALL,
    ClientLoad,
    GroupLoad,
    Load,
    PartitionsStart,
    RunningLoad,
    TransactionLoad,
    topics_of,
    written_bytes,
)
from benchmarks.rows import ROWS, Criterion, rows_named

FASTER = Criterion("mb_per_s", "higher", must=1.4, aim=1.9)
CHEAPER = Criterion("cpu_ms_per_mb", "lower", must=0.6, aim=0.45)


@pytest.mark.parametrize(
    ("criterion", "value", "verdict"),
    [
        (FASTER, 1.9, "aim met"),
        (FASTER, 1.4, "met"),
        (FASTER, 1.39, "**not met**"),
        (CHEAPER, 0.45, "aim met"),
        (CHEAPER, 0.6, "met"),
        (CHEAPER, 0.61, "**not met**"),
    ],
)
def test_a_value_on_the_bound_reaches_it(criterion: Criterion, value: float, verdict: str) -> None:
    assert criterion.verdict(value) == verdict


def test_every_aim_asks_at_least_as_much_as_the_must() -> None:
    for row in ROWS:
        for criterion in row.criteria:
            assert criterion.verdict(criterion.aim) == "aim met", row.name
            assert criterion.verdict(criterion.must) in ("met", "aim met"), row.name


def test_no_names_choose_every_row() -> None:
    assert rows_named([]) == ROWS


def test_names_choose_their_rows_in_the_order_given() -> None:
    assert [row.name for row in rows_named(["start", "consume"])] == ["start", "consume"]


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"no row is named 'latency'; the rows are produce_1kib, "):
        rows_named(["latency"])


def test_every_connection_of_a_load_has_a_partition_of_its_own() -> None:
    arguments = Load("produce", connections=4, in_flight=25).arguments(
        port=9092, topic="pipelined", acks=ACKS_ALL
    )
    assert arguments[0] == "produce"
    assert {"--connections=4", "--partitions=4", "--in-flight=25", "--acks=-1"} <= set(arguments)


def test_a_scaled_load_is_shorter_in_bytes_and_in_time() -> None:
    load = Load("produce", max_bytes=1000, seconds=4).scaled(0.25)
    assert (load.max_bytes, load.seconds) == (250, 1)


def test_what_is_scaled_to_next_to_nothing_still_measures_something() -> None:
    assert Load("produce", seconds=4).scaled(0.0001).seconds > 0
    assert ClientLoad("java", "consume", 100, records=5000).scaled(0.0001).records == 1000
    assert TransactionLoad("copy", transactions=1000).scaled(0.0001).transactions == 10
    assert GroupLoad(50).scaled(0.01).members == 5
    assert PartitionsStart(1000, "kill").scaled(0.0001).partitions == 1


def test_every_reader_shares_the_one_topic_that_is_filled() -> None:
    loads = [
        ("consume", Load("fetch")),
        ("java_consume", ClientLoad("java", "consume", 1024, records=10)),
        ("java_produce", ClientLoad("java", "produce", 1024, records=10)),
        ("busy", Load("produce", connections=50)),
        ("group", GroupLoad(50)),
        ("read_committed", ClientLoad("librdkafka", "consume_committed", 1024, records=10)),
    ]
    topics = {"consume": 1, "java_produce": 1, "busy": 50, "group": 1, "committed": 1}
    assert topics_of(loads) == topics


def test_a_copy_needs_the_topic_it_reads_beside_its_own() -> None:
    assert topics_of([("copy", TransactionLoad("copy", 10))]) == {"copy": 1, "consume": 1}


@pytest.mark.parametrize(
    ("load", "size_bytes"),
    [
        (Load("produce", batch_bytes=900_000, max_bytes=10**9), 10**9),
        (Load("produce", max_bytes=10**9), 10**8),
        (Load("fetch"), 0),
        (ClientLoad("java", "produce", 1024, records=1000), 1_024_000),
        (ClientLoad("java", "consume", 1024, records=1000), 0),
        (TransactionLoad("produce", transactions=10, records=100, value_bytes=1024), 1_024_000),
        (GroupLoad(50), 0),
    ],
)
def test_as_much_memory_is_warmed_as_the_load_writes(load: RunningLoad, size_bytes: int) -> None:
    assert written_bytes(load) == size_bytes


def test_the_idle_connections_of_a_load_are_asked_for() -> None:
    load = Load("produce", connections=50, idle_connections=500)
    assert "--idle-connections=500" in load.arguments(port=9092, topic="t", acks=1)
