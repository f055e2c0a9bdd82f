"""The state as decisions see it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from odradek.registry.decisions.parsing import Parser
from odradek.registry.errors import not_permitted, subject_not_found, version_not_found
from odradek.registry.state.content import Content
from odradek.registry.state.index import LATEST, Index, Version
from odradek.registry.state.names import DEFAULT_CONTEXT, SubjectName, parse_subject
from odradek.registry.state.records import Record
from odradek.registry.state.settings import Config, Mode, config_in_scope, in_scope
from odradek.schemas.schema import ParsedSchema

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Decision(Generic[Answer]):
    """What the client is told once the records are written; without any, at once."""

    answer: Answer
    records: Sequence[Record] = ()


@dataclass(frozen=True, slots=True)
class Defaults:
    """What the server's configuration decides."""

    compatibility_level: str = "BACKWARD"
    modes_can_change: bool = True
    validates_fields: bool = False
    validates_new_schemas: bool = True
    schema_bytes_max: int = 1_000_000


@dataclass(frozen=True, slots=True)
class View:
    """The index, with what follows from it."""

    index: Index = field(default_factory=Index)
    parser: Parser = field(default_factory=Parser)
    defaults: Defaults = field(default_factory=Defaults)

    def draft(self) -> "View":
        """A view of what will be once records are written that are not yet."""
        return replace(self, index=self.index.draft())

    def config(self, subject: str | None) -> Config:
        """What is configured for a subject."""
        return config_in_scope(self.index.configs, subject, self.defaults.compatibility_level)

    def validates_fields(self, subject: str) -> bool:
        """Whether it matters what fields are called."""
        validates = self.config(subject).validateFields
        return self.defaults.validates_fields if validates is None else validates

    def validates_new_schemas(self, subject: str) -> bool:
        """Whether more is asked of new schemas than of those that are registered."""
        validates = self.config(subject).validateNewSchemas
        return self.defaults.validates_new_schemas if validates is None else validates

    def normalizes(self, subject: str) -> bool:
        """Whether schemas are normalized without being asked to."""
        return bool(self.config(subject).normalize)

    def mode(self, subject: str | None) -> Mode:
        """What may be done with a subject."""
        return in_scope(self.index.modes.get, subject, Mode.READWRITE)

    def parse(self, subject: str, content: Content) -> ParsedSchema:
        """A schema that is registered."""
        return self.parser.parse(self.index, subject, content)

    def parse_new(self, subject: str, content: Content) -> ParsedSchema:
        """A schema that may be registered; raises RegistryError."""
        is_new = self.validates_new_schemas(subject)
        return self.parser.parse(self.index, subject, content, is_new=is_new)

    def require_writable(self, subject: str | None) -> None:
        """Raise unless the subject may be changed."""
        if self.mode(subject).is_read_only:
            raise not_permitted(f"Subject '{subject or ''}' is in read-only mode")

    def has_subject(self, subject: str, *, deleted: bool) -> bool:
        """Whether a subject has versions."""
        return bool(self.index.versions(subject, deleted=deleted))

    def find_version(self, subject: str, version: int, *, deleted: bool) -> Version:
        """A version, in any context if the subject names none; raises what is missing.

        The latest is the latest that is not deleted, also where deleted ones are wanted.
        """
        for candidate in self.candidates(subject):
            found = self.index.version(candidate, version, deleted=deleted and version != LATEST)
            if found is not None:
                return found
        if not self.has_subject(subject, deleted=deleted):
            raise subject_not_found(subject)
        raise version_not_found(version)

    def candidates(self, subject: str) -> list[str]:
        """The subject, and if it names no context those of its name in all others."""
        context, name = parse_subject(subject)
        if context != DEFAULT_CONTEXT:
            return [subject]
        others = [SubjectName(other, name).qualified for other in self.index.named_contexts]
        return [subject, *others]
