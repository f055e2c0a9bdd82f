"""Which parts run, in which order, and how each is started. Pure.

A part's address is known once it has served for the first time: port 0 picks one. From then on it
is started with that address, so that its clients find it again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

NAMES = ("broker", "registry")
"""In the order in which they start; each needs the Kafka that comes before all of them."""


class PlanError(ValueError):
    """The parts asked for cannot run together; says why and what to do."""


@dataclass(frozen=True, slots=True)
class Part:
    """A command of odradek that serves; `needs_kafka`: it is told where Kafka is."""

    name: str
    arguments: tuple[str, ...]
    needs_kafka: bool

    def command(self, kafka: str | None, address: str | None) -> tuple[str, ...]:
        """What to run: `kafka` are the bootstrap servers, `address` is where it served before."""
        at_kafka = ("--bootstrap-server", kafka) if self.needs_kafka and kafka else ()
        at_address = ("--listen", address.removeprefix("http://")) if address else ()
        return (self.name, *self.arguments, *at_kafka, *at_address)


@dataclass(frozen=True, slots=True)
class Plan:
    """The parts in their order, and where Kafka is if it is none of them."""

    parts: tuple[Part, ...]
    kafka: str | None = None


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user asked for; empty where nothing was said."""

    only: Sequence[str] = ()
    bootstrap_servers: str | None = None
    shared: Sequence[str] = ()
    """Arguments that every part is given: the configuration file and `--set`."""
    own: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Arguments of single parts."""


def make_plan(wishes: Wishes) -> Plan:
    """The plan for these wishes; raises PlanError."""
    for name in wishes.only:
        if name not in NAMES:
            raise PlanError(f"--only {name}: there is no such part; the parts are {_list(NAMES)}")
    names = [name for name in NAMES if name in (wishes.only or NAMES)]
    kafka = wishes.bootstrap_servers
    if kafka is not None:
        if "broker" in wishes.only:
            raise PlanError(
                f"--only broker and --bootstrap-server {kafka} contradict each other: take one"
            )
        names = [name for name in names if name != "broker"]
    parts = tuple(
        Part(name, (*wishes.shared, *wishes.own.get(name, ())), needs_kafka=name != "broker")
        for name in names
    )
    return Plan(parts, kafka)


def _list(names: Sequence[str]) -> str:
    return ", ".join(names)
