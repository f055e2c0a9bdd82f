"""The references of each file, as whole trees: other files of the folder, or versions of the lock.

What a file mentions is looked up among the files first; what they do not have is taken as the
latest version in the lock has it. What is found nowhere is left to parsing, which says so.
"""

from collections.abc import Sequence

from odradek.schemas.check.lock import Lock, LockedReference
from odradek.schemas.check.mentions import Names, mentions_of, names_given_by
from odradek.schemas.check.sources import Source
from odradek.schemas.schema import InvalidSchema, ReferencedSchema, SchemaType


class Links:
    """Who refers to whom in a folder."""

    def __init__(self, sources: Sequence[Source], lock: Lock) -> None:
        self._lock = lock
        self._trees: dict[str, tuple[ReferencedSchema, ...]] = {}
        self._givers: dict[tuple[SchemaType, str], Source] = {}
        for source in sources:
            for name in names_given_by(source):
                self._givers.setdefault((source.schema_type, name), source)

    def references_of(self, source: Source) -> tuple[ReferencedSchema, ...]:
        """All that the file refers to; raises InvalidSchema if that leads back to it."""
        return self._tree(source, ())

    def locked_references_of(self, source: Source) -> list[LockedReference]:
        """The same as subjects and versions, for a lock that has them all."""
        found = []
        for names in mentions_of(source):
            name, giver = self._giver(source, names)
            if giver is not None:
                latest = self._lock.versions(giver.subject)[-1].version
                found.append(LockedReference(name=name, subject=giver.subject, version=latest))
            else:
                found += self._locked(source, names)
        return found

    def _tree(self, source: Source, way: tuple[str, ...]) -> tuple[ReferencedSchema, ...]:
        if source.path in way:
            circle = [*way[way.index(source.path) :], source.path]
            raise InvalidSchema(f"the files refer to each other in a circle: {' to '.join(circle)}")
        if source.path not in self._trees:
            self._trees[source.path] = tuple(self._branches(source, (*way, source.path)))
        return self._trees[source.path]

    def _branches(self, source: Source, way: tuple[str, ...]) -> list[ReferencedSchema]:
        found: list[ReferencedSchema] = []
        for names in mentions_of(source):
            name, giver = self._giver(source, names)
            if giver is not None:
                found.append(ReferencedSchema(name, giver.text, self._tree(giver, way)))
            else:
                found += self._lock.referenced(self._locked(source, names))
        return found

    def _giver(self, source: Source, names: Names) -> tuple[str, Source | None]:
        """The name that means another file, and the file."""
        for name in names:
            for called in self._ways_to_call(source, name):
                giver = self._givers.get((source.schema_type, called))
                if giver is not None:
                    return name, None if giver is source else giver
        return names[0], None

    @staticmethod
    def _ways_to_call(source: Source, name: str) -> list[str]:
        if source.schema_type is SchemaType.JSON and source.folder:
            return [f"{source.folder}/{name.removeprefix('./')}", name]
        return [name.removeprefix("./")]

    def _locked(self, source: Source, names: Names) -> list[LockedReference]:
        versions = self._lock.versions(source.subject)
        known = versions[-1].references if versions else ()
        return [each for each in known if each.name in names]
