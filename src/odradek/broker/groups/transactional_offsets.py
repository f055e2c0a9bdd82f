"""Offsets that a transaction commits, until it is over.

They are kept by the partition they stand in and by their producer, because a marker ends them
there. A group may have several for one partition, of different producers. Of all commits the one
whose record came last stands, whenever its transaction ends: an offset that was *overtaken* by a
later commit is not committed any more, but is not decided before its marker either.
"""

from collections.abc import Iterable, Iterator

from odradek.broker.groups.records import CommittedOffset, TopicPartition

Place = tuple[int, int]
"""The partition of `__consumer_offsets`, and the producer."""

Position = tuple[str, TopicPartition]
"""A group, and what it has read."""


class TransactionalOffsets:
    """See the module."""

    def __init__(self) -> None:
        self._offsets: dict[Place, dict[Position, CommittedOffset | None]] = {}
        self._places: dict[str, dict[TopicPartition, dict[Place, None]]] = {}
        """For each group and partition the producers, in the order of their records."""

    def add(
        self, place: Place, group_id: str, partition: TopicPartition, offset: CommittedOffset
    ) -> None:
        """A producer commits this if its transaction is committed."""
        self._offsets.setdefault(place, {})[group_id, partition] = offset
        places = self._places.setdefault(group_id, {}).setdefault(partition, {})
        places.pop(place, None)
        places[place] = None

    def end(self, place: Place, *, is_commit: bool) -> Iterator[tuple[Position, CommittedOffset]]:
        """The producer's transaction is over here: what it commits."""
        for position, offset in self._offsets.pop(place, {}).items():
            group_id, partition = position
            if is_commit and offset is not None:
                self._overtake(position, before=place)
                yield position, offset
            self._forget(group_id, partition, place)

    def overtake_all(self, group_id: str, partition: TopicPartition) -> None:
        """A commit outside of transactions came after all of them."""
        if group_id in self._places:
            self._overtake((group_id, partition), before=None)

    def discard(self, group_id: str, partition: TopicPartition) -> None:
        """The offset was deleted meanwhile, whatever becomes of the transactions."""
        for place in list(self._places.get(group_id, {}).get(partition, ())):
            del self._offsets[place][group_id, partition]
            self._forget(group_id, partition, place)

    def partitions(self, group_id: str) -> Iterable[TopicPartition]:
        """Which partitions of a group are not decided."""
        return self._places.get(group_id, {}).keys()

    def is_pending(self, group_id: str, partition: TopicPartition) -> bool:
        return partition in self._places.get(group_id, {})

    def _overtake(self, position: Position, before: Place | None) -> None:
        group_id, partition = position
        for place in self._places[group_id].get(partition, ()):
            if place == before:
                break
            self._offsets[place][position] = None

    def _forget(self, group_id: str, partition: TopicPartition, place: Place) -> None:
        partitions = self._places[group_id]
        del partitions[partition][place]
        if not partitions[partition]:
            del partitions[partition]
        if not partitions:
            del self._places[group_id]
