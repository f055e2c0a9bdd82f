"""The associations of a registry, found by their key, their subject or their resource.

Invariant: an association was made when the first record of its key was written, and changed when
the last one was; that is read from the records' timestamps, as Confluent's registry reads it.
"""

from collections.abc import Iterable, Iterator, MutableMapping

from msgspec.structs import replace

from odradek.registry.state.layer import Layer, to_change
from odradek.registry.state.records import Association, Key

Trait = tuple[str, str | None]
"""What an association is found by: which of its fields, and its value there."""


class Associations:
    """All associations; lists are sorted by resource, association type and subject."""

    def __init__(self) -> None:
        self._entries: MutableMapping[Key, Association] = {}
        self._keys: MutableMapping[Trait, set[Key]] = {}

    def draft(self) -> "Associations":
        """What these would be with records that are yet to be written."""
        draft = Associations()
        draft._entries = Layer(self._entries)
        draft._keys = Layer(self._keys)
        return draft

    def __iter__(self) -> Iterator[Association]:
        return iter(self._sorted(self._entries))

    def of_subject(self, subject: str) -> list[Association]:
        """Those of a qualified subject."""
        return self._having(("subject", subject))

    def of_resource_id(self, resource_id: str) -> list[Association]:
        """Those of one resource."""
        return self._having(("resourceId", resource_id))

    def of_resource_name(self, name: str) -> list[Association]:
        """Those of resources with a name, whatever their namespace: there may be several."""
        return self._having(("resourceName", name))

    def put(self, key: Key, association: Association | None, timestamp_ms: int) -> None:
        """Set an association, or with None take it away."""
        known = self._entries.pop(key, None)
        if known is not None:
            self._forget(key, known)
        if association is None:
            return
        self._entries[key] = replace(
            association,
            createTs=timestamp_ms if known is None else known.createTs,
            updateTs=timestamp_ms,
        )
        for trait in _traits(association):
            to_change(self._keys, trait, set).add(key)

    def _forget(self, key: Key, known: Association) -> None:
        for trait in _traits(known):
            keys = to_change(self._keys, trait, set)
            keys.discard(key)
            if not keys:
                del self._keys[trait]

    def _having(self, trait: Trait) -> list[Association]:
        return self._sorted(self._keys.get(trait, ()))

    def _sorted(self, keys: Iterable[Key]) -> list[Association]:
        return [self._entries[key] for key in sorted(keys)]


def _traits(association: Association) -> tuple[Trait, ...]:
    return (
        ("subject", association.subject),
        ("resourceId", association.resourceId),
        ("resourceName", association.resourceName),
    )
