"""GET /schemas: all schemas, by subject, with their aliases and associations."""

from msgspec import Struct

from odradek.registry.api.associations.bodies import association_answer
from odradek.registry.api.bodies import SchemaAnswer, page, version_answer
from odradek.registry.core import Registry
from odradek.registry.decisions.aliases import aliases_within
from odradek.registry.decisions.associations.queries import Filter, of_subject
from odradek.registry.permissions import Action
from odradek.registry.state.index import Version
from odradek.registry.state.names import (
    matches_prefix,
    parse_subject,
)
from odradek.registry.state.records import Lifecycle
from odradek.web.errors import not_found
from odradek.web.routes import Call, Route

NO_ASSOCIATION = "NONE"
LIFECYCLES = frozenset({NO_ASSOCIATION, *Lifecycle})


class ListQuery(Struct, frozen=True):
    """What `GET /schemas` lists: without a prefix that names others, the default context."""

    subjectPrefix: str = ""
    aliases: bool = False
    deleted: bool = False
    latestOnly: bool = False
    ruleType: str = ""
    resourceType: str = ""
    associationType: tuple[str, ...] = ()
    lifecycle: tuple[str, ...] = ()
    offset: int = 0
    limit: int = -1


async def list_schemas(registry: Registry, call: Call) -> list[SchemaAnswer]:
    query: ListQuery = call.query
    if not LIFECYCLES.issuperset(query.lifecycle):
        raise not_found()
    prefix = parse_subject(query.subjectPrefix)
    view = registry.view
    aliases = aliases_within(view, prefix) if query.aliases else {}
    meant = (each for each in view.index.subjects if matches_prefix(each, prefix))
    answers = []
    for subject in sorted({*meant, *aliases}):
        if not call.caller.may(Action.READ, subject):
            continue
        versions = view.index.versions(subject, deleted=query.deleted)
        for version in versions[-1:] if query.latestOnly else versions:
            answer = _listed(registry, version, call, aliases.get(subject, []))
            if answer is not None:
                answers.append(answer)
    return page(answers, query.offset, query.limit)


def _listed(
    registry: Registry, version: Version, call: Call, aliases: list[str]
) -> SchemaAnswer | None:
    query: ListQuery = call.query
    rules = version.content.rule_set.all_rules() if version.content.rule_set else []
    if query.ruleType and query.ruleType not in {rule.type for rule in rules}:
        return None
    answer = version_answer(version, call.request, version.content.text)
    if aliases:
        answer.aliases = sorted(each for each in aliases if call.caller.may(Action.READ, each))
    if query.resourceType or query.associationType or query.lifecycle:
        return _with_associations(registry, version, query, answer)
    return answer


def _with_associations(
    registry: Registry, version: Version, query: ListQuery, answer: SchemaAnswer
) -> SchemaAnswer | None:
    wanted = Filter(query.resourceType or None, query.associationType)
    found = of_subject(registry.view, version.subject, wanted)
    if not found:
        return answer if NO_ASSOCIATION in query.lifecycle else None
    matching = [each for each in found if not query.lifecycle or each.lifecycle in query.lifecycle]
    answer.associations = [association_answer(each) for each in matching]
    return answer if matching else None


ROUTES = (
    Route(
        "GET",
        "/schemas",
        list_schemas,
        "List schemas with their subjects and versions.",
        ListQuery,
        answer=list[SchemaAnswer],
    ),
)
