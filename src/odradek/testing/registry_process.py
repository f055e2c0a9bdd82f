"""One schema registry as a child process, for tests that kill it."""

from typing import ClassVar, Self

from odradek.testing.broker_process import BrokerProcess

START_TIMEOUT_S = 120.0


class RegistryProcess(BrokerProcess):
    """A running `odradek registry` child; `address` is its URL."""

    part: ClassVar[str] = "registry"

    @classmethod
    def on(cls, bootstrap_servers: str, *, listen: str = "127.0.0.1:0", **settings: object) -> Self:
        """Start one on a Kafka; settings have `_` for the dots of their names."""
        arguments = ["--listen", listen, "--bootstrap-server", bootstrap_servers]
        for name, value in settings.items():
            arguments += ["--set", f"registry.{name.replace('_', '.')}={value}"]
        return cls.spawn(arguments, timeout_s=START_TIMEOUT_S)
