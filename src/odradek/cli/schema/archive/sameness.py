"""Whether a registry has a schema as an archive has it, though its text may differ in form.

Confluent's registry and Karapace write texts anew when they register them; what they give out is
still the same schema.
"""

from collections.abc import Sequence

from odradek.cli.schema.archive.contents import Archive
from odradek.clients.schema_registry import Reference, StoredVersion
from odradek.registry.state.names import qualify_within
from odradek.schemas.formats import parse
from odradek.schemas.schema import InvalidSchema, ReferencedSchema

DEPTH_MAX = 64
"""Of references of references; a circle would be endless."""


class Sameness:
    """Compares versions of an archive with those of a registry."""

    def __init__(self, archive: Archive) -> None:
        self._versions = archive.versions

    def __call__(self, archived: StoredVersion, stored: StoredVersion) -> bool:
        """The same schema that refers to the same versions, with the same metadata and rules."""
        mine, other = archived.schema, stored.schema
        if (mine.type, _metadata(archived)) != (other.type, _metadata(stored)):
            return False
        if self._needs(archived) != self._needs(stored):
            return False
        return mine.text == other.text or self._canonical(archived) == self._canonical(
            archived, other.text
        )

    @staticmethod
    def _needs(version: StoredVersion) -> set[tuple[str, str, int]]:
        return {
            (each.name, qualify_within(version.subject, each.subject), each.version)
            for each in version.schema.references
        }

    def _canonical(self, archived: StoredVersion, text: str | None = None) -> str | None:
        """The schema, or another text in its place, in the form that counts; None if unreadable."""
        schema = archived.schema
        try:
            references = self._tree(archived.subject, schema.references)
            parsed = parse(
                schema.type, schema.text if text is None else text, references, is_new=False
            )
            return parsed.identity()
        except InvalidSchema:
            return text

    def _tree(
        self, subject: str, references: Sequence[Reference], depth: int = 0
    ) -> tuple[ReferencedSchema, ...]:
        found = []
        for each in references if depth < DEPTH_MAX else ():
            target = self._versions.get((qualify_within(subject, each.subject), each.version))
            if target is not None:
                inner = self._tree(target.subject, target.schema.references, depth + 1)
                found.append(ReferencedSchema(each.name, target.schema.text, inner))
        return tuple(found)


def _metadata(version: StoredVersion) -> tuple[object, object]:
    return version.metadata or None, version.rule_set or None
