"""Sends damaged frames over many connections, several at once, and watches the broker meanwhile.

Each connection carries a short pipeline of frames, is closed for writing, and is read to its end:
the broker must close it too, in time, whatever it received. A healthy client asks and produces all
the while and must be answered quickly.
"""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.metadata import (
    MetadataRequest,
    MetadataRequestTopic,
    MetadataResponse,
)
from odradek.protocol.messages.produce import ProduceResponse
from odradek.protocol.records import Compression
from tests.fuzz.frames import produce_request, valid_frames
from tests.fuzz.mutations import mutate
from tests.process_facts import open_files, resident_bytes
from tests.wire import KafkaSocket

CONNECTIONS = 4
PIPELINE_FRAMES = 5
HANG_TIMEOUT_S = 15.0
FRAMES_BETWEEN_CHECKS = 2_000
METADATA_VERSION, PRODUCE_VERSION = 12, 9


@dataclass(slots=True)
class Assault:
    """One run against the broker; `noise` makes it repeatable."""

    bootstrap_servers: str
    topic: str
    noise: random.Random
    frames: Sequence[bytes] = ()
    sent_frames: int = 0
    slowest_healthy_answer_s: float = 0.0
    last_pipelines: list[bytes] = field(default_factory=list)

    def run(self, frames: int) -> None:
        """Send at least that many damaged frames."""
        self.frames = self.frames or valid_frames(self.topic)
        enough = self.sent_frames + frames
        with KafkaSocket(self.bootstrap_servers, timeout_s=HANG_TIMEOUT_S) as healthy:
            while self.sent_frames < enough:
                checked = self.sent_frames + FRAMES_BETWEEN_CHECKS
                while self.sent_frames < min(checked, enough):
                    self._strike()
                self._check(healthy)

    def _strike(self) -> None:
        """One pipeline on each of several connections at once."""
        self.last_pipelines = [self._damaged_pipeline() for _ in range(CONNECTIONS)]
        attackers = [
            KafkaSocket(self.bootstrap_servers, timeout_s=HANG_TIMEOUT_S)
            for _ in self.last_pipelines
        ]
        for attacker, pipeline in zip(attackers, self.last_pipelines, strict=True):
            attacker.send(pipeline)
            attacker.end_sending()
        for attacker in attackers:
            with attacker:
                attacker.drain()
        self.sent_frames += CONNECTIONS * PIPELINE_FRAMES

    def _damaged_pipeline(self) -> bytes:
        return b"".join(
            mutate(self.noise.choice(self.frames), self.noise.choice(self.frames), self.noise)
            for _ in range(PIPELINE_FRAMES)
        )

    def _check(self, healthy: KafkaSocket) -> None:
        started = time.monotonic()
        asked = MetadataRequest(topics=[MetadataRequestTopic(name=self.topic)])
        metadata = healthy.ask(asked, MetadataResponse, METADATA_VERSION)
        assert metadata.topics[0].error_code == ErrorCode.NONE
        request = produce_request(self.topic, Compression.NONE)
        produced = healthy.ask(request, ProduceResponse, PRODUCE_VERSION)
        assert produced.responses[0].partition_responses[0].error_code == ErrorCode.NONE
        elapsed = time.monotonic() - started
        self.slowest_healthy_answer_s = max(self.slowest_healthy_answer_s, elapsed)


@dataclass(frozen=True, slots=True)
class Footprint:
    """What the broker's process holds."""

    resident_bytes: int
    open_files: int

    @classmethod
    def of(cls, pid: int) -> "Footprint":
        return cls(resident_bytes(pid), open_files(pid))
