"""Associations made, changed and deleted, one resource at a time or several."""

import time
from collections.abc import Sequence
from uuid import uuid4

from msgspec.structs import replace

from odradek.registry.api.associations.bodies import (
    AssociationBody,
    BatchAnswer,
    BatchBody,
    ChangeQuery,
    DeleteQuery,
    OperationBody,
    OperationsBody,
    OperationType,
    ResourceAnswer,
    ResourceBody,
    Result,
    made_answers,
)
from odradek.registry.api.associations.finding import readable
from odradek.registry.api.bodies import SchemaAnswer, content_answer
from odradek.registry.core import Registry
from odradek.registry.decisions.aliases import meant_by
from odradek.registry.decisions.associations.finding import TOPIC, Filter, dissociate, of_resource
from odradek.registry.decisions.associations.making import (
    Associated,
    Circumstances,
    Deletion,
    Making,
    Operation,
    associate,
    carry_out,
)
from odradek.registry.decisions.associations.rules import invalid
from odradek.registry.decisions.registration import Registered
from odradek.registry.decisions.view import Decision, View
from odradek.registry.errors import RegistryError
from odradek.registry.permissions import Action
from odradek.registry.state.names import qualify, qualify_within
from odradek.web.answer import MULTI_STATUS, Answer, encode
from odradek.web.request import Request
from odradek.web.routes import Call, Route


async def create(registry: Registry, call: Call) -> ResourceAnswer:
    return await _associate(registry, call, call.body, creates=True)


async def create_or_update(registry: Registry, call: Call) -> ResourceAnswer:
    resource_id, body = call.names["resource"], call.body
    if body.resourceId not in (None, resource_id):
        raise invalid("resourceId", f"the path says {resource_id!r}")
    body = replace(body, resourceId=resource_id)
    return await _associate(registry, call, body, creates=False)


async def delete(registry: Registry, call: Call) -> None:
    resource, query = call.names["resource"], call.query

    def decide(view: View) -> Decision[None]:
        for association in of_resource(view, resource, query.filter()):
            call.caller.require(Action.DELETE, association.subject)
        decision = dissociate(view, resource, query.filter(), cascade=query.cascadeLifecycle)
        return Decision(None) if query.dryRun else decision

    await registry.change(decide)


async def change_many(registry: Registry, call: Call) -> Answer:
    body: BatchBody = call.body
    if not body.requests:
        raise invalid("requests", "there are none")
    results = [await _result(registry, call, each) for each in body.requests]
    return Answer(encode(BatchAnswer(results)), MULTI_STATUS)


async def _associate(
    registry: Registry, call: Call, body: ResourceBody, *, creates: bool
) -> ResourceAnswer:
    asked = body.associations or []
    wanted = [each.wanted() for each in asked]
    circumstances = _circumstances(registry, call, asked)

    def decide(view: View) -> Decision[list[Associated]]:
        decision = associate(view, body.resource(), wanted, circumstances, creates=creates)
        _check_rights(call, decision.answer)
        return decision

    made = await registry.change(decide)
    schemas = {
        each.association.associationType: _registered_answer(each.registered, call.request)
        for each in made
        if each.registered is not None
    }
    return _answer(body, made_answers([each.association for each in made], schemas))


async def _result(registry: Registry, call: Call, body: OperationsBody) -> Result:
    try:
        return Result(await _carry_out(registry, call, body))
    except RegistryError as error:
        return Result(error={"error_code": error.error_code, "message": error.message})


async def _carry_out(registry: Registry, call: Call, body: OperationsBody) -> ResourceAnswer:
    asked = body.associations or []
    operations = [_operation(each) for each in asked]
    circumstances = _circumstances(registry, call, asked)

    def decide(view: View) -> Decision[list[Associated]]:
        deleted = {each.kind for each in operations if isinstance(each, Deletion)}
        for association in of_resource(view, body.resourceId or "", Filter(TOPIC)):
            if deleted & {association.associationType, "", None}:
                call.caller.require(Action.DELETE, association.subject)
        decision = carry_out(view, body.resource(), operations, circumstances)
        _check_rights(call, decision.answer)
        return decision

    made = await registry.change(decide)
    schemas = {
        each.association.associationType: _registered_answer(each.registered, call.request)
        for each in made
        if each.registered is not None
    }
    found = of_resource(registry.view, body.resourceId or "", Filter(TOPIC))
    kept = [] if call.query.dryRun else readable(found, call.caller)
    return _answer(body, made_answers(kept, schemas))


def _circumstances(
    registry: Registry, call: Call, asked: Sequence[AssociationBody]
) -> Circumstances:
    """Raises RegistryError where the caller may not read what a schema refers to."""
    context = call.query.context
    for each in asked:
        subject = qualify_within(context, each.subject or "") if context else each.subject or ""
        if each.subject:
            call.caller.require(Action.WRITE, meant_by(registry.view, qualify(subject)))
        for reference in (each.schema and each.schema.references) or ():
            if reference.subject is not None:
                referred = qualify_within(qualify(subject), reference.subject)
                call.caller.require(Action.READ, referred)
    return Circumstances(
        guids=[str(uuid4()) for _ in asked],
        now_ms=int(time.time() * 1000),
        context=context,
        is_dry_run=call.query.dryRun,
    )


def _operation(body: OperationBody) -> Operation:
    if body.opType is OperationType.DELETE:
        return Deletion(body.associationType, cascade=bool(body.cascadeLifecycle))
    return Making(body.wanted(), creates=body.opType is OperationType.CREATE)


def _check_rights(call: Call, made: Sequence[Associated]) -> None:
    for each in made:
        call.caller.require(Action.WRITE, each.association.subject)


def _registered_answer(registered: Registered, request: Request) -> SchemaAnswer:
    answer = content_answer(registered.content, request, registered.content.text)
    answer.subject, answer.version = registered.subject, registered.version
    answer.id = registered.id
    return answer


def _answer(body: ResourceBody, made: list) -> ResourceAnswer:  # type: ignore[type-arg]
    return ResourceAnswer(
        resourceName=body.resourceName,
        resourceNamespace=body.resourceNamespace,
        resourceId=body.resourceId,
        resourceType=body.resourceType or TOPIC,
        associations=made,
    )


ROUTES = (
    Route(
        "POST",
        "/associations",
        create,
        "Associate a resource with subjects.",
        ChangeQuery,
        ResourceBody,
        ResourceAnswer,
        (409, 422, 503),
    ),
    Route(
        "PUT",
        "/associations/resources/{resource}",
        create_or_update,
        "Associate a resource with subjects, or change how.",
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
        "Change the associations of several resources.",
        ChangeQuery,
        BatchBody,
        BatchAnswer,
        (422, 503),
    ),
)
