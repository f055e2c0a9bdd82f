"""What an Admin tells, as plain values."""

from dataclasses import dataclass

from odradek.clients.record import Partition


@dataclass(frozen=True, slots=True)
class PartitionState:
    """One partition of a topic; `leader` None while it has none."""

    partition: int
    leader: int | None
    replicas: tuple[int, ...]
    in_sync_replicas: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic and where it lies."""

    name: str
    partitions: tuple[PartitionState, ...]

    @property
    def replication_factor(self) -> int:
        """Of the partition that has most."""
        return max((len(each.replicas) for each in self.partitions), default=0)


@dataclass(frozen=True, slots=True)
class Config:
    """A configuration's value; `is_set` says whether the topic has it of its own.

    `value` is None where the cluster keeps it to itself.
    """

    name: str
    value: str | None
    is_set: bool


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a group and what it reads."""

    member_id: str
    client_id: str
    host: str
    partitions: tuple[Partition, ...]


@dataclass(frozen=True, slots=True)
class GroupState:
    """A consumer group; `state` is Kafka's word, as Stable or Empty."""

    name: str
    state: str
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class LogRange:
    """What a partition holds: from the first offset up to, and without, the end."""

    start_offset: int
    end_offset: int
