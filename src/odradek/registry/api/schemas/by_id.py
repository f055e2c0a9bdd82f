"""/schemas/ids and /schemas/guids: schemas by what names them everywhere."""

from msgspec import UNSET, Struct

from odradek.registry.api.bodies import (
    SchemaAnswer,
    accepts_unknown,
    content_answer,
    page,
    qualify_references,
    version_answer,
)
from odradek.registry.api.parameters import number_of
from odradek.registry.api.schemas.formats import formatted
from odradek.registry.api.tags import found_tags
from odradek.registry.core import Registry
from odradek.registry.decisions import lookup
from odradek.registry.errors import schema_not_found
from odradek.registry.state.index import Version
from odradek.registry.state.names import (
    context_of,
    parse_subject,
    qualify,
)
from odradek.schemas.schema import SchemaType
from odradek.web.answer import Answer
from odradek.web.errors import not_found
from odradek.web.request import Request
from odradek.web.routes import Call, Route

ID_MAX = 2**31 - 1


class IdQuery(Struct, frozen=True):
    """How a schema is wanted, and of which subject's context the id is."""

    subject: str = ""
    format: str = ""
    referenceFormat: str = ""
    findTags: tuple[str, ...] = ()
    fetchMaxId: bool = False
    includeSubjects: bool = False
    """Karapace's own, which its REST proxy and its Python client ask for."""


class TextQuery(Struct, frozen=True):
    """How the text of a schema is wanted, and of which subject's context the id is."""

    subject: str = ""
    format: str = ""


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


async def get_by_id(registry: Registry, call: Call) -> SchemaAnswer:
    query: IdQuery = call.query
    places = _readable_places(registry, call)
    place = _asked_place(call, places)
    answer = _answer_by_id(place, call.request, formatted(registry.view, place, query.format))
    if query.findTags:
        answer.schemaTags = found_tags(registry.view, place, query.findTags) or UNSET
    if query.includeSubjects:
        live = (each.subject for each in places if not each.is_deleted)
        answer.subjects = list(dict.fromkeys(live))
    if query.fetchMaxId:
        answer.maxId = registry.view.index.next_id(context_of(place.subject)) - 1
    qualify_references(answer, place.subject, query.referenceFormat)
    return answer


def _answer_by_id(place: Version, request: Request, text: str) -> SchemaAnswer:
    """A schema, and for those who take it also a place where it is registered."""
    if not accepts_unknown(request):
        return content_answer(place.content, request, text)
    answer = version_answer(place, request, text)
    answer.id = UNSET
    return answer


def _answer_by_guid(place: Version, request: Request, text: str) -> SchemaAnswer:
    """A schema, which may be registered in many places."""
    answer = _answer_by_id(place, request, text)
    answer.subject, answer.version = UNSET, UNSET
    return answer


async def get_text_by_id(registry: Registry, call: Call) -> Answer:
    place = _asked_place(call, _readable_places(registry, call))
    return Answer(formatted(registry.view, place, call.query.format).encode())


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
    places = _readable_places_of_guid(registry, call)
    if not places:
        raise schema_not_found(call.names["guid"])
    version = places[0]
    text = formatted(registry.view, version, call.query.format)
    return _answer_by_guid(version, call.request, text)


async def list_ids_of_guid(registry: Registry, call: Call) -> list[ContextId]:
    places = _readable_places_of_guid(registry, call)
    found = dict.fromkeys((context_of(each.subject), each.id) for each in places)
    return [ContextId(context, schema_id) for context, schema_id in found]


async def list_types(_: Registry, __: Call) -> list[str]:
    return [SchemaType.JSON, SchemaType.PROTOBUF, SchemaType.AVRO]


def _places(registry: Registry, call: Call) -> list[Version]:
    found = _readable_places(registry, call)
    return [each for each in found if call.query.deleted or not each.is_deleted]


def _readable_places(registry: Registry, call: Call) -> list[Version]:
    """The versions with the id of the path; raises RegistryError."""
    subject = qualify(call.query.subject) or None
    found = lookup.find_by_id(registry.view, _number(call.names["id"]), subject)
    return _readable(call, found)


def _asked_place(call: Call, places: list[Version]) -> Version:
    """The version of the subject that is asked about, or else the first."""
    name = parse_subject(call.query.subject).name
    own = (each for each in places if parse_subject(each.subject).name == name)
    return next(own, places[0])


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
    if number is None or abs(number) > ID_MAX:
        raise not_found()
    return number


ROUTES = (
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
        TextQuery,
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
