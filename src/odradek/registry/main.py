"""The registry as a process: build it from a configuration, run it until a signal.

`build` gives an object with `start`, `stop` and `address`, as every part of odradek does; `run`
owns the process: it says on stdout where it serves, logs to stderr, and ends cleanly on SIGTERM and
SIGINT.
"""

import asyncio
import gc
import signal
import sys
from collections.abc import Callable, Coroutine
from uuid import uuid4

from odradek import event_log
from odradek.clients.kafka_config import KafkaConfig
from odradek.config import Configuration, RegistryConfiguration
from odradek.registry.api.application import RegistryApplication
from odradek.registry.core import Registry
from odradek.registry.decisions.view import Defaults
from odradek.registry.errors import StartupError
from odradek.registry.log.interface import Log
from odradek.registry.log.kafka_log import KafkaLog, Place
from odradek.web.passwords import Passwords
from odradek.web.server import HttpServer


class RegistryService:
    """A registry, its log and its HTTP, started and stopped together."""

    def __init__(self, configuration: RegistryConfiguration, log: Log) -> None:
        self._configuration = configuration
        self._log = log
        self.registry = Registry(log, _defaults(configuration))
        self._server: HttpServer | None = None
        self.address = str(configuration.listen)

    async def start(self) -> None:
        """Listen, and read the log: until it is read, only health is answered; raises
        StartupError."""
        configuration = self._configuration
        application = RegistryApplication(
            self.registry,
            passwords=_passwords(configuration.users_file),
            body_bytes_max=configuration.request_bytes_max,
        )
        host, port = configuration.listen
        try:
            self._server = HttpServer(
                application,
                host,
                port,
                certificate=configuration.certificate,
                key=configuration.key,
            )
        except OSError as error:
            raise StartupError(f"{configuration.listen} cannot be listened on: {error}") from error
        self.address = self._server.address
        if isinstance(self._log, KafkaLog):
            self._log.address = configuration.advertised_address or self.address
        await self._server.start()
        await self.registry.start()

    async def stop(self) -> None:
        """Answer what is under way, then let go of Kafka."""
        if self._server is not None:
            await self._server.stop()
            self._server = None
        await self.registry.stop()


def build(configuration: Configuration) -> RegistryService:
    """The registry part for this configuration, not yet started."""
    section = configuration.registry
    place = Place(
        kafka=KafkaConfig.from_properties(configuration.kafka),
        topic=section.topic,
        replication_factor=section.replication_factor,
        transactional_id=section.transactional_id,
        timeout_s=section.timeout_s,
        start_timeout_s=section.start_timeout_s,
    )
    return RegistryService(section, KafkaLog(place, life=str(uuid4())))


def run(configuration: Configuration) -> int:
    """Serve until SIGTERM or SIGINT; return the process's exit code."""
    event_log.configure()
    try:
        _find_runner()(_serve(configuration))
    except StartupError as error:
        sys.stderr.write(f"odradek registry: {error}\n")
        return 1
    return 0


def _find_runner() -> Callable[[Coroutine[None, None, None]], None]:
    """uvloop's event loop if the extra is installed, else the standard one."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run
    return uvloop.run


async def _serve(configuration: Configuration) -> None:
    service = build(configuration)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    try:
        # What a start reads lives until the end: collecting while it grows finds nothing.
        gc.disable()
        await service.start()
        gc.freeze()
        gc.enable()
        sys.stdout.write(f"ready: registry at {service.address}\n")
        sys.stdout.flush()
        await stopping.wait()
    finally:
        await service.stop()


def _defaults(configuration: RegistryConfiguration) -> Defaults:
    return Defaults(
        compatibility_level=configuration.compatibility_level,
        modes_can_change=configuration.modes_can_change,
        schema_bytes_max=configuration.schema_bytes_max,
    )


def _passwords(users_file: str | None) -> Passwords | None:
    if users_file is None:
        return None
    try:
        return Passwords.read(users_file)
    except (OSError, ValueError) as error:
        raise StartupError(f"the users cannot be read: {error}") from error
