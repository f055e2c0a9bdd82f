"""The shapes of bodies and answers, by Confluent's names.

Fields that are newer than a client may know (`guid`, `ts`) are answered to clients that say they
take unknown ones, as all newer clients do; old Java clients stumble over them.

Differs from Kafka: Confluent answers every client with all fields; here those without the header
`Confluent-Accept-Unknown-Properties` get what clients of before contexts know.
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
            AVRO if self.schemaType is None else self.schemaType,
            self.schema or "",
            tuple(_reference(each) for each in self.references or ()),
            self.metadata and self.metadata.in_order(),
            self.ruleSet and self.ruleSet.in_order(),
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
            version,
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
    schemaType: str | UnsetType = UNSET
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


def content_answer(content: Content, request: Request, text: str) -> SchemaAnswer:
    """A schema alone, its text in the form that is wanted."""
    is_told = content.schema_type != AVRO or accepts_unknown(request)
    answer = SchemaAnswer(
        schemaType=content.schema_type if is_told else UNSET,
        references=content.references,
        metadata=content.metadata,
        ruleSet=content.rule_set,
        schema=text,
    )
    if accepts_unknown(request):
        answer.guid = guid_text(content.guid())
    return answer


def place_answer(version: Version, request: Request, text: str) -> SchemaAnswer:
    """A version of a subject, without what else became of it."""
    answer = content_answer(version.content, request, text)
    answer.subject, answer.version, answer.id = version.subject, version.version, version.id
    return answer


def version_answer(version: Version, request: Request, text: str) -> SchemaAnswer:
    """A version of a subject."""
    answer = place_answer(version, request, text)
    if accepts_unknown(request):
        answer.ts, answer.deleted = version.timestamp_ms, version.is_deleted
    return answer


def qualify_references(answer: SchemaAnswer, subject: str, reference_format: str) -> None:
    """Name the context of every reference, where `referenceFormat=qualified` asks for it.

    Differs from Kafka: The GUID stays that of the schema; Confluent answers for a version with the
    GUID that the schema would have if its references were written so.
    """
    if reference_format != QUALIFIED:
        return
    answer.references = tuple(
        Reference(each.name, qualify_within(subject, each.subject), each.version)
        for each in answer.references
    )


def page(items: "list[Any]", offset: int, limit: int) -> list[Any]:
    """A part of a list; without a positive limit all the rest.

    Differs from Kafka: A negative offset is 0, and a list is as long as it is: Confluent fails with
    500 for the one, and gives at most 1,000 schemas.
    """
    start = max(offset, 0)
    return items[start : start + limit] if limit > 0 else items[start:]


def config_changes(body: Mapping[str, Any]) -> dict[str, Any]:
    """What a request to change a config changes, by the names of a stored config.

    Differs from Kafka: `compatibilityLevel` is read, too, as answers name it; Confluent passes it
    over, and answers as if all were well.
    """
    changes = dict(body)
    if "compatibility" in changes:
        changes["compatibilityLevel"] = changes.pop("compatibility")
    return changes


def _reference(body: ReferenceBody) -> Reference:
    if body.name is None or body.subject is None or body.version is None:
        raise invalid_schema("a reference needs a name, a subject and a version")
    return Reference(body.name, body.subject, body.version)
