"""/associations: lists of a subject or a resource, and several resources at once."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from odradek.registry.api.associations.bodies import (
    AssociationAnswer,
    BatchAnswer,
    QuestionBatch,
    QuestionBody,
    Result,
    association_answer,
    error_result,
    resource_answer,
)
from odradek.registry.api.bodies import SchemaAnswer, page, version_answer
from odradek.registry.api.parameters import subject_of
from odradek.registry.core import Registry
from odradek.registry.decisions.associations.queries import (
    Filter,
    of_resource_id,
    of_resource_name,
    of_subject,
)
from odradek.registry.decisions.associations.requests import TOPIC, Resource, invalid
from odradek.registry.errors import RegistryError
from odradek.registry.permissions import Action
from odradek.registry.state.index import LATEST
from odradek.registry.state.records import Association, Lifecycle
from odradek.web.answer import MULTI_STATUS
from odradek.web.errors import not_found
from odradek.web.routes import Call, Route


class ListQuery(Struct, frozen=True):
    """Which associations are listed."""

    resourceType: str = ""
    associationType: tuple[str, ...] = ()
    lifecycle: str = ""
    offset: int = 0
    limit: int = -1

    def filter(self) -> Filter:
        """Raises HttpError for a lifecycle that is none, as for a number that is none."""
        if self.lifecycle and self.lifecycle not in Lifecycle.__members__:
            raise not_found()
        lifecycle = Lifecycle(self.lifecycle) if self.lifecycle else None
        return Filter(self.resourceType or TOPIC, self.associationType, lifecycle)


class BatchQuery(Struct, frozen=True):
    """What is told of each association."""

    includeSchemas: bool = False


async def list_of_subject(registry: Registry, call: Call) -> list[AssociationAnswer]:
    subject = subject_of(call, Action.READ)
    return _listed(of_subject(registry.view, subject, call.query.filter()), call)


async def list_of_resource(registry: Registry, call: Call) -> list[AssociationAnswer]:
    found = of_resource_id(registry.view, call.names["resource"], call.query.filter())
    return _listed(found, call)


async def list_of_named_resource(registry: Registry, call: Call) -> list[AssociationAnswer]:
    namespace, name = call.names["namespace"], call.names["name"]
    return _listed(of_resource_name(registry.view, namespace, name, call.query.filter()), call)


async def get_many(registry: Registry, call: Call) -> BatchAnswer:
    questions = call.body.requests
    if not questions:
        raise invalid("requests", "there are none")
    return BatchAnswer([_answered(registry, call, each) for each in questions])


def _answered(registry: Registry, call: Call, question: QuestionBody) -> Result:
    try:
        resource, found = _found(registry, call, question)
    except RegistryError as error:
        return error_result(error)
    schemas = _latest_schemas(registry, call, found) if call.query.includeSchemas else {}
    return Result(result=resource_answer(resource, found, schemas))


def _found(
    registry: Registry, call: Call, question: QuestionBody
) -> tuple[Resource, list[Association]]:
    resource = question.resource()
    wanted = Filter(resource.type, question.associationTypes or (), question.lifecycle)
    if resource.name and not resource.namespace:
        raise invalid("resourceNamespace", "it is missing")
    if resource.id:
        found = of_resource_id(registry.view, resource.id, wanted)
    elif resource.name:
        found = of_resource_name(registry.view, resource.namespace, resource.name, wanted)
    else:
        raise invalid("resourceId", "give it, or resourceName and resourceNamespace")
    readable = _readable(found, call)
    return _the_one(resource, readable), readable


def _the_one(asked: Resource, found: Sequence[Association]) -> Resource:
    """The resource that was found; raises RegistryError where a name is that of several."""
    resources = {
        Resource(each.resourceName, each.resourceNamespace, each.resourceId, each.resourceType)
        for each in found
    }
    if len(resources) > 1:
        ids = ", ".join(sorted(each.id or "" for each in resources))
        raise invalid("resourceName", f"several resources have this one: ask for their ids, {ids}")
    return next(iter(resources), asked)


def _latest_schemas(
    registry: Registry, call: Call, found: Sequence[Association]
) -> Mapping[str, SchemaAnswer]:
    latest = {
        each.associationType: registry.view.index.version(each.subject, LATEST) for each in found
    }
    return {
        association_type: version_answer(version, call.request, version.content.text)
        for association_type, version in latest.items()
        if version is not None
    }


def _listed(found: Sequence[Association], call: Call) -> list[AssociationAnswer]:
    answers = [association_answer(each) for each in _readable(found, call)]
    return page(answers, call.query.offset, call.query.limit)


def _readable(found: Sequence[Association], call: Call) -> list[Association]:
    return [each for each in found if call.caller.may(Action.READ, each.subject)]


ROUTES = (
    Route(
        "GET",
        "/associations/subjects/{subject}",
        list_of_subject,
        "List the associations of a subject.",
        ListQuery,
        answer=list[AssociationAnswer],
    ),
    Route(
        "GET",
        "/associations/resources/{resource}",
        list_of_resource,
        "List the associations of a resource, by its id.",
        ListQuery,
        answer=list[AssociationAnswer],
    ),
    Route(
        "GET",
        "/associations/resources/{namespace}/{name}",
        list_of_named_resource,
        "List the associations of a resource, by its name; `-` is any namespace, or any name.",
        ListQuery,
        answer=list[AssociationAnswer],
    ),
    Route(
        "POST",
        "/associations:batchGet",
        get_many,
        "List the associations of several resources.",
        BatchQuery,
        QuestionBatch,
        BatchAnswer,
        status=MULTI_STATUS,
    ),
)
