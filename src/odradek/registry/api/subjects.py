"""/subjects: lists, versions, looking a schema up, deleting."""

from collections.abc import Iterable

from msgspec import UNSET, Struct

from odradek.registry.api.bodies import (
    SchemaAnswer,
    SchemaBody,
    page,
    place_answer,
    qualify_references,
    version_answer,
)
from odradek.registry.api.parameters import check_references, subject_of, version_of
from odradek.registry.api.schemas.formats import formatted
from odradek.registry.api.tags import found_tags
from odradek.registry.core import Registry
from odradek.registry.decisions import deletion, lookup
from odradek.registry.errors import subject_not_found
from odradek.registry.permissions import Action
from odradek.registry.state.index import Version
from odradek.registry.state.names import context_of, matches_prefix, parse_subject
from odradek.web.answer import Answer
from odradek.web.routes import Call, Route


class ListQuery(Struct, frozen=True):
    """Which subjects are listed."""

    subjectPrefix: str = ":*:"
    deleted: bool = False
    deletedOnly: bool = False
    offset: int = 0
    limit: int = -1


class LookupQuery(Struct, frozen=True):
    """How a schema is looked up."""

    normalize: bool = False
    format: str = ""
    deleted: bool = False


class MetadataQuery(Struct, frozen=True):
    """Properties, a key and a value each."""

    key: tuple[str, ...] = ()
    value: tuple[str, ...] = ()
    format: str = ""
    deleted: bool = False


class DeleteQuery(Struct, frozen=True):
    """Softly, or for good."""

    permanent: bool = False


class VersionsQuery(Struct, frozen=True):
    """Which versions are listed."""

    deleted: bool = False
    deletedOnly: bool = False
    deletedAsNegative: bool = False
    offset: int = 0
    limit: int = -1


class VersionQuery(Struct, frozen=True):
    """How a version is wanted."""

    format: str = ""
    referenceFormat: str = ""
    findTags: tuple[str, ...] = ()
    deleted: bool = False


class TextQuery(Struct, frozen=True):
    """How the text of a version is wanted."""

    format: str = ""
    deleted: bool = False


class ReferrersQuery(Struct, frozen=True):
    """Which referring schemas are listed."""

    deleted: bool = False
    offset: int = 0
    limit: int = -1


async def list_subjects(registry: Registry, call: Call) -> list[str]:
    query: ListQuery = call.query
    prefix = parse_subject(query.subjectPrefix)
    found = [
        subject
        for subject, versions in registry.view.index.subjects.items()
        if matches_prefix(subject, prefix)
        and _is_listed(versions.values(), deleted=query.deleted, only=query.deletedOnly)
        and call.caller.may(Action.READ, subject)
    ]
    return page(sorted(found), query.offset, query.limit)


async def look_up(registry: Registry, call: Call) -> SchemaAnswer:
    query: LookupQuery = call.query
    body: SchemaBody = call.body
    subject = subject_of(call, Action.READ)
    check_references(call, subject)
    version = lookup.find_by_content(
        registry.view,
        subject,
        body.content(),
        normalized=query.normalize,
        deleted=query.deleted,
    )
    call.caller.require(Action.READ, version.subject)
    return place_answer(version, call.request, formatted(registry.view, version, query.format))


async def delete_subject(registry: Registry, call: Call) -> list[int]:
    subject, permanent = subject_of(call, Action.DELETE), call.query.permanent
    return await registry.change(
        lambda view: deletion.delete_subject(view, subject, permanent=permanent)
    )


async def get_by_metadata(registry: Registry, call: Call) -> SchemaAnswer:
    query: MetadataQuery = call.query
    properties = dict(zip(query.key, query.value, strict=False))
    version = lookup.find_by_metadata(
        registry.view, subject_of(call, Action.READ), properties, deleted=query.deleted
    )
    return version_answer(version, call.request, formatted(registry.view, version, query.format))


