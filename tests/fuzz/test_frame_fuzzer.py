"""Damaged frames neither stop, slow nor fatten the broker."""

import random
import time
from collections.abc import Iterator

import pytest

from odradek.testing import EphemeralBroker
from tests.fuzz.assault import Assault
from tests.machine import obtain
from tests.process_facts import Footprint
from tests.reliability_report import Row, write_row

FRAMES = 20_000
SOAK_FRAMES = 1_000_000
WARM_UP_FRAMES = 4_000
GROWTH_BYTES_MAX = 32 * 1024 * 1024
HEALTHY_ANSWER_CPU_S_MAX = 2.0
OPEN_FILES_SLACK = 16
"""Topics that a mutation happened to create hold a few files."""
TARGET, HEALTHY_TOPIC = "target", "healthy"


@pytest.fixture
def broker() -> Iterator[EphemeralBroker]:
    """A broker of its own, in which a stray name makes no topic."""
    with EphemeralBroker(settings={"auto.create.topics.enable": False}) as broker:
        obtain(lambda: Footprint.of(broker.pid))
        broker.create_topic(TARGET)
        broker.create_topic(HEALTHY_TOPIC)
        yield broker


def assail(broker: EphemeralBroker, frames: int, seed: int) -> tuple[Assault, int]:
    """Warm up, send the frames, compare; return the run and by how much memory grew."""
    noise = random.Random(seed)
    assault = Assault(broker.bootstrap_servers, broker.pid, TARGET, HEALTHY_TOPIC, noise)
    assault.run(WARM_UP_FRAMES)
    before = Footprint.of(broker.pid)
    assault.run(frames)
    assert broker.is_running
    assert "request failed" not in broker.log
    after = Footprint.of(broker.pid)
    growth_bytes = after.resident_bytes - before.resident_bytes
    assert growth_bytes < GROWTH_BYTES_MAX
    assert after.open_files <= before.open_files + OPEN_FILES_SLACK
    assert assault.dearest_healthy_answer_s < HEALTHY_ANSWER_CPU_S_MAX
    return assault, growth_bytes


def test_twenty_thousand_damaged_frames_do_no_harm(broker: EphemeralBroker, seed: int) -> None:
    assail(broker, FRAMES, seed)


@pytest.mark.soak
def test_a_million_damaged_frames_do_no_harm(broker: EphemeralBroker, seed: int) -> None:
    started = time.monotonic()
    assault, growth_bytes = assail(broker, SOAK_FRAMES, seed)
    write_row(
        Row(
            name="damaged frames",
            amount=f"{assault.handled_frames:,} frames",
            result=f"no crash, no hang; memory grew by {growth_bytes / 2**20:.1f} MiB; a healthy "
            f"client cost {assault.dearest_healthy_answer_s * 1000:.0f} ms of CPU at most",
            seconds=time.monotonic() - started,
            seed=seed,
        )
    )
