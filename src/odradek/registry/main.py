"""The registry as a process: build it from a configuration, run it until a signal.

`build` gives an object with `start`, `stop` and `address`, as every part of odradek does; `run`
owns the process: it says on stdout where it serves, logs to stderr, and ends cleanly on SIGTERM and
SIGINT.
"""

from uuid import uuid4

from odradek import event_log
from odradek.clients.kafka_config import KafkaConfig
from odradek.config import Configuration, RegistryConfiguration
from odradek.part import run_part
from odradek.registry.core import Registry
from odradek.registry.decisions.view import Defaults
from odradek.registry.errors import StartupError
from odradek.registry.log.interface import Log
from odradek.registry.log.kafka_log import KafkaLog, Place
from odradek.registry.security import secured_application
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
        application = secured_application(self.registry, configuration)
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
    return run_part("registry", lambda: build(configuration), StartupError)


def _defaults(configuration: RegistryConfiguration) -> Defaults:
    return Defaults(
        compatibility_level=configuration.compatibility_level,
        modes_can_change=configuration.modes_can_change,
        validates_fields=configuration.validates_fields,
        validates_new_schemas=configuration.validates_new_schemas,
        schema_bytes_max=configuration.schema_bytes_max,
    )
