"""From bytes to counts: which schemas the keys and values of topics name, and when they last did.

Both forms count: an id in front of the data, a GUID in a header. Ids are those of the default
context, for a record does not tell its context. What is in no form is no use of any schema.
"""

import contextlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from odradek.clients.schema_registry import StoredVersion
from odradek.schemas.wire_format import (
    KEY_HEADER,
    VALUE_HEADER,
    UnknownFraming,
    split_header,
    split_prefix,
)

SchemaName = int | str
"""An id, or a GUID."""
Headers = Mapping[str, str | bytes | None] | Sequence[tuple[str, str | bytes | None]]


class Part(StrEnum):
    """Of a record."""

    KEY = "key"
    VALUE = "value"

    @property
    def header(self) -> str:
        """The header that names its schema."""
        return KEY_HEADER if self is Part.KEY else VALUE_HEADER


class Carrier(NamedTuple):
    """The keys or the values of a topic."""

    topic: str
    part: Part

    def __str__(self) -> str:
        return f"{self.part}s of {self.topic}"


@dataclass(slots=True)
class Use:
    """How many records name a schema, and when the last of them was written."""

    records: int = 0
    last_ms: int = 0

    def add(self, records: int, last_ms: int) -> None:
        """Count more."""
        self.records += records
        self.last_ms = max(self.last_ms, last_ms)


class Uses:
    """What was met in the carriers that were looked at."""

    def __init__(self) -> None:
        self._met: dict[Carrier, defaultdict[SchemaName, Use]] = {}
        self._looked_at: Counter[Carrier] = Counter()

    def look_at(self, carrier: Carrier) -> None:
        """Count a carrier as looked at, though it may name nothing."""
        self._met.setdefault(carrier, defaultdict(Use))

    @property
    def carriers(self) -> Collection[Carrier]:
        """Those that were looked at."""
        return self._met.keys()

    def note(
        self, carrier: Carrier, data: bytes | None, headers: Headers | None, written_ms: int
    ) -> None:
        """Take in one key or value."""
        if data is None:
            return
        self._looked_at[carrier] += 1
        name = schema_named(carrier.part, data, headers)
        if name is not None:
            self._met[carrier][name].add(1, written_ms)

    def looked_at(self, carrier: Carrier) -> int:
        """How many keys or values there were, with a schema or without."""
        return self._looked_at[carrier]

    def of(self, version: StoredVersion) -> dict[Carrier, Use]:
        """Where a version of the default context is used, under its id and under its GUID."""
        found: dict[Carrier, Use] = {}
        for carrier, met in self._met.items():
            for name in _names(version):
                if name in met:
                    use = met[name]
                    found.setdefault(carrier, Use()).add(use.records, use.last_ms)
        return found

    def others(
        self, versions: Iterable[StoredVersion]
    ) -> Iterator[tuple[Carrier, SchemaName, Use]]:
        """What none of these versions is."""
        known = {name for each in versions for name in _names(each)}
        for carrier, met in self._met.items():
            for name, use in met.items():
                if name not in known:
                    yield carrier, name, use


def _names(version: StoredVersion) -> list[SchemaName]:
    return [version.id] if version.guid is None else [version.id, version.guid]


def schema_named(part: Part, data: bytes, headers: Headers | None) -> SchemaName | None:
    """Which schema a key or value says it was written with; None if it says none."""
    header = dict(headers).get(part.header) if headers else None
    if isinstance(header, bytes):
        with contextlib.suppress(UnknownFraming):
            return split_header(header)[0]
    try:
        # No registry gives the id 0, and a small number of eight bytes looks like it.
        return split_prefix(data).schema_id or None
    except UnknownFraming:
        return None
