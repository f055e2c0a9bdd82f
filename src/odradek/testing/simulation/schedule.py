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
    KILL_IN_CLEANING = "kill -9 in the middle of a cleaning"
    POWER_LOSS = "power loss"
    POWER_LOSS_IN_CLEANING = "power loss in the middle of a cleaning"
    DISK_FULL = "disk full"
    IO_ERROR = "disk errors"
    SHORT_WRITES = "short writes"
    BREAK_CONNECTIONS = "all connections break"
    SLOW_NETWORK = "slow network"
    PAUSE_CLIENT = "a client is stopped"
    STRAND_PRODUCER = "an idempotent producer loses its answers and is stopped"
    PAUSE_MEMBER = "a group member is stopped for longer than its session"
    REPLACE_WORKER = "a pipeline's worker is stopped and replaced"


class Role(Enum):
    """What a client does."""

    IDEMPOTENT = "idempotent producer"
    KEYED = "idempotent producer of a table"
    PLAIN = "plain producer"
    HASTY = "producer with acks=1"
    TRANSACTIONAL = "transactional producer"
    READER = "reader"
    COMMITTED_READER = "read_committed reader"
    TABLE_READER = "reader of a table, from the beginning again and again"
    MEMBER = "group member"
    PIPELINE = "pipeline worker"
    SHARED_PIPELINE = "pipeline worker in a group"


WEIGHTS = {
    Kind.STOP: 1,
    Kind.KILL: 3,
    Kind.KILL_IN_WRITE: 3,
    Kind.KILL_IN_CLEANING: 2,
    Kind.POWER_LOSS: 4,
    Kind.POWER_LOSS_IN_CLEANING: 2,
    Kind.DISK_FULL: 1,
    Kind.IO_ERROR: 1,
    Kind.SHORT_WRITES: 1,
    Kind.BREAK_CONNECTIONS: 3,
    Kind.SLOW_NETWORK: 2,
    Kind.PAUSE_CLIENT: 3,
    Kind.STRAND_PRODUCER: 3,
    Kind.PAUSE_MEMBER: 3,
    Kind.REPLACE_WORKER: 3,
}


NEED_DISK = frozenset({Kind.POWER_LOSS, Kind.POWER_LOSS_IN_CLEANING})
"""Under durability `process` nothing is promised for these."""


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
    table_segment_ms: int
    """Of the table, and of the internal topics: what is not rolled is not cleaned."""
    delete_retention_ms: int
    transaction_timeout_ms: int
    cast: tuple[tuple[str, Role], ...]
    disturbances: tuple[Disturbance, ...]

    @classmethod
    def from_seed(cls, seed: int) -> "Schedule":
        """The schedule with this number."""
        dice = random.Random(f"schedule {seed}")  # noqa: S311 - not for secrets
        durability = dice.choice([Durability.DISK, Durability.DISK, Durability.PROCESS])
        kinds = [kind for kind in Kind if kind not in NEED_DISK or durability is Durability.DISK]
        weights = [WEIGHTS[kind] for kind in kinds]
        disturbances = [
            Disturbance(dice.uniform(0.1, LENGTH_S), kind, dice.random())
            for kind in dice.choices(kinds, weights, k=dice.randint(1, 9))
        ]
        return cls(
            seed=seed,
            durability=durability,
            segment_ms=dice.choice([200, 1_000, 604_800_000]),
            table_segment_ms=dice.choice([50, 200, 1_000]),
            delete_retention_ms=dice.choice([0, 300, 2_000]),
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
            f"{self.segment_ms} ms, transactions of {self.transaction_timeout_ms} ms, "
            f"tables of {self.table_segment_ms} ms, tombstones of {self.delete_retention_ms} ms",
            *(f"    {name}: {role.value}" for name, role in self.cast),
            *(f"    {each}" for each in self.disturbances),
        ]
        return "\n".join(lines)


def _cast(dice: random.Random) -> list[tuple[str, Role]]:
    pipelines = {Role.PIPELINE: 2} if dice.random() < 0.5 else {Role.SHARED_PIPELINE: 2}
    counts = {
        Role.IDEMPOTENT: dice.randint(1, 2),
        Role.KEYED: dice.randint(1, 2),
        Role.PLAIN: dice.randint(0, 1),
        Role.HASTY: dice.randint(0, 1),
        Role.TRANSACTIONAL: dice.randint(1, 2),
        Role.READER: 1,
        Role.COMMITTED_READER: 1,
        Role.TABLE_READER: 1,
        Role.MEMBER: dice.choice([0, 1, 2, 3]),
        **pipelines,
    }
    return [
        (f"{role.name.lower().replace('_', '-')}-{number}", role)
        for role, count in counts.items()
        for number in range(count)
    ]
