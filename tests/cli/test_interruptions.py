"""Commands that are cut short: by Ctrl-C, by a broker that goes away."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from odradek.testing import EphemeralBroker

END_TIMEOUT_S = 60


@contextmanager
def running(broker: EphemeralBroker, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """`odradek ARGUMENTS` against the broker; killed at the end if it still runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "odradek", *arguments, "-b", broker.bootstrap_servers],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A suite that runs in the background has SIGINT ignored, and its children would inherit it.
        preexec_fn=_heed_interrupts,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def _heed_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def write_line(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def read_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


@pytest.fixture
def broker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EphemeralBroker]:
    """A broker of the test's own, with one topic, `t`."""
    monkeypatch.chdir(tmp_path)
    with EphemeralBroker() as broker:
        broker.create_topic("t")
        yield broker


@pytest.mark.parametrize(("options", "code"), [((), 0), (("-n", "2"), 130)])
def test_following_ends_well_with_ctrl_c_and_a_cut_short_reading_does_not(
    broker: EphemeralBroker, options: tuple[str, ...], code: int
) -> None:
    with running(broker, "produce", "t") as producer:
        producer.communicate('"hello"\n', timeout=END_TIMEOUT_S)
    with running(broker, "consume", "t", "-o", "value", *options) as process:
        assert read_line(process) == '"hello"\n'
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=END_TIMEOUT_S)

    assert process.returncode == code
    assert "t: read 1 record," in stderr


def test_producer_waits_for_a_broker_that_comes_back(broker: EphemeralBroker) -> None:
    # The consumer tells when the first record has arrived.
    with (
        running(broker, "consume", "t", "-n", "2", "-o", "value") as consumer,
        running(broker, "produce", "t") as producer,
    ):
        write_line(producer, '"before"')
        assert read_line(consumer) == '"before"\n'
        broker.kill()
        write_line(producer, '"after"')
        broker.restart()
        _, stderr = producer.communicate(timeout=END_TIMEOUT_S)
        stdout, _ = consumer.communicate(timeout=END_TIMEOUT_S)

    assert producer.returncode == 0, stderr
    assert "t: delivered 2 records," in stderr
    assert stdout == '"after"\n'


def test_records_for_a_broker_that_stays_away_are_counted_as_failed(
    broker: EphemeralBroker,
) -> None:
    with (
        running(broker, "consume", "t", "-n", "1", "-o", "value") as consumer,
        running(broker, "produce", "t", "-X", "delivery.timeout.ms=2000") as producer,
    ):
        write_line(producer, '"before"')
        assert read_line(consumer) == '"before"\n'
        broker.kill()
        write_line(producer, '"after"')
        _, stderr = producer.communicate(timeout=END_TIMEOUT_S)

    assert producer.returncode == 1
    assert "t: delivered 1 record," in stderr
    assert "1 failed" in stderr
    assert "error: 1 not delivered: " in stderr
    assert "_MSG_TIMED_OUT" in stderr
    assert stderr.count("no broker answers; waiting for one to come back") == 1


def test_interrupted_producer_says_what_was_delivered(broker: EphemeralBroker) -> None:
    with (
        running(broker, "consume", "t", "-n", "1", "-o", "value") as consumer,
        running(broker, "produce", "t") as producer,
    ):
        write_line(producer, '"sent"')
        assert read_line(consumer) == '"sent"\n'
        producer.send_signal(signal.SIGINT)
        _, stderr = producer.communicate(timeout=END_TIMEOUT_S)

    assert producer.returncode == 1
    assert "t: delivered 1 record," in stderr
    assert "error: interrupted before everything was sent" in stderr
