"""Associations found and listed: of a subject, of a resource, of several resources."""

from collections.abc import Sequence

from odradek.registry.api.associations.bodies import (
    AssociationAnswer,
    BatchAnswer,
    BatchGetBody,
    BatchGetQuery,
    GetBody,
    Query,
    ResourceAnswer,
    Result,
    association_answer,
    made_answers,
)
from odradek.registry.api.bodies import page, version_answer
from odradek.registry.api.parameters import subject_of
from odradek.registry.core import Registry
from odradek.registry.decisions.associations.finding import (
    of_named_resource,
    of_resource,
    of_subject,
)
from odradek.registry.decisions.associations.rules import invalid
from odradek.registry.errors import RegistryError
from odradek.registry.permissions import Action, Rights
from odradek.registry.state.index import LATEST
from odradek.registry.state.records import Association
from odradek.web.answer import MULTI_STATUS, Answer, encode
from odradek.web.routes import Call, Route


async def list_of_subject(registry: Registry, call: Call) -> list[AssociationAnswer]:
    subject = subject_of(call, Action.READ)
    return _page(of_subject(registry.view, subject, call.query.filter()), call)


async def list_of_resource(registry: Registry, call: Call) -> list[AssociationAnswer]:
    found = of_resource(registry.view, call.names["resource"], call.query.filter())
    return _page(found, call)


async def list_of_named_resource(registry: Registry, call: Call) -> list[AssociationAnswer]:
    namespace, name = call.names["namespace"], call.names["name"]
    found = of_named_resource(registry.view, namespace, name, call.query.filter())
    return _page(found, call)


async def get_many(registry: Registry, call: Call) -> Answer:
    body: BatchGetBody = call.body
    if not body.requests:
        raise invalid("requests", "there are none")
    answer = BatchAnswer([_result(registry, call, each) for each in body.requests])
    return Answer(encode(answer), MULTI_STATUS)


def readable(found: Sequence[Association], caller: Rights) -> list[Association]:
    """Those whose subjects the caller may read."""
    return [each for each in found if caller.may(Action.READ, each.subject)]


def _result(registry: Registry, call: Call, asked: GetBody) -> Result:
    # Differs from Kafka: What is wrong with one request of a batch of associations has the number
    # that it has alone; Confluent says 50001 where something is looked for, and 42212 of a schema.
    try:
        return Result(_found(registry, call, asked))
    except RegistryError as error:
        return Result(error={"error_code": error.error_code, "message": error.message})


def _found(registry: Registry, call: Call, asked: GetBody) -> ResourceAnswer:
    if not asked.resourceId and not asked.resourceName:
        raise invalid("resourceId", "give it, or resourceName")
    if asked.resourceName and not asked.resourceNamespace:
        raise invalid("resourceNamespace", "it belongs to resourceName")
    wanted = asked.filter()
    if asked.resourceId:
        every = of_resource(registry.view, asked.resourceId, wanted)
    else:
        name, namespace = asked.resourceName or "", asked.resourceNamespace or ""
        every = of_named_resource(registry.view, namespace, name, wanted)
    found = readable(every, call.caller)
    latest = (registry.view.index.version(each.subject, LATEST) for each in found)
    schemas = {
        each.associationType: version_answer(version, call.request, version.content.text)
        for each, version in zip(found, latest, strict=True)
        if version is not None and call.query.includeSchemas
    }
    told = ResourceAnswer(
        resourceName=asked.resourceName,
        resourceNamespace=asked.resourceNamespace,
        resourceId=asked.resourceId,
        resourceType=wanted.resource_type,
        associations=made_answers(found, schemas),
    )
    for each in found[:1]:
        told.resourceName = told.resourceName or each.resourceName
        told.resourceNamespace = told.resourceNamespace or each.resourceNamespace
        told.resourceId = told.resourceId or each.resourceId
    return told


def _page(found: Sequence[Association], call: Call) -> list[AssociationAnswer]:
    listed = page(readable(found, call.caller), call.query.offset, call.query.limit)
    return [association_answer(each) for each in listed]


ROUTES = (
    Route(
        "GET",
        "/associations/subjects/{subject}",
        list_of_subject,
        "List the associations of a subject.",
        Query,
        answer=list[AssociationAnswer],
    ),
    Route(
        "GET",
        "/associations/resources/{resource}",
        list_of_resource,
        "List the associations of a resource, by its id.",
        Query,
        answer=list[AssociationAnswer],
    ),
    Route(
        "GET",
        "/associations/resources/{namespace}/{name}",
        list_of_named_resource,
        "List the associations of a resource, by its name; `-` is any namespace, and any name.",
        Query,
        answer=list[AssociationAnswer],
    ),
    Route(
        "POST",
        "/associations:batchGet",
        get_many,
        "Get the associations of several resources.",
        BatchGetQuery,
        BatchGetBody,
        BatchAnswer,
        (422,),
    ),
)
