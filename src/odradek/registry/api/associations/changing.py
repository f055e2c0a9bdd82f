"""/associations: making and deleting them, for one resource and for several."""

import asyncio
from collections.abc import Mapping

from msgspec import Struct

from odradek.registry.api.associations.bodies import (
    BatchAnswer,
    ChangesBatch,
    ChangesBody,
    ResourceAnswer,
    ResourceBody,
    Result,
    error_result,
    resource_answer,
)
from odradek.registry.api.bodies import SchemaAnswer, content_answer
from odradek.registry.core import Registry
from odradek.registry.decisions.associations.batches import (
    Outcome,
    change_resource,
    check_changes,
)
from odradek.registry.decisions.associations.changes import Made, associate, dissociate
from odradek.registry.decisions.associations.queries import Filter, of_resource_id
from odradek.registry.decisions.associations.requests import TOPIC, Resource, Wanted, invalid
from odradek.registry.decisions.registration import Registered
from odradek.registry.decisions.view import Decision, View
from odradek.registry.errors import ErrorCode, RegistryError
from odradek.registry.permissions import Action
from odradek.web.answer import MULTI_STATUS
from odradek.web.routes import Call, Route


class ChangeQuery(Struct, frozen=True):
    """How associations are made; `context` is that of subjects that name none, as `:.c:`."""

    context: str = ""
    dryRun: bool = False


class DeleteQuery(Struct, frozen=True):
    """Which associations are deleted, and how."""

    resourceType: str = ""
    associationType: tuple[str, ...] = ()
    cascadeLifecycle: bool = False
    dryRun: bool = False


async def create(registry: Registry, call: Call) -> ResourceAnswer:
    return await _associate(registry, call, call.body.resource(), is_creation=True)


async def create_or_update(registry: Registry, call: Call) -> ResourceAnswer:
    resource: Resource = call.body.resource()
    in_path = call.names["resource"]
    if resource.id not in (None, in_path):
        raise invalid("resourceId", f"the path has {in_path!r}, and the body {resource.id!r}")
    named = Resource(resource.name, resource.namespace, in_path, resource.type)
    return await _associate(registry, call, named, is_creation=False)


async def delete(registry: Registry, call: Call) -> None:
    query: DeleteQuery = call.query
    resource_id = call.names["resource"]
    wanted = Filter(query.resourceType or TOPIC, query.associationType)

    def decide(view: View) -> Decision[None]:
        doomed = of_resource_id(view, resource_id, wanted)
        if not doomed:
            raise RegistryError(
                ErrorCode.ASSOCIATION_NOT_FOUND, f"Resource '{resource_id}' has no such association"
            )
        decision = dissociate(
            view, doomed, cascade=query.cascadeLifecycle, require=call.caller.require
        )
        return Decision(None) if query.dryRun else decision

    await registry.change(decide)


async def change_many(registry: Registry, call: Call) -> BatchAnswer:
    requests = call.body.requests
    if not requests:
        raise invalid("requests", "there are none")
    # In this order, but written together: each is decided when those before it are.
    results = await asyncio.gather(*(_changed(registry, call, each) for each in requests))
    return BatchAnswer(list(results))


async def _associate(
    registry: Registry, call: Call, resource: Resource, *, is_creation: bool
) -> ResourceAnswer:
    body: ResourceBody = call.body
    query: ChangeQuery = call.query
    changes = [each.wanted(is_creation=is_creation) for each in body.associations or ()]
    checked = check_changes(resource, changes, context=query.context, dry_run=query.dryRun)
    wanted = [each for each in checked if isinstance(each, Wanted)]

    def decide(view: View) -> Decision[list[Made]]:
        decision = associate(view, resource, wanted, call.caller.require)
        return Decision([]) if query.dryRun else decision

    made = await registry.change(decide)
    registered = {
        each.association.associationType: each.registered for each in made if each.registered
    }
    return resource_answer(
        resource, [each.association for each in made], _schemas(registered, call)
    )


async def _changed(registry: Registry, call: Call, body: ChangesBody) -> Result:
    query: ChangeQuery = call.query
    resource = body.resource()

    def decide(view: View) -> Decision[Outcome]:
        return change_resource(
            view,
            resource,
            changes,
            context=query.context,
            dry_run=query.dryRun,
            require=call.caller.require,
        )

    try:
        changes = [each.change() for each in body.associations or ()]
        outcome = await registry.change(decide)
    except RegistryError as error:
        return error_result(error)
    if outcome.error is not None:
        return error_result(outcome.error)
    readable = [each for each in outcome.associations if call.caller.may(Action.READ, each.subject)]
    schemas = _schemas(outcome.registered, call)
    return Result(result=resource_answer(resource, readable, schemas))


def _schemas(registered: Mapping[str, Registered], call: Call) -> dict[str, SchemaAnswer]:
    return {name: _schema_answer(each, call) for name, each in registered.items()}


def _schema_answer(registered: Registered, call: Call) -> SchemaAnswer:
    answer = content_answer(registered.content, call.request, registered.content.text)
    answer.subject, answer.version = registered.subject, registered.version
    answer.id = registered.id
    return answer


ROUTES = (
    Route(
        "POST",
        "/associations",
        create,
        "Associate a new resource with subjects, which may be made for it.",
        ChangeQuery,
        ResourceBody,
        ResourceAnswer,
        (409, 422, 503),
    ),
    Route(
        "PUT",
        "/associations/resources/{resource}",
        create_or_update,
        "Associate a resource with subjects, or give its own ones new schemas.",
        ChangeQuery,
        ResourceBody,
        ResourceAnswer,
        (409, 422, 503),
    ),
    Route(
        "DELETE",
        "/associations/resources/{resource}",
        delete,
        "Delete the associations of a resource.",
        DeleteQuery,
        errors=(404, 409, 422, 503),
    ),
    Route(
        "POST",
        "/associations:batchMutate",
        change_many,
        "Change the associations of several resources; each succeeds or fails by itself.",
        ChangeQuery,
        ChangesBatch,
        BatchAnswer,
        errors=(422, 503),
        status=MULTI_STATUS,
    ),
)
