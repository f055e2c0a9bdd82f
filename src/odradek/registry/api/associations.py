"""/associations: which subjects have the schemas of a topic's keys and values."""

import time
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from msgspec import Struct

from odradek.registry.api.bodies import page
from odradek.registry.api.parameters import subject_of
from odradek.registry.core import Registry
from odradek.registry.decisions.aliases import meant_by
from odradek.registry.decisions.associations import (
    Filter,
    Resource,
    Wanted,
    associate,
    dissociate,
    of_resource,
    of_subject,
)
from odradek.registry.decisions.view import Decision, View
from odradek.registry.errors import RegistryError
from odradek.registry.permissions import Action, Rights
from odradek.registry.state.names import qualify
from odradek.registry.state.records import Association
from odradek.web.routes import Call, Route


class Query(Struct, frozen=True):
    """Which associations are meant."""

    resourceType: str = ""
    associationType: tuple[str, ...] = ()
    lifecycle: str = ""
    offset: int = 0
    limit: int = -1
    cascadeLifecycle: bool = False

    def filter(self) -> Filter:
        return Filter(self.resourceType or None, self.associationType, self.lifecycle or None)


class ResourceBody(Struct, frozen=True, kw_only=True):
    """A resource, and what is associated with it."""

    resourceName: str = ""
    resourceNamespace: str = ""
    resourceId: str = ""
    resourceType: str = ""
    associations: list[Wanted] = []


class Associated(Struct):
    """One association, as the answer to creating it."""

    subject: str
    associationType: str
    lifecycle: str
    frozen: bool


class ResourceAnswer(Struct):
    """A resource with its associations."""

    resourceName: str
    resourceNamespace: str
    resourceId: str
    resourceType: str
    associations: list[Associated]


class BatchBody(Struct, frozen=True):
    """Several requests at once."""

    requests: list[ResourceBody] = []


class Result(Struct, omit_defaults=True):
    """What became of one request of a batch."""

    result: ResourceAnswer | None = None
    error: dict[str, Any] | None = None


class BatchAnswer(Struct):
    """What became of each."""

    results: list[Result]


async def list_of_subject(registry: Registry, call: Call) -> list[Association]:
    subject = subject_of(call, Action.READ)
    return _page(of_subject(registry.view, subject, call.query.filter()), call)


async def list_of_resource(registry: Registry, call: Call) -> list[Association]:
    found = of_resource(registry.view, call.query.filter(), id=call.names["resource"])
    return _page(found, call)


async def list_of_named_resource(registry: Registry, call: Call) -> list[Association]:
    found = of_resource(
        registry.view,
        call.query.filter(),
        namespace=call.names["namespace"],
        name=call.names["name"],
    )
    return _page(found, call)


async def create(registry: Registry, call: Call) -> ResourceAnswer:
    return await _associate(registry, call.caller, call.body, may_update=False)


async def create_or_update(registry: Registry, call: Call) -> ResourceAnswer:
    return await _associate(registry, call.caller, call.body, may_update=True)


async def delete(registry: Registry, call: Call) -> None:
    resource, query = call.names["resource"], call.query

    def decide(view: View) -> Decision[None]:
        for association in of_resource(view, query.filter(), id=resource):
            call.caller.require(Action.DELETE, association.subject)
        return dissociate(view, resource, query.filter(), cascade=query.cascadeLifecycle)

    await registry.change(decide)


async def get_many(registry: Registry, call: Call) -> BatchAnswer:
    return BatchAnswer([Result(_found(registry, call.caller, each)) for each in call.body.requests])


async def change_many(registry: Registry, call: Call) -> BatchAnswer:
    return BatchAnswer([await _changed(registry, call.caller, each) for each in call.body.requests])


async def _associate(
    registry: Registry, caller: Rights, body: ResourceBody, *, may_update: bool
) -> ResourceAnswer:
    for each in body.associations:
        caller.require(Action.WRITE, meant_by(registry.view, qualify(each.subject or "")))
    resource = Resource(
        body.resourceName, body.resourceNamespace, body.resourceId, body.resourceType
    )
    guids = [str(uuid4()) for _ in body.associations]
    now_ms = int(time.time() * 1000)
    made = await registry.change(
        lambda view: associate(
            view, resource, body.associations, may_update=may_update, guids=guids, now_ms=now_ms
        )
    )
    return _answer(body, made)


async def _changed(registry: Registry, caller: Rights, body: ResourceBody) -> Result:
    try:
        return Result(await _associate(registry, caller, body, may_update=True))
    except RegistryError as error:
        return Result(error={"error_code": error.error_code, "message": error.message})


def _found(registry: Registry, caller: Rights, body: ResourceBody) -> ResourceAnswer:
    wanted = Filter(body.resourceType or None)
    if body.resourceId:
        found = of_resource(registry.view, wanted, id=body.resourceId)
    else:
        found = of_resource(
            registry.view, wanted, namespace=body.resourceNamespace, name=body.resourceName
        )
    return _answer(body, _readable(found, caller))


def _answer(body: ResourceBody, made: Sequence[Association]) -> ResourceAnswer:
    return ResourceAnswer(
        body.resourceName,
        body.resourceNamespace,
        body.resourceId,
        body.resourceType or "topic",
        [
            Associated(each.subject, each.associationType, each.lifecycle, each.frozen)
            for each in made
        ],
    )


def _page(found: Sequence[Association], call: Call) -> list[Association]:
    return page(_readable(found, call.caller), call.query.offset, call.query.limit)


def _readable(found: Sequence[Association], caller: Rights) -> list[Association]:
    return [each for each in found if caller.may(Action.READ, each.subject)]


ROUTES = (
    Route(
        "GET",
        "/associations/subjects/{subject}",
        list_of_subject,
        "List the associations of a subject.",
        Query,
        answer=list[Association],
    ),
    Route(
        "GET",
        "/associations/resources/{resource}",
        list_of_resource,
        "List the associations of a resource, by its id.",
        Query,
        answer=list[Association],
    ),
    Route(
        "GET",
        "/associations/resources/{namespace}/{name}",
        list_of_named_resource,
        "List the associations of a resource, by its name; namespace `-` is any.",
        Query,
        answer=list[Association],
    ),
    Route(
        "POST",
        "/associations",
        create,
        "Associate a resource with subjects.",
        body=ResourceBody,
        answer=ResourceAnswer,
        errors=(409, 422, 503),
    ),
    Route(
        "PUT",
        "/associations",
        create_or_update,
        "Associate a resource with subjects, or change how.",
        body=ResourceBody,
        answer=ResourceAnswer,
        errors=(409, 422, 503),
    ),
    Route(
        "DELETE",
        "/associations/resources/{resource}",
        delete,
        "Delete the associations of a resource.",
        Query,
        errors=(404, 409, 422, 503),
    ),
    Route(
        "POST",
        "/associations:batchGet",
        get_many,
        "List the associations of several resources.",
        body=BatchBody,
        answer=BatchAnswer,
    ),
    Route(
        "POST",
        "/associations:batchMutate",
        change_many,
        "Associate several resources; each succeeds or fails by itself.",
        body=BatchBody,
        answer=BatchAnswer,
        errors=(503,),
    ),
)
