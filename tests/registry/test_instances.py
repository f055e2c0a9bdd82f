"""Several instances at once, some of them killed: ids stay unique, and nothing acknowledged is
lost."""

import random
import time
from collections.abc import Iterator

import pytest

from odradek.testing import EphemeralBroker, EphemeralCluster
from tests.registry.instances import CLIENTS, Instance, judge, run
from tests.reliability_report import Row, write_row

ROUNDS = 3
SOAK_S = 120.0


@pytest.mark.drill
def test_killed_instances_lose_nothing(seed: int) -> None:
    with EphemeralBroker() as broker:
        instances = [Instance(broker.bootstrap_servers, "_schemas") for _ in range(2)]

        def disturb(chance: random.Random) -> None:
            instance = chance.choice(instances)
            instance.kill()
            instance.start()

        try:
            told = run(instances, disturb, range(ROUNDS), seed)
            judge(instances, told)
        finally:
            for instance in instances:
                instance.stop()
        assert len(told.ids) > ROUNDS


@pytest.mark.soak
def test_killed_instances_and_brokers_lose_nothing(
    breakable_cluster: EphemeralCluster, seed: int
) -> None:
    started_s = time.monotonic()
    servers = breakable_cluster.bootstrap_servers
    instances = [Instance(servers, "_chaos") for _ in range(3)]
    brokers = [node.id for node in breakable_cluster.cluster.description.nodes]
    killed = {"brokers": 0, "instances": 0}

    def rounds() -> Iterator[int]:
        while time.monotonic() < started_s + SOAK_S:
            yield sum(killed.values())

    def disturb(chance: random.Random) -> None:
        if chance.random() < 0.3:
            broker = chance.choice(brokers)
            breakable_cluster.kill(broker)
            breakable_cluster.restart(broker)
            killed["brokers"] += 1
            return
        instance = chance.choice(instances)
        instance.kill()
        instance.start()
        killed["instances"] += 1

    try:
        told = run(instances, disturb, rounds(), seed)
        judge(instances, told)
    finally:
        for instance in instances:
            instance.stop()
    write_row(
        Row(
            f"three registries and {CLIENTS} clients on three brokers of Apache Kafka",
            f"{killed['instances']} kills of an instance, {killed['brokers']} of a broker,"
            f" {len(told.ids):,} schemas acknowledged",
            "no id twice, no acknowledged schema lost, all instances agree",
            time.monotonic() - started_s,
            seed,
        )
    )
    assert len(told.ids) > sum(killed.values())
