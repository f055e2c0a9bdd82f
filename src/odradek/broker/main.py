"""The broker as a process: build it from a configuration, run it until a signal.

`build` gives an object with `start`, `stop` and `address`, as every part of odradek does; `run`
owns the process: it says on stdout where it serves, logs to stderr, and ends cleanly on SIGTERM and
SIGINT.
"""

import asyncio
import platform
from typing import TYPE_CHECKING

from odradek import event_log
from odradek.broker.errors import StartupError
from odradek.broker.network.server import Server
from odradek.broker.requests.dispatch import SERVED_VERSIONS
from odradek.broker.runtime import Broker
from odradek.config import Configuration, Listener
from odradek.part import run_part

if TYPE_CHECKING:
    from odradek.broker.monitoring import MonitoringPort

logger = event_log.get_logger(__name__)

EVERY_INTERFACE = ("0.0.0.0", "::")  # noqa: S104 - recognised here, not bound


class BrokerService:
    """A broker and its server, started and stopped together."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration.broker
        self._broker: Broker | None = None
        self._server: Server | None = None
        self._monitoring: MonitoringPort | None = None
        self.address = str(self._configuration.listen)
        self.metrics_address: str | None = None
        """Where metrics are served, once they are."""

    async def start(self) -> None:
        """Open the data directory, then listen; raises StartupError with one sentence."""
        loop = asyncio.get_running_loop()
        broker = Broker(self._configuration, loop, SERVED_VERSIONS)
        await self._start_monitoring(broker)
        await loop.run_in_executor(None, broker.open_logs)
        broker.open_groups()
        self._broker = broker
        host, port = self._configuration.listen
        self._server = Server(broker, host, port)
        listen = Listener(host, await self._server.start())
        self.address = str(listen)
        # Nobody can connect to "every interface"; the host's name is what other hosts know.
        reachable = platform.node() if host in EVERY_INTERFACE else host
        broker.advertise(Listener(reachable, listen.port))
        broker.start()
        if self._monitoring is not None:
            self._monitoring.note_serving()

    async def stop(self) -> None:
        """Stop serving, then leave the data directory as after a clean shutdown."""
        if self._monitoring is not None:
            self._monitoring.note_stopping()
        if self._server is not None:
            await self._server.stop()
            self._server = None
        if self._broker is not None:
            self._broker.close()
            self._broker = None
        if self._monitoring is not None:
            await self._monitoring.stop()
            self._monitoring = None

    async def _start_monitoring(self, broker: Broker) -> None:
        if self._configuration.metrics is None:
            return
        from odradek.broker.monitoring import MonitoringPort  # nobody else is to wait for it

        self._monitoring = MonitoringPort(broker)
        self.metrics_address = str(await self._monitoring.start(self._configuration.metrics))
        logger.info("metrics are served", address=f"http://{self.metrics_address}/metrics")


def build(configuration: Configuration) -> BrokerService:
    """The broker part for this configuration, not yet started."""
    return BrokerService(configuration)


def run(configuration: Configuration) -> int:
    """Serve until SIGTERM or SIGINT; return the process's exit code."""
    event_log.configure()
    for name in configuration.broker.without_effect:
        logger.warning("setting has no effect", setting=name)
    return run_part("broker", lambda: build(configuration), StartupError)
