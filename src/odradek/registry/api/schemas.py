"""/schemas: by id and by GUID, and all of them."""

from msgspec import Struct

from odradek.registry.api.bodies import (
    SchemaAnswer,
    accepts_unknown,
    content_answer,
    page,
    qualify_references,
    version_answer,
)
from odradek.registry.api.formats import formatted
from odradek.registry.api.parameters import number_of
from odradek.registry.core import Registry
from odradek.registry.decisions import lookup
from odradek.registry.decisions.associations import Filter, of_subject
from odradek.registry.permissions import Action
from odradek.registry.state.index import Version
from odradek.registry.state.names import (
    context_of,
    matches_prefix,
    parse_subject,
    qualify,
)
from odradek.schemas.schema import SchemaType
from odradek.schemas.wire_format import guid_text
from odradek.web.answer import Answer
from odradek.web.errors import not_found
from odradek.web.routes import Call, Route

NO_ASSOCIATION = "NONE"


class ListQuery(Struct, frozen=True):
    """What `GET /schemas` lists."""

    subjectPrefix: str = ":*:"
    aliases: bool = False
    deleted: bool = False
    latestOnly: bool = False
    ruleType: str = ""
    resourceType: str = ""
    associationType: tuple[str, ...] = ()
    lifecycle: tuple[str, ...] = ()
    offset: int = 0
    limit: int = -1


class IdQuery(Struct, frozen=True):
    """How a schema is wanted, and of which subject's context the id is."""

    subject: str = ""
    format: str = ""
    referenceFormat: str = ""
    fetchMaxId: bool = False
    includeSubjects: bool = False
    """Karapace's own, which its REST proxy and its Python client ask for."""


class PlacesQuery(Struct, frozen=True):
    """Which of an id's versions are wanted."""

    subject: str = ""
    deleted: bool = False
    offset: int = 0
    limit: int = -1


class FormatQuery(Struct, frozen=True):
    """In which form a text is wanted."""

    format: str = ""


class SubjectVersion(Struct):
    """A version of a subject."""

    subject: str
    version: int


class ContextId(Struct):
    """An id, and the context it is of."""

    context: str
    id: int


async def list_schemas(registry: Registry, call: Call) -> list[SchemaAnswer]:
    query: ListQuery = call.query
    prefix = parse_subject(query.subjectPrefix)
    index = registry.view.index
    answers = []
    subjects = (each for each in index.subjects if matches_prefix(each, prefix))
    for subject in sorted(each for each in subjects if call.caller.may(Action.READ, each)):
        versions = index.versions(subject, deleted=query.deleted)
        for version in versions[-1:] if query.latestOnly else versions:
            answer = _listed(registry, version, call)
            if answer is not None:
                answers.append(answer)
    return page(answers, query.offset, query.limit)


def _listed(registry: Registry, version: Version, call: Call) -> SchemaAnswer | None:
    query: ListQuery = call.query
    rules = version.content.rule_set.all_rules() if version.content.rule_set else []
    if query.ruleType and query.ruleType not in {rule.type for rule in rules}:
        return None
    answer = version_answer(version, call.request)
    if query.aliases:
        configs = registry.view.index.configs.items()
        named = [key for key, config in configs if key and config.alias == version.subject]
        answer.aliases = sorted(each for each in named if call.caller.may(Action.READ, each))
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
    answer.associations = list(matching)
    return answer if matching else None


async def get_by_id(registry: Registry, call: Call) -> SchemaAnswer:
    query: IdQuery = call.query
    schema_id = _number(call.names["id"])
    subject = qualify(query.subject) or None
    context, content = lookup.find_by_id(registry.view, schema_id, subject)
    place = _readable_place(registry, call, context, schema_id)
    answer = content_answer(content, formatted(registry.view, place, query.format))
    if accepts_unknown(call.request):
        answer.guid = guid_text(content.guid())
        answer.subject, answer.version = place.subject, place.version
    if query.includeSubjects:
        places = _readable(call, registry.view.index.places(context, schema_id, deleted=True))
        live = (each.subject for each in places if not each.is_deleted)
        answer.subjects = list(dict.fromkeys(live))
    if query.fetchMaxId:
        answer.maxId = registry.view.index.next_id(context) - 1
    qualify_references(answer, place.subject, query.referenceFormat)
    return answer


