"""The shapes of what is asked and answered about associations, by Confluent's names."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from odradek.registry.api.bodies import SchemaAnswer, SchemaBody
from odradek.registry.decisions.associations.finding import TOPIC, Filter, Lifecycle
from odradek.registry.decisions.associations.rules import Resource, Wanted
from odradek.registry.state.records import Association
from odradek.web.errors import HttpError


class Query(Struct, frozen=True):
    """Which associations are meant."""

    resourceType: str = ""
    associationType: tuple[str, ...] = ()
    lifecycle: str = ""
    offset: int = 0
    limit: int = -1

    def filter(self) -> Filter:
        """Raises HttpError for a lifecycle that there is not."""
        return Filter(self.resourceType or TOPIC, self.associationType, lifecycle(self.lifecycle))


class ChangeQuery(Struct, frozen=True):
    """Of which context subjects are, and whether it is only to be found out what would happen."""

    context: str = ""
    dryRun: bool = False


class DeleteQuery(Struct, frozen=True):
    """Which associations are deleted, and whether their subjects go along."""

    resourceType: str = ""
    associationType: tuple[str, ...] = ()
    cascadeLifecycle: bool = False
    dryRun: bool = False

    def filter(self) -> Filter:
        return Filter(self.resourceType or TOPIC, self.associationType)


class BatchGetQuery(Struct, frozen=True):
    """Whether the latest schemas are told, too."""

    includeSchemas: bool = False


class AssociationBody(Struct, frozen=True, kw_only=True):
    """One association as the client wants it, perhaps with the subject's first schema."""

    subject: str | None = None
    associationType: str | None = None
    lifecycle: Lifecycle | None = None
    frozen: bool | None = None
    schema: SchemaBody | None = None
    normalize: bool | None = None

    def wanted(self) -> Wanted:
        return Wanted(
            self.subject,
            self.associationType,
            self.lifecycle,
            self.frozen,
            None if self.schema is None else self.schema.new_schema(),
            bool(self.normalize),
        )


class ResourceBody(Struct, frozen=True, kw_only=True):
    """A resource, and what is associated with it."""

    resourceName: str | None = None
    resourceNamespace: str | None = None
    resourceId: str | None = None
    resourceType: str | None = None
    associations: list[AssociationBody] | None = None

    def resource(self) -> Resource:
        return Resource(
            self.resourceName, self.resourceNamespace, self.resourceId, self.resourceType
        )


class OperationType(StrEnum):
    """What becomes of an association."""

    CREATE = "CREATE"
    UPSERT = "UPSERT"
    DELETE = "DELETE"


class OperationBody(AssociationBody, frozen=True, kw_only=True):
    """One change of a batch."""

    opType: OperationType
    cascadeLifecycle: bool | None = None


class OperationsBody(ResourceBody, frozen=True, kw_only=True):
    """Changes of what is associated with one resource."""

    associations: list[OperationBody] | None = None  # type: ignore[assignment]  # each says more


class BatchBody(Struct, frozen=True):
    """Changes of several resources."""

    requests: list[OperationsBody] | None = None


class GetBody(Struct, frozen=True, kw_only=True):
    """A resource whose associations are wanted."""

    resourceName: str | None = None
    resourceNamespace: str | None = None
    resourceId: str | None = None
    resourceType: str | None = None
    associationTypes: list[str] | None = None
    lifecycle: Lifecycle | None = None

    def filter(self) -> Filter:
        return Filter(self.resourceType or TOPIC, self.associationTypes or (), self.lifecycle)


class BatchGetBody(Struct, frozen=True):
    """Several such resources."""

    requests: list[GetBody] | None = None


class AssociationAnswer(Struct, kw_only=True, omit_defaults=True):
    """One association; `frozen` where its lifecycle does not tell."""

    subject: str
    guid: str | None
    resourceName: str
    resourceNamespace: str
    resourceId: str | None
    resourceType: str
    associationType: str
    lifecycle: str
    frozen: bool | UnsetType = UNSET
    createTs: int | None
    updateTs: int | None


class MadeAnswer(Struct, kw_only=True):
    """One association of a resource that is told already."""

    subject: str
    associationType: str
    lifecycle: str
    frozen: bool | UnsetType = UNSET
    schema: SchemaAnswer | UnsetType = UNSET


class ResourceAnswer(Struct, kw_only=True, omit_defaults=True):
    """A resource with its associations."""

    resourceName: str | None = None
    resourceNamespace: str | None = None
    resourceId: str | None = None
    resourceType: str | None = None
    associations: list[MadeAnswer] = []


class Result(Struct, omit_defaults=True):
    """What became of one request of a batch."""

    result: ResourceAnswer | None = None
    error: dict[str, Any] | None = None


class BatchAnswer(Struct):
    """What became of each."""

    results: list[Result]


def association_answer(association: Association) -> AssociationAnswer:
    return AssociationAnswer(
        subject=association.subject,
        guid=association.guid,
        resourceName=association.resourceName,
        resourceNamespace=association.resourceNamespace,
        resourceId=association.resourceId,
        resourceType=association.resourceType,
        associationType=association.associationType,
        lifecycle=association.lifecycle,
        frozen=_frozen(association),
        createTs=association.createTs,
        updateTs=association.updateTs,
    )


def made_answers(
    associations: list[Association], schemas: Mapping[str, SchemaAnswer]
) -> list[MadeAnswer]:
    """Associations of one resource, with schemas by the kind of association."""
    return [
        MadeAnswer(
            subject=each.subject,
            associationType=each.associationType,
            lifecycle=each.lifecycle,
            frozen=_frozen(each),
            schema=schemas.get(each.associationType, UNSET),
        )
        for each in associations
    ]


def lifecycle(text: str) -> Lifecycle | None:
    """A lifecycle of a query; raises HttpError for what is none."""
    if text and text not in Lifecycle.__members__:
        raise HttpError(404, 404, f"The lifecycle {text!r} is none of {', '.join(Lifecycle)}")
    return Lifecycle(text) if text else None


def _frozen(association: Association) -> bool | UnsetType:
    is_usual = association.frozen == (association.lifecycle == Lifecycle.STRONG)
    return UNSET if is_usual else association.frozen
