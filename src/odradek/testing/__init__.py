"""Test tools that ship with odradek, for its own tests and for yours.

`EphemeralBroker` is a real Kafka broker for the length of a `with` block; the pytest plugin
(`odradek.testing.pytest_plugin`) offers it as fixtures. Nothing here is needed to run odradek.
"""

from odradek.testing.broker_process import BrokerStartError
from odradek.testing.ephemeral_broker import EphemeralBroker

__all__ = ["BrokerStartError", "EphemeralBroker"]
