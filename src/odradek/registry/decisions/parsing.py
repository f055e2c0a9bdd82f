"""Contents to parsed schemas, with everything they refer to.

Parsing is put off until somebody asks, so that a start parses nothing; what was parsed last is
kept. A tree of references has a largest size, and a circle is an error.
"""

from collections import OrderedDict
from typing import NamedTuple

from odradek.registry.errors import RegistryError, invalid_schema
from odradek.registry.state.content import Content, Reference
from odradek.registry.state.index import Index
from odradek.registry.state.names import qualify_within
from odradek.schemas import formats
from odradek.schemas.schema import InvalidSchema, ParsedSchema, ReferencedSchema, SchemaType

CACHED_SCHEMAS_MAX = 250
CACHED_CHARS_MAX = 2_000_000
"""Of the texts that are kept parsed, which takes some fifteen times as much memory."""
REFERENCED_SCHEMAS_MAX = 1_000
"""Of one schema, directly or not; a diamond counts once for each way to it."""

Asked = tuple[str, str, tuple[ReferencedSchema, ...]]
"""A type, a text, and what it refers to."""


class Kept(NamedTuple):
    """A schema, and whether all was asked of it that is asked of a new one."""

    parsed: ParsedSchema
    is_new: bool


class Parser:
    """Parses, and remembers what it parsed last."""

    def __init__(self) -> None:
        self._cache: OrderedDict[Asked, Kept] = OrderedDict()
        self._chars = 0

    def parse(
        self, index: Index, subject: str, content: Content, *, is_new: bool = False
    ) -> ParsedSchema:
        """Raises RegistryError; of a new schema more is asked, and it refers to no deleted one."""
        references = _Resolution(index, is_new=is_new).resolve(subject, content.references)
        asked = (content.schema_type, content.text, references)
        kept = self._cache.get(asked)
        if kept is None or (is_new and not kept.is_new):
            kept = Kept(_parse(content, references, is_new=is_new), is_new)
            self._keep(asked, kept)
        else:
            self._cache.move_to_end(asked)
        return kept.parsed

    def _keep(self, asked: Asked, kept: Kept) -> None:
        if asked in self._cache:
            self._drop(asked)
        self._cache[asked] = kept
        self._chars += len(kept.parsed.text)
        while len(self._cache) > CACHED_SCHEMAS_MAX or self._chars > CACHED_CHARS_MAX:
            self._drop(next(iter(self._cache)))

    def _drop(self, asked: Asked) -> None:
        self._chars -= len(self._cache.pop(asked).parsed.text)


def _parse(
    content: Content, references: tuple[ReferencedSchema, ...], *, is_new: bool
) -> ParsedSchema:
    if content.schema_type not in SchemaType.__members__:
        known = ", ".join(SchemaType)
        raise invalid_schema(f"the schema type {content.schema_type!r} is none of {known}")
    schema_type = SchemaType(content.schema_type)
    try:
        return formats.parse(schema_type, content.text, references, is_new=is_new)
    except InvalidSchema as error:
        raise invalid_schema(str(error)) from error


class _Resolution:
    """Collects the tree of references of one schema."""

    def __init__(self, index: Index, *, is_new: bool) -> None:
        self._index = index
        self._is_new = is_new
        self._count = 0
        self._path: list[tuple[str, int]] = []

    def resolve(
        self, parent: str, references: tuple[Reference, ...]
    ) -> tuple[ReferencedSchema, ...]:
        return tuple(self._resolve(parent, each) for each in references)

    def _resolve(self, parent: str, reference: Reference) -> ReferencedSchema:
        subject = qualify_within(parent, reference.subject)
        found = self._index.version(subject, reference.version, deleted=not self._is_new)
        if found is None:
            raise _unresolved(reference, "there is no such version")
        if found.place in self._path:
            raise _unresolved(reference, "it refers back to itself")
        self._count += 1
        if self._count > REFERENCED_SCHEMAS_MAX:
            raise _unresolved(reference, f"more than {REFERENCED_SCHEMAS_MAX} schemas are needed")
        self._path.append(found.place)
        inner = self.resolve(subject, found.content.references)
        self._path.pop()
        return ReferencedSchema(reference.name, found.content.text, inner)


def _unresolved(reference: Reference, reason: str) -> RegistryError:
    return invalid_schema(
        f"the reference {reference.name!r} to version {reference.version} of subject"
        f" {reference.subject!r} cannot be followed: {reason}"
    )
