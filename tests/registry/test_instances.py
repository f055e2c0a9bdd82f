"""Several instances at once, some of them killed: ids stay unique, and nothing acknowledged is
lost."""

import random

import pytest

from odradek.testing import EphemeralBroker, EphemeralCluster
from tests.registry.instances import Instance, judge, run

ROUNDS = 3
SOAK_ROUNDS = 40


@pytest.mark.drill
def test_killed_instances_lose_nothing(seed: int) -> None:
    with EphemeralBroker() as broker:
        instances = [Instance(broker.bootstrap_servers, "_schemas") for _ in range(2)]

        def disturb(chance: random.Random) -> None:
            instance = chance.choice(instances)
            instance.kill()
            instance.start()

        try:
            told = run(instances, disturb, ROUNDS, seed)
            judge(instances, told)
        finally:
            for instance in instances:
                instance.stop()
        assert len(told.ids) > ROUNDS


@pytest.mark.soak
def test_killed_instances_and_brokers_lose_nothing(
    breakable_cluster: EphemeralCluster, seed: int
) -> None:
    servers = breakable_cluster.bootstrap_servers
    instances = [Instance(servers, "_chaos") for _ in range(3)]
    brokers = [node.id for node in breakable_cluster.cluster.description.nodes]

    def disturb(chance: random.Random) -> None:
        if chance.random() < 0.3:
            broker = chance.choice(brokers)
            breakable_cluster.kill(broker)
            breakable_cluster.restart(broker)
            return
        instance = chance.choice(instances)
        instance.kill()
        instance.start()

    try:
        told = run(instances, disturb, SOAK_ROUNDS, seed)
        judge(instances, told)
    finally:
        for instance in instances:
            instance.stop()
    assert len(told.ids) > SOAK_ROUNDS