async def list_versions(registry: Registry, call: Call) -> list[int]:
    query: VersionsQuery = call.query
    subject = subject_of(call, Action.READ)
    if not registry.view.has_subject(subject, deleted=query.deleted or query.deletedOnly):
        raise subject_not_found(subject)
    with_deleted = query.deleted or query.deletedOnly or query.deletedAsNegative
    versions = registry.view.index.versions(subject, deleted=with_deleted)
    if query.deletedAsNegative:
        numbers = [-each.version if each.is_deleted else each.version for each in versions]
    else:
        numbers = [each.version for each in versions if each.is_deleted or not query.deletedOnly]
    return page(numbers, query.offset, query.limit)


async def get_version(registry: Registry, call: Call) -> SchemaAnswer:
    query: VersionQuery = call.query
    version = _version(registry, call, deleted=call.query.deleted)
    text = formatted(registry.view, version, query.format)
    answer = version_answer(version, call.request, text)
    if query.findTags:
        answer.schemaTags = found_tags(registry.view, version, query.findTags) or UNSET
    qualify_references(answer, version.subject, query.referenceFormat)
    return answer


async def get_version_text(registry: Registry, call: Call) -> Answer:
    version = _version(registry, call, deleted=call.query.deleted)
    return Answer(formatted(registry.view, version, call.query.format).encode())


async def list_referrers(registry: Registry, call: Call) -> list[int]:
    query: ReferrersQuery = call.query
    version = _version(registry, call, deleted=True)
    found = registry.view.index.referrers(version.place, deleted=query.deleted)
    readable = (each for each in found if call.caller.may(Action.READ, each.subject))
    # An id is one of a context: those of several contexts may have the same number.
    ids = sorted({(context_of(each.subject), each.id) for each in readable})
    return page([number for _, number in ids], query.offset, query.limit)


async def delete_version(registry: Registry, call: Call) -> int:
    subject, version = subject_of(call, Action.DELETE), version_of(call)
    permanent = call.query.permanent
    return await registry.change(
        lambda view: deletion.delete_version(view, subject, version, permanent=permanent)
    )


def _version(registry: Registry, call: Call, *, deleted: bool) -> Version:
    """The version of the path, which may turn out to be of another context."""
    subject, number = subject_of(call, Action.READ), version_of(call)
    version = registry.view.find_version(subject, number, deleted=deleted)
    call.caller.require(Action.READ, version.subject)
    return version


def _is_listed(versions: Iterable[Version], *, deleted: bool, only: bool) -> bool:
    if only:
        return all(each.is_deleted for each in versions)
    return deleted or any(not each.is_deleted for each in versions)


ROUTES = (
    Route("GET", "/subjects", list_subjects, "List subjects.", ListQuery, answer=list[str]),
    Route(
        "POST",
        "/subjects/{subject}",
        look_up,
        "Find the version of a subject that is this schema.",
        LookupQuery,
        SchemaBody,
        SchemaAnswer,
        (404, 422),
    ),
    Route(
        "DELETE",
        "/subjects/{subject}",
        delete_subject,
        "Delete all versions of a subject.",
        DeleteQuery,
        answer=list[int],
        errors=(404, 409, 422, 503),
    ),
    Route(
        "GET",
        "/subjects/{subject}/metadata",
        get_by_metadata,
        "Get the latest version that has these metadata properties.",
        MetadataQuery,
        answer=SchemaAnswer,
        errors=(404,),
    ),
    Route(
        "GET",
        "/subjects/{subject}/versions",
        list_versions,
        "List the versions of a subject.",
        VersionsQuery,
        answer=list[int],
        errors=(404,),
    ),
    Route(
        "GET",
        "/subjects/{subject}/versions/{version}",
        get_version,
        "Get a version of a subject.",
        VersionQuery,
        answer=SchemaAnswer,
        errors=(404, 422),
    ),
    Route(
        "GET",
        "/subjects/{subject}/versions/{version}/schema",
        get_version_text,
        "Get the text of a version.",
        TextQuery,
        answer=str,
        errors=(404, 422),
    ),
    Route(
        "GET",
        "/subjects/{subject}/versions/{version}/referencedby",
        list_referrers,
        "List the ids of the schemas that refer to a version.",
        ReferrersQuery,
        answer=list[int],
        errors=(404, 422),
    ),
    Route(
        "DELETE",
        "/subjects/{subject}/versions/{version}",
        delete_version,
        "Delete a version of a subject.",
        DeleteQuery,
        answer=int,
        errors=(404, 409, 422, 503),
    ),
)
