"""The shapes of bodies and answers, by Confluent's names.

Fields that are newer than a client may know (`guid`, `ts`) are answered to clients that say they
take unknown ones, as all newer clients do; old Java clients stumble over them.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from odradek.registry.api.tags import SchemaTags, tag_changes
from odradek.registry.decisions.registration import (
    NEXT_VERSION,
    NO_ID,
    NO_VERSION,
    NewSchema,
)
from odradek.registry.errors import invalid_schema
from odradek.registry.state.content import (
    AVRO,
    Content,
    Metadata,
    Reference,
    RuleSet,
)
from odradek.registry.state.index import Version
from odradek.registry.state.names import qualify_within
from odradek.schemas.wire_format import guid_text
from odradek.web.request import Request

ACCEPTS_UNKNOWN = b"confluent-accept-unknown-properties"
QUALIFIED = "qualified"
Int32 = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
"""As records carry ids, and as clients in Java read numbers."""


class ReferenceBody(Struct, frozen=True):
    """A reference; all three are needed."""

    name: str | None = None
    subject: str | None = None
    version: Int32 | None = None


class SchemaBody(Struct, frozen=True, kw_only=True):
    """A schema to be registered, looked up or compared."""

    schema: str | None = None
    schemaType: str | None = None
    references: list[ReferenceBody] | None = None
    metadata: Metadata | None = None
    ruleSet: RuleSet | None = None
    id: Int32 | None = None
    version: Int32 | None = None
    schemaTagsToAdd: list[SchemaTags] | None = None
    schemaTagsToRemove: list[SchemaTags] | None = None
    propagateSchemaTags: bool | None = None
    subject: str | None = None
    """Sent by clients that send back what they once were answered; the path decides."""

    def content(self) -> Content:
        """The schema itself; raises RegistryError for half a reference."""
        return Content(
            self.schemaType or AVRO,
            self.schema or "",
            tuple(_reference(each) for each in self.references or ()),
            self.metadata,
            self.ruleSet,
        )

    def new_schema(self) -> NewSchema:
        """What the client wants to register."""
        tags = tag_changes(self.schemaTagsToAdd, self.schemaTagsToRemove)
        version = self.version
        if version is None:
            version = NEXT_VERSION if tags else NO_VERSION
        return NewSchema(
            self.content(),
            NO_ID if self.id is None or self.id < 0 else self.id,
            max(version, NEXT_VERSION),
            tags,
            takes_tags_over=bool(self.propagateSchemaTags),
            is_derived=bool(tags),
        )


class SchemaAnswer(Struct, kw_only=True, omit_defaults=True):
    """A schema, and where it is registered."""

    subject: str | UnsetType = UNSET
    version: int | UnsetType = UNSET
    id: int | UnsetType = UNSET
    guid: str | UnsetType = UNSET
    schemaType: str = AVRO
    references: tuple[Reference, ...] = ()
    metadata: Metadata | None = None
    ruleSet: RuleSet | None = None
    schema: str | UnsetType = UNSET
    schemaTags: list[SchemaTags] | UnsetType = UNSET
    ts: int | UnsetType = UNSET
    deleted: bool | UnsetType = UNSET
    maxId: int | UnsetType = UNSET
    subjects: list[str] | UnsetType = UNSET
    aliases: list[str] | UnsetType = UNSET
    associations: list[Any] | UnsetType = UNSET


def accepts_unknown(request: Request) -> bool:
    """Whether the client says it takes fields it does not know."""
    return (request.header(ACCEPTS_UNKNOWN) or "").lower() == "true"


def content_answer(content: Content, text: str) -> SchemaAnswer:
    """A schema alone, its text in the form that is wanted."""
    return SchemaAnswer(
        schemaType=content.told_type(),
        references=content.references,
        metadata=content.metadata,
        ruleSet=content.rule_set,
        schema=text,
    )


def version_answer(version: Version, request: Request, text: str) -> SchemaAnswer:
    """A version of a subject."""
    answer = content_answer(version.content, text)
    answer.subject, answer.version, answer.id = version.subject, version.version, version.id
    if accepts_unknown(request):
        add_origin(answer, version)
    return answer


def add_origin(answer: SchemaAnswer, version: Version) -> None:
    """The fields that are newer than a client may know."""
    answer.guid = guid_text(version.content.guid())
    answer.ts = version.timestamp_ms
    answer.deleted = version.is_deleted


def qualify_references(answer: SchemaAnswer, subject: str, reference_format: str) -> None:
    """Name the context of every reference, where `referenceFormat=qualified` asks for it."""
    if reference_format.lower() != QUALIFIED:
        return
    answer.references = tuple(
        Reference(each.name, qualify_within(subject, each.subject), each.version)
        for each in answer.references
    )


def page(items: "list[Any]", offset: int, limit: int) -> list[Any]:
    """A part of a list; a negative limit is none."""
    start = max(offset, 0)
    return items[start:] if limit < 0 else items[start : start + limit]


def config_changes(body: Mapping[str, Any]) -> dict[str, Any]:
    """What a request to change a config changes, by the names of a stored config."""
    renamed = {"compatibility": "compatibilityLevel"}
    return {renamed.get(name, name): value for name, value in body.items()}


def _reference(body: ReferenceBody) -> Reference:
    if body.name is None or body.subject is None or body.version is None:
        raise invalid_schema("a reference needs a name, a subject and a version")
    return Reference(body.name, body.subject, body.version)
