"""Topics and what is wanted of their associations, for tests of decisions."""

from typing import Any

import pytest

from odradek.registry.decisions.associations.batches import check_changes
from odradek.registry.decisions.associations.changes import Made, associate, dissociate
from odradek.registry.decisions.associations.queries import Filter, of_resource_id
from odradek.registry.decisions.associations.requests import Resource, Wanted
from odradek.registry.decisions.registration import NewSchema
from odradek.registry.decisions.view import Decision, View
from odradek.registry.errors import ErrorCode, RegistryError
from odradek.registry.permissions import EVERYTHING
from odradek.registry.state.content import Content
from odradek.registry.state.records import Lifecycle
from tests.registry.world import avro, record, settle

STRONG, WEAK = Lifecycle.STRONG, Lifecycle.WEAK
ORDERS = Resource("orders", "lkc-1", "id-1")
COPIES = Resource("copies", "lkc-1", "id-2")
OWN = ":.lkc-1:orders-value"
"""The subject that only the values of the topic orders have."""
OWN_KEY = ":.lkc-1:orders-key"
ORDER = avro(record("Order", "id"))
ORDER_2 = avro(record("Order", "id", optional=["note"]))


def weak(subject: str | None = "orders", **given: Any) -> Wanted:
    """A creation of a WEAK association."""
    return Wanted("guid-1", subject=subject, lifecycle=WEAK, **given)


def own(content: Content = ORDER, **given: Any) -> Wanted:
    """A creation that brings a schema."""
    return Wanted("guid-1", schema=NewSchema(content), **given)


def later(subject: str | None = None, content: Content | None = None, **given: Any) -> Wanted:
    """An upsert."""
    schema = None if content is None else NewSchema(content)
    return Wanted("guid-2", subject=subject, schema=schema, is_creation=False, **given)


def decided(
    view: View, resource: Resource, *wanted: Wanted, context: str = "", dry_run: bool = False
) -> Decision[list[Made]]:
    """What becomes of a request."""
    changes = check_changes(resource, wanted, context=context, dry_run=dry_run)
    checked = [each for each in changes if isinstance(each, Wanted)]
    return associate(view, resource, checked, EVERYTHING.require)


def make(view: View, resource: Resource, *wanted: Wanted, context: str = "") -> list[Made]:
    """Make associations."""
    return settle(view, decided(view, resource, *wanted, context=context))


def refusal(view: View, resource: Resource, *wanted: Wanted, dry_run: bool = False) -> ErrorCode:
    """Why a request is refused."""
    with pytest.raises(RegistryError) as error:
        decided(view, resource, *wanted, dry_run=dry_run)
    return error.value.code


def delete(view: View, resource: Resource, *types: str, cascade: bool = False) -> None:
    """Delete associations."""
    doomed = of_resource_id(view, resource.id or "", Filter(association_types=types))
    settle(view, dissociate(view, doomed, cascade=cascade, require=EVERYTHING.require))


def associated(view: View) -> list[tuple[str, str, str]]:
    """All associations: topic, type and subject."""
    return [
        (each.resourceName, each.associationType, each.subject) for each in view.index.associations
    ]