async def get_text_by_id(registry: Registry, call: Call) -> Answer:
    query: IdQuery = call.query
    schema_id = _number(call.names["id"])
    context, content = lookup.find_by_id(registry.view, schema_id, qualify(query.subject) or None)
    place = _readable_place(registry, call, context, schema_id)
    return Answer((formatted(registry.view, place, query.format) or content.text).encode())


async def list_subjects_of_id(registry: Registry, call: Call) -> list[str]:
    return page(
        list(dict.fromkeys(each.subject for each in _places(registry, call))),
        call.query.offset,
        call.query.limit,
    )


async def list_versions_of_id(registry: Registry, call: Call) -> list[SubjectVersion]:
    found = [SubjectVersion(each.subject, each.version) for each in _places(registry, call)]
    return page(found, call.query.offset, call.query.limit)


async def get_by_guid(registry: Registry, call: Call) -> SchemaAnswer:
    version = _readable_places_of_guid(registry, call)[0]
    answer = content_answer(version.content, formatted(registry.view, version, call.query.format))
    answer.guid = guid_text(version.content.guid())
    answer.subject, answer.version = version.subject, version.version
    return answer


async def list_ids_of_guid(registry: Registry, call: Call) -> list[ContextId]:
    places = _readable_places_of_guid(registry, call)
    found = dict.fromkeys((context_of(each.subject), each.id) for each in places)
    return [ContextId(context, schema_id) for context, schema_id in found]


async def list_types(_: Registry, __: Call) -> list[str]:
    return [SchemaType.JSON, SchemaType.PROTOBUF, SchemaType.AVRO]


def _places(registry: Registry, call: Call) -> list[Version]:
    subject = qualify(call.query.subject) or None
    schema_id = _number(call.names["id"])
    deleted = call.query.deleted
    found = lookup.versions_of_id(registry.view, schema_id, subject, deleted=deleted)
    return _readable(call, found)


def _readable_place(registry: Registry, call: Call, context: str, schema_id: int) -> Version:
    places = registry.view.index.places(context, schema_id, deleted=True)
    return _readable(call, places)[0]


def _readable_places_of_guid(registry: Registry, call: Call) -> list[Version]:
    places = [
        each
        for context, schema_id in lookup.find_by_guid(registry.view, call.names["guid"])
        for each in registry.view.index.places(context, schema_id, deleted=True)
    ]
    return _readable(call, places)


def _readable(call: Call, versions: list[Version]) -> list[Version]:
    """Those that the caller may read; raises RegistryError where it is none of several."""
    readable = call.caller.readable(each.subject for each in versions)
    return [each for each in versions if each.subject in readable]


def _number(text: str) -> int:
    number = number_of(text)
    if number is None:
        raise not_found()
    return number


ROUTES = (
    Route(
        "GET",
        "/schemas",
        list_schemas,
        "List schemas with their subjects and versions.",
        ListQuery,
        answer=list[SchemaAnswer],
    ),
    # Open, as with Karapace: who waits for a registry may have no password yet.
    Route(
        "GET",
        "/schemas/types",
        list_types,
        "List the schema types.",
        answer=list[str],
        is_open=True,
    ),
    Route(
        "GET",
        "/schemas/ids/{id}",
        get_by_id,
        "Get a schema by its id.",
        IdQuery,
        answer=SchemaAnswer,
        errors=(404,),
    ),
    Route(
        "GET",
        "/schemas/ids/{id}/schema",
        get_text_by_id,
        "Get the text of a schema by its id.",
        IdQuery,
        answer=str,
        errors=(404,),
    ),
    Route(
        "GET",
        "/schemas/ids/{id}/subjects",
        list_subjects_of_id,
        "List the subjects that have an id.",
        PlacesQuery,
        answer=list[str],
        errors=(404,),
    ),
    Route(
        "GET",
        "/schemas/ids/{id}/versions",
        list_versions_of_id,
        "List the versions that have an id.",
        PlacesQuery,
        answer=list[SubjectVersion],
        errors=(404,),
    ),
    Route(
        "GET",
        "/schemas/guids/{guid}",
        get_by_guid,
        "Get a schema by its GUID.",
        FormatQuery,
        answer=SchemaAnswer,
        errors=(404,),
    ),
    Route(
        "GET",
        "/schemas/guids/{guid}/ids",
        list_ids_of_guid,
        "List the ids of a GUID, by context.",
        answer=list[ContextId],
        errors=(404,),
    ),
)
