"""/subjects/{subject}/versions: a schema is registered; a version is derived with other rules."""

from typing import Any

from msgspec import Struct

from odradek.registry.api.bodies import (
    Int32,
    SchemaAnswer,
    SchemaBody,
    accepts_unknown,
    content_answer,
)
from odradek.registry.api.parameters import check_references, new_subject_of, version_of
from odradek.registry.core import Registry
from odradek.registry.decisions.completion import check_rules, merge_rules
from odradek.registry.decisions.registration import (
    NO_VERSION,
    NewSchema,
    Options,
    Registered,
    register,
)
from odradek.registry.decisions.view import Decision, View
from odradek.registry.errors import ErrorCode, RegistryError, not_permitted
from odradek.registry.permissions import Action
from odradek.registry.state.content import Content, Metadata, Rule, RuleSet
from odradek.registry.state.index import Version
from odradek.schemas.wire_format import guid_text
from odradek.web.routes import Call, Route


class RegisterQuery(Struct, frozen=True):
    """How a schema is registered."""

    normalize: bool = False
    format: str = ""
    force: bool = False


class TagsBody(Struct, frozen=True):
    """What a derived version has otherwise."""

    newVersion: Int32 | None = None
    tagsToAdd: list[Any] | None = None
    tagsToRemove: list[Any] | None = None
    metadata: Metadata | None = None
    ruleSet: RuleSet | None = None
    rulesToMerge: RuleSet | None = None
    rulesToRemove: list[str] | None = None


async def register_schema(registry: Registry, call: Call) -> SchemaAnswer:
    subject = new_subject_of(call)
    body: SchemaBody = call.body
    check_references(call, subject)
    if call.query.force:
        call.caller.require(Action.CONFIGURE, subject)
    _refuse_tags(body.schemaTagsToAdd, body.schemaTagsToRemove)
    check_rules(body.ruleSet)
    new = body.new_schema()
    options = Options(call.query.normalize, call.query.force)
    registered = await registry.change(lambda view: register(view, subject, new, options))
    return _answer(registered, call)


async def derive_version(registry: Registry, call: Call) -> SchemaAnswer:
    subject, number = new_subject_of(call), version_of(call)
    body: TagsBody = call.body
    _refuse_tags(body.tagsToAdd, body.tagsToRemove)
    check_rules(body.ruleSet)
    check_rules(body.rulesToMerge)
    if body.ruleSet is not None and (body.rulesToMerge or body.rulesToRemove):
        raise RegistryError(
            ErrorCode.INVALID_RULE_SET,
            "Invalid rule set: give ruleSet alone, or rulesToMerge and rulesToRemove",
        )

    def derive(view: View) -> Decision[Registered]:
        version = view.find_version(subject, number, deleted=False)
        call.caller.require(Action.WRITE, version.subject)
        new = NewSchema(_derived(version, body), version=body.newVersion or NO_VERSION)
        return register(view, version.subject, new, Options())

    return _answer(await registry.change(derive), call)


def _answer(registered: Registered, call: Call) -> SchemaAnswer:
    """The id alone, unless the client takes more."""
    if not accepts_unknown(call.request):
        return SchemaAnswer(id=registered.id)
    answer = content_answer(registered.content)
    answer.id, answer.version = registered.id, registered.version
    answer.guid = guid_text(registered.content.guid())
    return answer


def _refuse_tags(*tags: list[Any] | None) -> None:
    # Differs from Kafka: Confluent can write tags into a schema's text; here a text is as it came.
    if any(tags):
        raise not_permitted("Tags inside of a schema are not written: put them into the text")


def _derived(version: Version, body: TagsBody) -> Content:
    content = version.content
    rules = body.ruleSet or content.rule_set
    if body.rulesToMerge is not None:
        rules = merge_rules(rules, body.rulesToMerge)
    if body.rulesToRemove:
        rules = _without(rules, set(body.rulesToRemove))
    return Content(
        content.schema_type,
        content.text,
        content.references,
        body.metadata or content.metadata,
        rules,
    )


def _without(rules: RuleSet | None, names: set[str]) -> RuleSet | None:
    if rules is None:
        return None

    def kept(each: list[Rule] | None) -> list[Rule] | None:
        return [rule for rule in each or () if rule.name not in names] or None

    return RuleSet(kept(rules.migrationRules), kept(rules.domainRules), kept(rules.encodingRules))


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
        "Register a version with other metadata or rules.",
        body=TagsBody,
        answer=SchemaAnswer,
        errors=(404, 409, 422, 503),
    ),
)
