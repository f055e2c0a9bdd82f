"""A Kafka whose brokers a test may kill: our one broker, or the three of an Apache cluster."""

from collections.abc import Callable
from dataclasses import dataclass

from odradek import KafkaConfig
from odradek.testing import EphemeralBroker, EphemeralCluster


@dataclass(frozen=True, slots=True)
class MortalKafka:
    """What the two have in common."""

    kafka: KafkaConfig
    create_topic: Callable[..., None]
    kill_leader: Callable[[str], None]
    """Kills (-9) the broker that leads the first partition of a topic."""
    kill_all: Callable[[], None]
    revive: Callable[[], None]
    """Starts whoever was killed, and returns once all of them serve."""
    is_single: bool
    """Whether what one broker has acknowledged is all that there is."""


def mortal_broker(broker: EphemeralBroker) -> MortalKafka:
    """Our broker, which is its own leader and all there is."""
    return MortalKafka(
        kafka=KafkaConfig(broker.bootstrap_servers),
        create_topic=broker.create_topic,
        kill_leader=lambda _: broker.kill(),
        kill_all=broker.kill,
        revive=broker.start,
        is_single=True,
    )


def mortal_cluster(cluster: EphemeralCluster) -> MortalKafka:
    """Apache's brokers, of which the others take over."""

    def kill_all() -> None:
        for node in cluster.cluster.description.nodes:
            cluster.kill(node.id)

    return MortalKafka(
        kafka=KafkaConfig.from_properties(cluster.client_settings),
        create_topic=cluster.create_topic,
        kill_leader=lambda topic: cluster.kill(cluster.leader(topic, 0)),
        kill_all=kill_all,
        revive=cluster.mend,
        is_single=False,
    )
