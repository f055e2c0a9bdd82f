"""What a schedule's disturbances do to broker, disk, network and clients.

`luck` decides what a disturbance leaves open; different multiples of it stand for different dice.
"""

from collections.abc import Callable, Sequence

from odradek.testing.faulty_files import Fault
from odradek.testing.simulation.broker_life import Death, SimulatedBroker
from odradek.testing.simulation.cleaning import Step
from odradek.testing.simulation.clients.client import SimulatedClient
from odradek.testing.simulation.clients.group_member import GroupMember
from odradek.testing.simulation.clients.pipeline import SharedPipelineWorker
from odradek.testing.simulation.clients.producers import IdempotentProducer
from odradek.testing.simulation.disk import SimulatedDisk
from odradek.testing.simulation.network import Network
from odradek.testing.simulation.schedule import Disturbance, Kind

DEATHS = {Kind.KILL: Death.KILL, Kind.POWER_LOSS: Death.POWER}
IN_CLEANING = {
    Kind.KILL_IN_CLEANING: Death.KILL,
    Kind.POWER_LOSS_IN_CLEANING: Death.POWER,
}
DISK_FAULTS = {
    Kind.KILL_IN_WRITE: Fault.CRASH,
    Kind.DISK_FULL: Fault.DISK_FULL,
    Kind.IO_ERROR: Fault.IO_ERROR,
    Kind.SHORT_WRITES: Fault.SHORT_WRITE,
}
IN_GROUPS = (GroupMember, SharedPipelineWorker)
SLOW_S = 0.5


class Disturber:
    """Does one thing after the other, to whoever is there at the time."""

    def __init__(
        self,
        broker: SimulatedBroker,
        disk: SimulatedDisk,
        network: Network,
        clients: Sequence[SimulatedClient],
        replace_worker: Callable[[float], None],
    ) -> None:
        self._broker = broker
        self._disk = disk
        self._network = network
        self._clients = clients
        self._ways: dict[Kind, Callable[[float], None]] = {
            Kind.STOP: lambda luck: broker.stop(),
            Kind.BREAK_CONNECTIONS: lambda luck: network.break_all(),
            Kind.SLOW_NETWORK: self._slow_down,
            Kind.PAUSE_CLIENT: lambda luck: self._pause(clients, luck),
            Kind.PAUSE_MEMBER: self._pause_member,
            Kind.STRAND_PRODUCER: self._strand_producer,
            Kind.REPLACE_WORKER: replace_worker,
        }

    def disturb(self, disturbance: Disturbance) -> None:
        """Let it happen now."""
        kind, luck = disturbance.kind, disturbance.luck
        if kind in DEATHS:
            self._broker.die(DEATHS[kind])
        elif kind in DISK_FAULTS:
            self._disk.fail(DISK_FAULTS[kind], 1 + int(luck * 20), after=int(luck * 997) % 50)
        elif kind in IN_CLEANING:
            step = Step.WORK if luck * 89 % 1 < 0.3 else Step.SWAP
            self._broker.die_in_cleaning(step, IN_CLEANING[kind], int(luck * 997) % 30)
        else:
            self._ways[kind](luck)

    def _slow_down(self, luck: float) -> None:
        self._network.slowness = 1.0 + 50 * luck
        self._network.loop.call_later(SLOW_S, self._speed_up)

    def _speed_up(self) -> None:
        self._network.slowness = 1.0

    def _pause_member(self, luck: float) -> None:
        self._pause([each for each in self._clients if isinstance(each, IN_GROUPS)], luck)

    def _pause(self, clients: Sequence[SimulatedClient], luck: float) -> None:
        if not clients:
            return
        client = clients[int(luck * len(clients))]
        client.pause(0.5 + 1.5 * (luck * 97 % 1))

    def _strand_producer(self, luck: float) -> None:
        producers = [each for each in self._clients if isinstance(each, IdempotentProducer)]
        if producers:
            producers[int(luck * len(producers))].strand(0.3 + 0.7 * (luck * 97 % 1))
