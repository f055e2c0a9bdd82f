"""Test tools that ship with odradek, for its own tests and for yours.

`EphemeralBroker` is a real Kafka broker for the length of a `with` block; the pytest plugin
(`odradek.testing.pytest_plugin`) offers it as fixtures. `EphemeralCluster` is an Apache Kafka of
several brokers, for what one broker cannot show. `EphemeralRegistry` is a schema registry, with or
without a Kafka. Nothing here is needed to run odradek.
"""

from odradek.testing.broker_process import BrokerStartError
from odradek.testing.ephemeral_broker import EphemeralBroker
from odradek.testing.ephemeral_cluster import EphemeralCluster
from odradek.testing.ephemeral_registry import EphemeralRegistry

__all__ = ["BrokerStartError", "EphemeralBroker", "EphemeralCluster", "EphemeralRegistry"]
