"""A replay of dead letters, killed with -9: the next one goes on, and doubles nothing."""

import os
import subprocess
import sys
import time

from odradek.clients.dead_letter.reader import LetterReader
from odradek.clients.dead_letter.replay import replay
from odradek.testing import EphemeralBroker
from tests.clients.dead_letter.kafka import Kafka, keys

LETTERS = 2_000
KILLS = 2
TIMEOUT_S = 120.0


def waiting(kafka: Kafka, topic: str) -> int:
    with LetterReader(kafka.config, topic) as reader:
        return sum(each.waiting for each in reader.backlogs())


def kill_amid_replay(kafka: Kafka, topic: str) -> None:
    """Start a replay, and kill it once it has committed something, or was through."""
    before = waiting(kafka, topic)
    command = [sys.executable, "-m", "odradek", "dlq", "replay", topic]
    environment = {**os.environ, "ODRADEK_KAFKA_BOOTSTRAP_SERVERS": kafka.servers}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        deadline_s = time.monotonic() + TIMEOUT_S
        with LetterReader(kafka.config, topic) as reader:
            while process.poll() is None and time.monotonic() < deadline_s:
                if sum(each.waiting for each in reader.backlogs()) < before:
                    break
        process.kill()


def test_a_replay_that_is_killed_neither_loses_nor_doubles_a_letter() -> None:
    with EphemeralBroker() as broker:
        broker.create_topic("orders", configs={"retention.ms": "-1"})
        kafka = Kafka(broker.bootstrap_servers)
        buried = kafka.bury("orders", LETTERS)
        left = [LETTERS]
        for _ in range(KILLS):
            kill_amid_replay(kafka, "orders.dlq")
            left.append(waiting(kafka, "orders.dlq"))
        assert replay(kafka.config, "orders.dlq").letters == left[-1], left
        assert keys(kafka.records("orders")) == keys(buried)
