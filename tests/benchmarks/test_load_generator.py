"""The C loader: compiled once, checked against its own sink."""

from pathlib import Path

import pytest

from benchmarks.load_generator import (
    LoaderUnavailable,
    LoadFailed,
    build_loader,
    run_loader,
    running_sink,
)
from benchmarks.loads import ACKS_LEADER, Load
from benchmarks.topics import await_coordinators, create_topics
from benchmarks.wire import end_offset
from tests.machine import Missing, obtain


def _build() -> Path:
    try:
        return build_loader()
    except LoaderUnavailable as unavailable:
        raise Missing(str(unavailable)) from unavailable


@pytest.fixture(scope="module")
def loader() -> Path:
    return obtain(_build)


def test_a_machine_without_gcc_gets_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(LoaderUnavailable, match="gcc is not installed"):
        build_loader()


def test_a_compiled_loader_is_used_again(loader: Path) -> None:
    compiled_at = loader.stat().st_mtime_ns
    assert build_loader().stat().st_mtime_ns == compiled_at


@pytest.mark.parametrize(
    "load",
    [
        Load("produce", max_bytes=50_000),
        Load("produce", connections=4, in_flight=25, max_bytes=50_000),
        Load("produce", value_bytes=1024, batch_bytes=900_000, in_flight=5, max_bytes=9_000_000),
    ],
    ids=["sequential", "pipelined", "bulk"],
)
def test_a_produce_run_sends_the_bytes_asked_for(loader: Path, load: Load) -> None:
    with running_sink(loader, []) as port:
        result = run_loader(loader, load.arguments(port=port, topic="t", acks=ACKS_LEADER))
    assert load.max_bytes <= result.bytes < load.max_bytes + 900_000
    assert result.records >= result.requests
    assert 0 < result.p50_us <= result.p99_us <= result.p99_9_us


@pytest.mark.parametrize("options", [[], ["--check-crc"]], ids=["as a stream", "whole"])
@pytest.mark.parametrize("batch_bytes", [100, 1_000_000], ids=["tiny batch", "large batches"])
def test_a_fetch_run_verifies_and_counts_what_it_gets(
    loader: Path, options: list[str], batch_bytes: int
) -> None:
    load = Load("fetch", max_bytes=batch_bytes * 5)
    arguments = load.arguments(port=0, topic="t", acks=ACKS_LEADER)
    canned = ["--topic=t", "--value-bytes=24", f"--fetch-bytes={batch_bytes}"]
    with running_sink(loader, canned) as port:
        result = run_loader(loader, [*arguments, f"--port={port}", *options])
    assert load.max_bytes * 0.9 <= result.bytes < load.max_bytes + 2 * batch_bytes
    assert result.rewinds == result.requests
    assert result.records >= result.requests


@pytest.mark.parametrize("options", [[], ["--check-crc"]], ids=["as a stream", "whole"])
def test_both_ways_of_reading_count_the_same_records_of_a_broker(
    loader: Path, broker_port: int, options: list[str]
) -> None:
    """Small fetches, so that replies are cut within the log, batch by batch and at its end."""
    create_topics(broker_port, {"read": 1})
    if end_offset(broker_port, "read") == 0:
        written = Load("produce", value_bytes=300, batch_bytes=5_000, max_bytes=300_000)
        run_loader(loader, written.arguments(port=broker_port, topic="read", acks=ACKS_LEADER))
    read = Load("fetch").arguments(port=broker_port, topic="read", acks=ACKS_LEADER)
    result = run_loader(loader, [*read, "--fetch-bytes=17000", "--max-requests=200", *options])
    records_of_log = end_offset(broker_port, "read")
    assert records_of_log
    assert result.rewinds == result.records // records_of_log > 1
    assert result.requests == 200


def test_a_topic_that_does_not_exist_is_a_failed_load(loader: Path, broker_port: int) -> None:
    arguments = Load("fetch").arguments(port=broker_port, topic="nowhere", acks=ACKS_LEADER)
    with pytest.raises(LoadFailed, match="Fetch answered error codes 0 and 3 for partition 0"):
        run_loader(loader, arguments)


def test_commits_are_counted_by_their_answers(loader: Path, broker_port: int) -> None:
    create_topics(broker_port, {"committed": 4})
    await_coordinators(broker_port, [f"bench-{number}" for number in range(4)], "committed")
    load = Load("commit", connections=4, in_flight=5)
    arguments = load.arguments(port=broker_port, topic="committed", acks=ACKS_LEADER)
    result = run_loader(loader, [*arguments, "--max-requests=100"])
    assert (result.requests, result.records, result.bytes) == (100, 100, 0)


def test_idle_connections_stay_open_beside_the_busy_ones(loader: Path, broker_port: int) -> None:
    create_topics(broker_port, {"busy": 3})
    load = Load("produce", connections=3, idle_connections=20)
    arguments = load.arguments(port=broker_port, topic="busy", acks=ACKS_LEADER)
    assert run_loader(loader, [*arguments, "--max-requests=60"]).requests == 60


def test_too_many_idle_connections_are_refused_with_the_number(loader: Path) -> None:
    arguments = Load("produce", idle_connections=5000).arguments(port=1, topic="t", acks=1)
    with pytest.raises(LoadFailed, match="--idle-connections 5000 is not between 0 and 959"):
        run_loader(loader, arguments)


def test_a_broker_that_is_not_there_is_a_failed_load(loader: Path) -> None:
    with pytest.raises(LoadFailed, match=r"cannot connect to 127\.0\.0\.1:1"):
        run_loader(loader, Load("produce").arguments(port=1, topic="t", acks=ACKS_LEADER))
