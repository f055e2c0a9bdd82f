"""Real clients in processes of their own: what they say is read, and a failure is theirs."""

import pytest
from confluent_kafka import ConsumerGroupTopicPartitions
from confluent_kafka.admin import AdminClient

from benchmarks.client_processes import (
    change_group,
    parse_consumer_performance,
    parse_producer_performance,
    run_client,
    run_transactions,
)
from benchmarks.load_generator import LoadFailed
from benchmarks.loads import ClientLoad, TransactionLoad
from benchmarks.topics import await_coordinators, create_topics

PRODUCED = ClientLoad("java", "produce", value_bytes=1024, records=4000)
CONSUMED = ClientLoad("java", "consume", value_bytes=1024, records=4000)

PRODUCER_OUTPUT = """\
2000 records sent, 400.0 records/sec (0.39 MB/sec), 31.2 ms avg latency, 391.0 ms max latency.
4000 records sent, 800.0 records/sec (0.78 MB/sec), 31.20 ms avg latency, 391.00 ms max latency, \
29 ms 50th, 51 ms 95th, 57 ms 99th, 61 ms 99.9th.
"""
CONSUMER_HEADER = (
    "start.time, end.time, data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, "
    "rebalance.time.ms, fetch.time.ms, fetch.MB.sec, fetch.nMsg.sec\n"
)
CONSUMER_OUTPUT = CONSUMER_HEADER + (
    "2026-11-23 01:17:56:121, 2026-11-23 01:18:06:259, 3.9, 1.3, 4000, 1300.0, 3000, 100, 39.0, "
    "40000.0\n"
)
NOTHING_CONSUMED = CONSUMER_HEADER + (
    "WARNING: Exiting before consuming the expected number of records.\n"
    "2026-11-23 01:17:56:121, 2026-11-23 01:18:06:259, 0.0, 0.0, 0, 0.0, 0, 10138, 0.0, 0.0\n"
)


def test_the_totals_of_the_producers_tool_are_in_its_last_line() -> None:
    result = parse_producer_performance(PRODUCER_OUTPUT, PRODUCED)
    assert (result.records, result.bytes, result.seconds) == (4000, 4000 * 1024, 5.0)


def test_a_producer_that_ended_early_has_no_totals() -> None:
    early = PRODUCER_OUTPUT.partition("\n")[0]
    with pytest.raises(LoadFailed, match="printed no totals"):
        parse_producer_performance(early, PRODUCED)


def test_the_time_a_consumer_takes_to_join_is_not_counted() -> None:
    result = parse_consumer_performance(CONSUMER_OUTPUT, CONSUMED)
    assert (result.records, result.bytes, result.seconds) == (4000, 4000 * 1024, 0.1)


def test_a_consumer_that_read_too_little_failed() -> None:
    with pytest.raises(LoadFailed, match="read 0 of 4000 records"):
        parse_consumer_performance(NOTHING_CONSUMED, CONSUMED)


def test_output_of_another_kind_is_shown() -> None:
    with pytest.raises(LoadFailed, match="printed no totals: 'oops'"):
        parse_consumer_performance("oops", CONSUMED)


def test_librdkafka_consumes_what_it_produced(broker_port: int) -> None:
    create_topics(broker_port, {"client": 1})
    produce = ClientLoad("librdkafka", "produce", value_bytes=100, records=12_345)
    consume = ClientLoad("librdkafka", "consume", value_bytes=100, records=12_345)
    produced = run_client(produce, port=broker_port, topic="client")
    consumed = run_client(consume, port=broker_port, topic="client")
    assert (produced.records, produced.bytes) == (12_345, 1_234_500)
    # The clock starts with the first record, which is therefore not counted.
    assert (consumed.records, consumed.bytes) == (12_344, 1_234_400)


def test_a_copy_commits_its_position_with_what_it_copied(broker_port: int) -> None:
    create_topics(broker_port, {"consume": 1, "copy": 1})
    produced = run_transactions(
        TransactionLoad("produce", 40, records=50, abort_every=4), port=broker_port, topic="consume"
    )
    assert (produced.transactions, produced.records) == (40, 2000)
    assert produced.p99_us >= produced.p50_us > 0
    copied = run_transactions(
        TransactionLoad("copy", 30, records=50), port=broker_port, topic="copy"
    )
    assert copied.records == 1500
    admin = AdminClient({"bootstrap.servers": f"127.0.0.1:{broker_port}"})
    asked = admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions("copy")])
    (position,) = asked["copy"].result(60).topic_partitions
    # A marker follows on each; the thirtieth that was not aborted is the 39th.
    assert (position.topic, position.offset) == ("consume", 38 * 51 + 50)


def test_every_member_of_a_group_gets_its_own_assignment_twice(broker_port: int) -> None:
    await_coordinators(broker_port, ["life"], "client")
    times = change_group(port=broker_port, group="life", members=5)
    assert times.join_ms > 0
    assert times.leave_ms > 0


def test_a_broker_that_is_not_there_ends_the_group() -> None:
    with pytest.raises(LoadFailed, match="Connect call failed"):
        change_group(port=1, group="life", members=5)
