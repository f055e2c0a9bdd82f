"""What will go wrong, when, and for whom: made from a seed, small enough to be shown.

A schedule is a cast of clients and a list of disturbances. Taking some of either away leaves a
schedule, with everything else nearly as it was: that is how a failing one is made smaller.
"""

import random
from dataclasses import dataclass, replace
from enum import Enum

from odradek.config import Durability

LENGTH_S = 1.0


class Kind(Enum):
    """What may go wrong."""

    STOP = "the broker is stopped, cleanly"
    KILL = "kill -9 of the broker"
    KILL_IN_WRITE = "kill -9 in the middle of something"
    POWER_LOSS = "power loss"
    DISK_FULL = "disk full"
    IO_ERROR = "disk errors"
    SHORT_WRITES = "short writes"
    BREAK_CONNECTIONS = "all connections break"
    SLOW_NETWORK = "slow network"
    PAUSE_CLIENT = "a client is stopped"
    PAUSE_MEMBER = "a group member is stopped for longer than its session"
    REPLACE_WORKER = "a pipeline's worker is stopped and replaced"


class Role(Enum):
    """What a client does."""

    IDEMPOTENT = "idempotent producer"
    PLAIN = "plain producer"
    HASTY = "producer with acks=1"
    TRANSACTIONAL = "transactional producer"
    READER = "reader"
    COMMITTED_READER = "read_committed reader"
    MEMBER = "group member"
    PIPELINE = "pipeline worker"


WEIGHTS = {
    Kind.STOP: 1,
    Kind.KILL: 3,
    Kind.KILL_IN_WRITE: 3,
    Kind.POWER_LOSS: 4,
    Kind.DISK_FULL: 1,
    Kind.IO_ERROR: 1,
    Kind.SHORT_WRITES: 1,
    Kind.BREAK_CONNECTIONS: 3,
    Kind.SLOW_NETWORK: 2,
    Kind.PAUSE_CLIENT: 3,
    Kind.PAUSE_MEMBER: 3,
    Kind.REPLACE_WORKER: 3,
}


@dataclass(frozen=True, slots=True)
class Disturbance:
    """`at_s` from the start; `luck` in [0, 1) decides the details, such as whom it hits."""

    at_s: float
    kind: Kind
    luck: float

    def __str__(self) -> str:
        return f"{self.at_s:.3f} s: {self.kind.value}"


@dataclass(frozen=True, slots=True)
class Schedule:
    """Everything that a run depends on."""

    seed: int
    durability: Durability
    segment_ms: int
    transaction_timeout_ms: int
    cast: tuple[tuple[str, Role], ...]
    disturbances: tuple[Disturbance, ...]

    @classmethod
    def from_seed(cls, seed: int) -> "Schedule":
        """The schedule with this number."""
        dice = random.Random(f"schedule {seed}")  # noqa: S311 - not for secrets
        durability = dice.choice([Durability.DISK, Durability.DISK, Durability.PROCESS])
        kinds = [
            kind for kind in Kind if kind is not Kind.POWER_LOSS or durability is Durability.DISK
        ]
        weights = [WEIGHTS[kind] for kind in kinds]
        disturbances = [
            Disturbance(dice.uniform(0.1, LENGTH_S), kind, dice.random())
            for kind in dice.choices(kinds, weights, k=dice.randint(1, 9))
        ]
        return cls(
            seed=seed,
            durability=durability,
            segment_ms=dice.choice([200, 1_000, 604_800_000]),
            transaction_timeout_ms=dice.choice([800, 60_000]),
            cast=tuple(_cast(dice)),
            disturbances=tuple(sorted(disturbances, key=lambda each: each.at_s)),
        )

    def without(self, disturbance: Disturbance) -> "Schedule":
        """One thing fewer goes wrong."""
        left = tuple(each for each in self.disturbances if each is not disturbance)
        return replace(self, disturbances=left)

    def without_client(self, name: str) -> "Schedule":
        """One client fewer."""
        return replace(self, cast=tuple(each for each in self.cast if each[0] != name))

    def __str__(self) -> str:
        lines = [
            f"seed {self.seed}, durability {self.durability.value}, segments of "
            f"{self.segment_ms} ms, transactions of {self.transaction_timeout_ms} ms",
            *(f"    {name}: {role.value}" for name, role in self.cast),
            *(f"    {each}" for each in self.disturbances),
        ]
        return "\n".join(lines)


def _cast(dice: random.Random) -> list[tuple[str, Role]]:
    counts = {
        Role.IDEMPOTENT: dice.randint(1, 2),
        Role.PLAIN: dice.randint(0, 1),
        Role.HASTY: dice.randint(0, 1),
        Role.TRANSACTIONAL: dice.randint(1, 2),
        Role.READER: 1,
        Role.COMMITTED_READER: 1,
        Role.MEMBER: dice.choice([0, 1, 2, 3]),
        Role.PIPELINE: 2,
    }
    return [
        (f"{role.name.lower().replace('_', '-')}-{number}", role)
        for role, count in counts.items()
        for number in range(count)
    ]
