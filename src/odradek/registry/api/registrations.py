"""/subjects/{subject}/versions: a schema is registered; a version is derived with other tags."""

from msgspec import Struct

from odradek.registry.api.bodies import (
    Int32,
    SchemaAnswer,
    SchemaBody,
    accepts_unknown,
    content_answer,
)
from odradek.registry.api.parameters import check_references, new_subject_of, version_of
from odradek.registry.api.schemas.formats import check_format, text_of
from odradek.registry.api.tags import SchemaTags, tag_changes
from odradek.registry.core import Registry
from odradek.registry.decisions.completion import check_rules
from odradek.registry.decisions.derivation import Derivation, derive
from odradek.registry.decisions.registration import (
    NEXT_VERSION,
    Options,
    Registered,
    register,
)
from odradek.registry.decisions.view import Decision, View
from odradek.registry.errors import ErrorCode, RegistryError
from odradek.registry.permissions import Action
from odradek.registry.state.content import Metadata, RuleSet
from odradek.web.routes import Call, Route


class RegisterQuery(Struct, frozen=True):
    """How a schema is registered."""

    normalize: bool = False
    format: str = ""
    force: bool = False


class TagsBody(Struct, frozen=True):
    """What a derived version has otherwise."""

    newVersion: Int32 | None = None
    tagsToAdd: list[SchemaTags] | None = None
    tagsToRemove: list[SchemaTags] | None = None
    metadata: Metadata | None = None
    ruleSet: RuleSet | None = None
    rulesToMerge: RuleSet | None = None
    rulesToRemove: list[str] | None = None

    def derivation(self) -> Derivation:
        """Raises RegistryError for rules that no client could carry out."""
        check_rules(self.ruleSet)
        check_rules(self.rulesToMerge)
        if self.ruleSet is not None and (self.rulesToMerge or self.rulesToRemove):
            raise RegistryError(
                ErrorCode.INVALID_RULE_SET,
                "Invalid rule set: give ruleSet alone, or rulesToMerge and rulesToRemove",
            )
        return Derivation(
            self.newVersion or NEXT_VERSION,
            tag_changes(self.tagsToAdd, self.tagsToRemove),
            self.metadata and self.metadata.in_order(),
            self.ruleSet and self.ruleSet.in_order(),
            self.rulesToMerge and self.rulesToMerge.in_order(),
            frozenset(self.rulesToRemove or ()),
        )


async def register_schema(registry: Registry, call: Call) -> SchemaAnswer:
    subject = new_subject_of(call)
    body: SchemaBody = call.body
    check_references(call, subject)
    if call.query.force:
        call.caller.require(Action.CONFIGURE, subject)
    check_format(call.query.format)
    check_rules(body.ruleSet)
    new = body.new_schema()
    options = Options(call.query.normalize, call.query.force)
    registered = await registry.change(lambda view: register(view, subject, new, options))
    return _answer(registry, registered, call, call.query.format)


async def derive_version(registry: Registry, call: Call) -> SchemaAnswer:
    subject, number = new_subject_of(call), version_of(call)
    wanted = call.body.derivation()

    def decide(view: View) -> Decision[Registered]:
        version = view.find_version(subject, number, deleted=False)
        call.caller.require(Action.WRITE, version.subject)
        return derive(view, version, wanted)

    return _answer(registry, await registry.change(decide), call)


def _answer(
    registry: Registry, registered: Registered, call: Call, wanted_format: str = ""
) -> SchemaAnswer:
    """The id alone, unless the client takes more."""
    if not accepts_unknown(call.request):
        return SchemaAnswer(id=registered.id)
    subject, content = registered.subject, registered.content
    text = text_of(registry.view, subject, content, wanted_format)
    answer = content_answer(content, call.request, text)
    answer.id, answer.version = registered.id, registered.version
    return answer


ROUTES = (
    Route(
        "POST",
        "/subjects/{subject}/versions",
        register_schema,
        "Register a schema under a subject.",
        RegisterQuery,
        SchemaBody,
        SchemaAnswer,
        (409, 422, 503),
    ),
    Route(
        "POST",
        "/subjects/{subject}/versions/{version}/tags",
        derive_version,
        "Register a version with other tags, metadata or rules.",
        body=TagsBody,
        answer=SchemaAnswer,
        errors=(404, 409, 422, 503),
    ),
)
