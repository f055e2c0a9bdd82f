"""The broker's process: it is started, dies in several ways, and is started again.

The code is the broker's own; its loop, clock and files are simulated. A supervisor starts it again
some time after every death, whatever the death was, and again when a start failed because of a
fault of the disk. A start that fails on a healthy disk is an anomaly, and the end of the run.
"""

import logging
import random
from collections.abc import Callable, Sequence
from enum import Enum

from odradek.broker.errors import StartupError
from odradek.broker.requests.dispatch import SERVED_VERSIONS
from odradek.broker.runtime import Broker
from odradek.config import BrokerConfiguration, Listener, load
from odradek.testing.faulty_files import Fault, SimulatedCrash
from odradek.testing.simulation.cleaning import SimulatedCleaning, Step
from odradek.testing.simulation.disk import SimulatedDisk, SimulatedFiles
from odradek.testing.simulation.network import Network
from odradek.testing.simulation.virtual_clock import VirtualClock, VirtualLoop

DATA_DIR = "/data"
DOWNTIME_S = 0.15


class Death(Enum):
    """How a process ends."""

    KILL = "kill -9"
    POWER = "power loss"


class SimulatedBroker:
    """One broker through all of its lives; `on_failure` hears of what must never happen."""

    def __init__(
        self,
        clock: VirtualClock,
        disk: SimulatedDisk,
        network: Network,
        configuration: BrokerConfiguration,
        on_failure: Callable[[str], None],
    ) -> None:
        self._clock = clock
        self._disk = disk
        self._network = network
        self._configuration = configuration
        self._on_failure = on_failure
        self._loop: VirtualLoop | None = None
        self._files: SimulatedFiles | None = None
        self._dice = random.Random(disk.dice.random())  # noqa: S311 - not for secrets
        self._crash = Death.KILL
        self._cleaning_crash: tuple[Step, Death, int] | None = None
        self.deaths = 0
        self.is_lost = False
        """It could not be started although its disk was well."""

    @property
    def is_serving(self) -> bool:
        return self._network.broker is not None

    def start(self) -> None:
        """Begin a life, unless one is going on."""
        if self._loop is not None:
            return
        loop = self._loop = VirtualLoop(self._clock, self._on_exception, self._sync_delay_s)  # type: ignore[abstract]
        self._files = SimulatedFiles(self._disk)
        loop.call_soon(self._open)

    def die(self, death: Death = Death.KILL) -> None:
        """End the process between two steps; its supervisor starts it again."""
        if self._loop is not None:
            self.deaths += 1
            self.end()
            self._network.loop.call_later(DOWNTIME_S, self.start)
        if death is Death.POWER:
            self._disk.lose_power()

    def die_in_cleaning(self, step: Step, death: Death, operations: int) -> None:
        """End the process so many operations of the disk after a cleaning next comes so far."""
        self._cleaning_crash = step, death, operations

    def stop(self) -> None:
        """End the process as SIGTERM does; its supervisor starts it again."""
        if self._network.broker is not None and self._loop is not None:
            self._loop.call_soon(self._close, self._network.broker)

    def _close(self, broker: Broker) -> None:
        broker.close()
        self.die()

    def _open(self) -> None:
        was_faulty = self._disk.is_faulty
        assert self._loop is not None and self._files is not None  # noqa: S101, PT018 - runs on it
        cleaning = SimulatedCleaning(self._loop, self._files, self._on_cleaning, self._sync_delay_s)
        broker = Broker(
            self._configuration,
            self._loop,
            SERVED_VERSIONS,
            self._files,
            self._clock,
            cleaning.run,
        )
        try:
            broker.open()
        except StartupError as error:
            if was_faulty:
                self.die()
            else:
                self._on_failure(f"the broker did not start: {error}")
                self.is_lost = True
            return
        broker.advertise(Listener("127.0.0.1", 9092))
        broker.start()
        self._network.broker = broker

    def end(self) -> None:
        """End the process for good, if there is one."""
        if self._loop is None or self._files is None:
            return
        self._loop.close()
        self._files.die()
        self._loop = self._files = None
        self._network.broker_is_gone()

    def _on_cleaning(self, step: Step) -> None:
        if self._cleaning_crash is not None and self._cleaning_crash[0] is step:
            _, self._crash, operations = self._cleaning_crash
            self._cleaning_crash = None
            self._disk.fail(Fault.CRASH, 1, after=operations)

    def _on_exception(self, error: BaseException) -> None:
        if isinstance(error, SimulatedCrash):
            death, self._crash = self._crash, Death.KILL
            self.die(death)
        else:
            self._on_failure(f"an exception left the broker: {error!r}")

    def _sync_delay_s(self) -> float:
        """Mostly some milliseconds, sometimes half a second."""
        if self._dice.random() < 0.03:
            return self._dice.uniform(0.05, 0.5)
        return self._dice.uniform(0.0005, 0.006)


class FailureLog(logging.Handler):
    """Hears the broker say that something failed inside: a stack trace is a bug.

    A disk that fails explains an OSError.
    """

    def __init__(self, on_failure: Callable[[str], None]) -> None:
        super().__init__(logging.ERROR)
        self._on_failure = on_failure

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and not isinstance(record.exc_info[1], OSError):
            self._on_failure(f"{record.getMessage()}: {record.exc_info[1]!r}")


def configure(settings: Sequence[str]) -> BrokerConfiguration:
    """The broker's configuration with these settings, as `key=value`."""
    overrides = [f"broker.log.dirs={DATA_DIR}", *(f"broker.{each}" for each in settings)]
    return load(None, {}, overrides).broker
