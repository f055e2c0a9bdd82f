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
from benchmarks.rows import ACKS_LEADER, Load
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


def test_a_fetch_run_verifies_and_counts_what_it_gets(loader: Path) -> None:
    load = Load("fetch", max_bytes=5_000_000)
    arguments = load.arguments(port=0, topic="t", acks=ACKS_LEADER)
    with running_sink(loader, ["--value-bytes=1024", "--fetch-bytes=1000000"]) as port:
        result = run_loader(loader, [*arguments, f"--port={port}", "--check-crc"])
    assert result.bytes >= load.max_bytes
    assert result.rewinds == result.requests


def test_a_broker_that_is_not_there_is_a_failed_load(loader: Path) -> None:
    with pytest.raises(LoadFailed, match=r"cannot connect to 127\.0\.0\.1:1"):
        run_loader(loader, Load("produce").arguments(port=1, topic="t", acks=ACKS_LEADER))
