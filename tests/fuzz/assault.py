"""Sends damaged frames over many connections, several at once, and watches the broker meanwhile.

Each connection carries a short pipeline of frames, is closed for writing, and is read to its end:
the broker must close it too, in time, whatever it received. A healthy client asks and produces all
the while; how much CPU time the broker takes until it is answered tells whether it is held back.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.create_topics import (
    CreatableTopic,
    CreateTopicsRequest,
    CreateTopicsResponse,
)
from odradek.protocol.messages.metadata import (
    MetadataRequest,
    MetadataRequestTopic,
    MetadataResponse,
)
from odradek.protocol.messages.produce import ProduceResponse
from odradek.protocol.records import Compression
from tests.fuzz.frames import produce_request, valid_frames
from tests.fuzz.mutations import mutate
from tests.process_facts import cpu_s
from tests.wire import KafkaSocket

CONNECTIONS = 4
PIPELINE_FRAMES = 5
HANG_TIMEOUT_S = 60.0
FRAMES_BETWEEN_CHECKS = 2_000
METADATA_VERSION, PRODUCE_VERSION, CREATE_TOPICS_VERSION = 12, 9, 5


@dataclass(slots=True)
class Assault:
    """One run against the broker; `noise` makes it repeatable.

    The damaged frames name the topic `target`; the healthy client keeps to `healthy_topic`, which
    no frame names: a damaged frame may well turn out to be a valid deletion.
    """

    bootstrap_servers: str
    broker_pid: int
    target: str
    healthy_topic: str
    noise: random.Random
    frames: Sequence[bytes] = ()
    handled_frames: int = 0
    deleted_targets: int = 0
    dearest_healthy_answer_s: float = 0.0

    def run(self, frames: int) -> None:
        """Make the broker handle at least that many damaged frames."""
        self.frames = self.frames or valid_frames(self.target)
        enough = self.handled_frames + frames
        with KafkaSocket(self.bootstrap_servers, timeout_s=HANG_TIMEOUT_S) as healthy:
            while self.handled_frames < enough:
                checked = self.handled_frames + FRAMES_BETWEEN_CHECKS
                while self.handled_frames < min(checked, enough):
                    self._strike()
                self._check(healthy)

    def _strike(self) -> None:
        """One pipeline on each of several connections at once."""
        pipelines = [self._damaged_pipeline() for _ in range(CONNECTIONS)]
        attackers = [
            KafkaSocket(self.bootstrap_servers, timeout_s=HANG_TIMEOUT_S) for _ in pipelines
        ]
        for attacker, pipeline in zip(attackers, pipelines, strict=True):
            attacker.send(pipeline)
            attacker.end_sending()
        for attacker in attackers:
            with attacker:
                answered = attacker.drain()
            # What follows a frame that closes the connection is not handled, so not counted.
            self.handled_frames += min(answered + 1, PIPELINE_FRAMES)

    def _damaged_pipeline(self) -> bytes:
        return b"".join(
            mutate(self.noise.choice(self.frames), self.noise.choice(self.frames), self.noise)
            for _ in range(PIPELINE_FRAMES)
        )

    def _check(self, healthy: KafkaSocket) -> None:
        spent_s = answer_healthy_client(healthy, self.healthy_topic, self.broker_pid)
        self.dearest_healthy_answer_s = max(self.dearest_healthy_answer_s, spent_s)
        self._restore_target(healthy)

    def _restore_target(self, healthy: KafkaSocket) -> None:
        topic = CreatableTopic(name=self.target, num_partitions=1, replication_factor=1)
        request = CreateTopicsRequest(topics=[topic], timeout_ms=5_000)
        created = healthy.ask(request, CreateTopicsResponse, CREATE_TOPICS_VERSION).topics[0]
        assert created.error_code in (ErrorCode.NONE, ErrorCode.TOPIC_ALREADY_EXISTS)
        self.deleted_targets += created.error_code == ErrorCode.NONE


def answer_healthy_client(healthy: KafkaSocket, topic: str, broker_pid: int) -> float:
    """Ask and produce as any client does; return the CPU time the broker took until both were done.

    Whatever it does for others meanwhile counts. What other processes do on this machine does not.
    """
    before_s = cpu_s(broker_pid)
    asked = MetadataRequest(topics=[MetadataRequestTopic(name=topic)])
    metadata = healthy.ask(asked, MetadataResponse, METADATA_VERSION)
    assert metadata.topics[0].error_code == ErrorCode.NONE
    request = produce_request(topic, Compression.NONE)
    produced = healthy.ask(request, ProduceResponse, PRODUCE_VERSION)
    assert produced.responses[0].partition_responses[0].error_code == ErrorCode.NONE
    return cpu_s(broker_pid) - before_s
