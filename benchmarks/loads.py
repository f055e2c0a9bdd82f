"""What one round of a row does to a broker; `rows` says what must come of it.

Nothing here measures. Each kind of load is run by a module of its own: `Load` by `load_generator`,
`ClientLoad` and `TransactionLoad` by `client_processes`, `GroupLoad` by `group_client`,
`CompactionLoad` by `cleanings`, `PartitionsStart` by `starts`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

FETCH_BYTES = 1 << 20
ACKS_LEADER = 1
ACKS_ALL = -1
GROUP_INITIAL_DELAY_MS = 100
CONSUMED_TOPIC = "consume"
COMMITTED_TOPIC = "committed"
SMALL_WRITES_BYTES = 100_000_000
"""At most about so much is written in a round of single records or commits."""
COMPACTED_BYTES_MIN = 20_000_000
SECONDS_MIN = 0.05


@dataclass(frozen=True)
class Load:
    """What one run of the C loader does; it ends at `max_bytes` or after `seconds`.

    `max_bytes` keeps a produce run below the kernel's limit of dirty pages: beyond it every writer
    is slowed to the speed of the disk, and the disk would be measured instead of the broker.
    """

    mode: Literal["produce", "fetch", "commit"]
    value_bytes: int = 100
    batch_bytes: int = 0
    connections: int = 1
    in_flight: int = 1
    max_bytes: int = 1_000_000_000
    seconds: float = 4.0
    idle_connections: int = 0

    def arguments(self, *, port: int, topic: str, acks: int) -> list[str]:
        """Return the loader's command line for this load."""
        settings = {
            "port": port,
            "topic": topic,
            "acks": acks,
            "partitions": self.connections,
            "connections": self.connections,
            "idle-connections": self.idle_connections,
            "in-flight": self.in_flight,
            "value-bytes": self.value_bytes,
            "batch-bytes": self.batch_bytes,
            "fetch-bytes": FETCH_BYTES,
            "max-bytes": self.max_bytes,
            "seconds": self.seconds,
        }
        return [self.mode, *(f"--{name}={value}" for name, value in settings.items())]

    def scaled(self, factor: float) -> "Load":
        """Return the same load, shorter or longer by `factor`."""
        seconds = max(SECONDS_MIN, self.seconds * factor)
        return replace(self, max_bytes=int(self.max_bytes * factor), seconds=seconds)


@dataclass(frozen=True)
class ClientLoad:
    """What one process of a real client does: produce so many records, or consume them."""

    client: Literal["librdkafka", "java"]
    mode: Literal["produce", "consume", "consume_committed"]
    value_bytes: int
    records: int

    def scaled(self, factor: float) -> "ClientLoad":
        """Return the same load with fewer or more records, at least a thousand."""
        return replace(self, records=max(1000, int(self.records * factor)))


@dataclass(frozen=True)
class TransactionLoad:
    """One transactional client: so many transactions of so many records each.

    `copy` takes the records from the topic that the consumers read. `abort_every` lets each n-th
    end in an abort.
    """

    mode: Literal["produce", "copy"]
    transactions: int
    records: int = 100
    value_bytes: int = 100
    abort_every: int = 0

    def scaled(self, factor: float) -> "TransactionLoad":
        """Return the same load with fewer or more transactions, at least ten."""
        return replace(self, transactions=max(10, int(self.transactions * factor)))


@dataclass(frozen=True)
class CompactionLoad:
    """A log full of outdated records is cleaned, alone or while a producer writes elsewhere.

    `of_many_sizes`: values from half of `value_bytes` to one and a half.
    """

    records: int
    keys: int
    value_bytes: int
    of_many_sizes: bool = False
    beside: Load | None = None

    def scaled(self, factor: float) -> "CompactionLoad":
        """Return a smaller log, of at least two segments."""
        return replace(
            self,
            records=max(COMPACTED_BYTES_MIN // self.value_bytes, int(self.records * factor)),
            keys=max(1000, int(self.keys * factor)),
            beside=None if self.beside is None else self.beside.scaled(factor),
        )


@dataclass(frozen=True)
class GroupLoad:
    """So many members join one group; when it is stable, one of them leaves."""

    members: int

    def scaled(self, factor: float) -> "GroupLoad":
        """Return a group of fewer members, at least five."""
        return replace(self, members=max(5, int(self.members * factor)))


@dataclass(frozen=True)
class PartitionsStart:
    """A start on so many partitions, each with some records, after a stop or a kill -9."""

    partitions: int
    after: Literal["stop", "kill"]

    def scaled(self, factor: float) -> "PartitionsStart":
        """Return a start on fewer partitions, at least one."""
        return replace(self, partitions=max(1, int(self.partitions * factor)))


RunningLoad = Load | ClientLoad | TransactionLoad | CompactionLoad | GroupLoad
"""Those that a running broker is put under."""

CONSUMED_LOAD = Load(
    "produce", value_bytes=1024, batch_bytes=65_536, in_flight=5, max_bytes=500_000_000, seconds=30
)
COMMITTED_LOAD = TransactionLoad(
    "produce", transactions=400, records=1_000, value_bytes=1024, abort_every=10
)
RECOVERED_LOAD = replace(CONSUMED_LOAD, max_bytes=1_000_000_000)


def topic_of(name: str, load: RunningLoad) -> str:
    """Return the topic of a row: its own, or that of all readers of its kind."""
    if isinstance(load, GroupLoad | CompactionLoad):
        return name
    readers = {"fetch": CONSUMED_TOPIC, "consume": CONSUMED_TOPIC}
    return {**readers, "consume_committed": COMMITTED_TOPIC}.get(load.mode, name)


def partitions_of(load: RunningLoad) -> int:
    """Return how many partitions the topic of a row needs: every connection has its own."""
    return load.connections if isinstance(load, Load) else 1


def topics_of(loads: Iterable[tuple[str, RunningLoad]]) -> dict[str, int]:
    """Return the topics that these rows need, with their numbers of partitions."""
    topics: dict[str, int] = {}
    for name, load in loads:
        topics[topic_of(name, load)] = partitions_of(load)
        if isinstance(load, TransactionLoad) and load.mode == "copy":
            topics[CONSUMED_TOPIC] = 1
    return topics


def written_bytes(load: RunningLoad) -> int:
    """Return about how much a round makes the broker write."""
    if isinstance(load, Load):
        if load.mode == "fetch":
            return 0
        return load.max_bytes if load.batch_bytes else min(load.max_bytes, SMALL_WRITES_BYTES)
    if isinstance(load, ClientLoad):
        return load.records * load.value_bytes if load.mode == "produce" else 0
    if isinstance(load, TransactionLoad):
        return load.transactions * load.records * load.value_bytes
    if isinstance(load, CompactionLoad):
        return load.records * load.value_bytes * 2
    return 0
