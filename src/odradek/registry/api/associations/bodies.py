"""The shapes of bodies and answers about associations, by Confluent's names.

`frozen` is answered only where it is not what follows from the lifecycle.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from msgspec import Struct

from odradek.registry.api.bodies import SchemaAnswer, SchemaBody
from odradek.registry.decisions.associations.batches import Change, Unwanted
from odradek.registry.decisions.associations.requests import TOPIC, Resource, Wanted
from odradek.registry.decisions.completion import check_rules
from odradek.registry.errors import RegistryError
from odradek.registry.state.records import Association, Lifecycle

DEFAULT_TYPE = "value"


class WantedBody(Struct, frozen=True, kw_only=True):
    """One association as the client wants it."""

    subject: str | None = None
    associationType: str | None = None
    lifecycle: Lifecycle | None = None
    frozen: bool | None = None
    schema: SchemaBody | None = None
    normalize: bool | None = None

    def wanted(self, *, is_creation: bool) -> Wanted:
        """Raises RegistryError for a schema that cannot be read."""
        if self.schema is not None:
            check_rules(self.schema.ruleSet)
        return Wanted(
            str(uuid4()),
            self.associationType or DEFAULT_TYPE,
            self.subject,
            self.lifecycle,
            self.frozen,
            None if self.schema is None else self.schema.new_schema(),
            bool(self.normalize),
            is_creation,
        )


class Creation(WantedBody, frozen=True, kw_only=True, tag_field="opType", tag="CREATE"):
    """It comes with its topic."""

    def change(self) -> Change:
        return self.wanted(is_creation=True)


class Upsert(WantedBody, frozen=True, kw_only=True, tag_field="opType", tag="UPSERT"):
    """It is added to a topic."""

    def change(self) -> Change:
        return self.wanted(is_creation=False)


class Deletion(Struct, frozen=True, kw_only=True, tag_field="opType", tag="DELETE"):
    """It is taken away."""

    associationType: str | None = None
    cascadeLifecycle: bool | None = None

    def change(self) -> Change:
        return Unwanted(self.associationType or DEFAULT_TYPE, bool(self.cascadeLifecycle))


class _ResourceBody(Struct, frozen=True, kw_only=True):
    resourceName: str | None = None
    resourceNamespace: str | None = None
    resourceId: str | None = None
    resourceType: str | None = None

    def resource(self) -> Resource:
        return Resource(
            self.resourceName or "",
            self.resourceNamespace or "",
            self.resourceId,
            self.resourceType or TOPIC,
        )


class ResourceBody(_ResourceBody, frozen=True, kw_only=True):
    """A topic, and what is to be associated with it."""

    associations: list[WantedBody] | None = None


class ChangesBody(_ResourceBody, frozen=True, kw_only=True):
    """A topic, and what is to be changed."""

    associations: list[Creation | Upsert | Deletion] | None = None


class QuestionBody(_ResourceBody, frozen=True, kw_only=True):
    """A topic, by id or by name, and which of its associations are wanted."""

    associationTypes: list[str] | None = None
    lifecycle: Lifecycle | None = None


class ChangesBatch(Struct, frozen=True):
    """Changes to several topics."""

    requests: list[ChangesBody] | None = None


class QuestionBatch(Struct, frozen=True):
    """Questions about several topics."""

    requests: list[QuestionBody] | None = None


class AssociationAnswer(Struct, kw_only=True, omit_defaults=True):
    """An association as lists have it."""

    subject: str
    guid: str | None = None
    resourceName: str
    resourceNamespace: str
    resourceId: str | None = None
    resourceType: str
    associationType: str
    lifecycle: Lifecycle
    frozen: bool | None = None
    createTs: int | None = None
    updateTs: int | None = None


class AssociationInfo(Struct, kw_only=True, omit_defaults=True):
    """An association of a topic that is named beside it."""

    subject: str
    associationType: str
    lifecycle: Lifecycle
    frozen: bool | None = None
    schema: SchemaAnswer | None = None


class ResourceAnswer(Struct, kw_only=True, omit_defaults=True):
    """A topic with its associations, or with those that were made."""

    resourceName: str | None = None
    resourceNamespace: str | None = None
    resourceId: str | None = None
    resourceType: str
    associations: list[AssociationInfo] | None = None


class Result(Struct, kw_only=True, omit_defaults=True):
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
        frozen=_told_frozen(association),
        createTs=association.createTs,
        updateTs=association.updateTs,
    )


def resource_answer(
    resource: Resource,
    associations: Sequence[Association],
    schemas: Mapping[str, SchemaAnswer],
) -> ResourceAnswer:
    """A topic; `schemas` by type of association, where they are told."""
    infos = [
        AssociationInfo(
            subject=each.subject,
            associationType=each.associationType,
            lifecycle=each.lifecycle,
            frozen=_told_frozen(each),
            schema=schemas.get(each.associationType),
        )
        for each in associations
    ]
    return ResourceAnswer(
        resourceName=resource.name or None,
        resourceNamespace=resource.namespace or None,
        resourceId=resource.id,
        resourceType=resource.type,
        associations=infos or None,
    )


def error_result(error: RegistryError) -> Result:
    return Result(error={"error_code": error.error_code, "message": error.message})


def _told_frozen(association: Association) -> bool | None:
    follows = association.lifecycle is Lifecycle.STRONG
    return None if association.frozen == follows else association.frozen
