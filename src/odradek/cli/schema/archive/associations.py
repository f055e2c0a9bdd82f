"""Associations of subjects with topics: read from a registry, and made in one.

Only Confluent's registry, from 8.0 on, and ours know any; of others there are none to read.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from odradek.cli.errors import CommandError
from odradek.cli.schema.archive.contents import Association
from odradek.cli.schema.archive.settings import IMPORT, READ_ONLY, apply_mode
from odradek.clients.errors import RegistryRefused
from odradek.clients.schema_registry import RegistryAdministration

STRONG = "STRONG"
"""Frozen unless it says otherwise."""
Associations = Mapping[str, tuple[Association, ...]]
"""By subject."""


def read_associations(client: RegistryAdministration) -> Associations:
    """All that there are."""
    return {
        subject: tuple(sorted(map(_read, told), key=repr))
        for subject, told in client.associations().items()
    }


def _read(told: Mapping[str, Any]) -> Association:
    return Association(
        told.get("resourceName", ""),
        told.get("resourceNamespace", ""),
        told.get("resourceId") or "",
        told.get("resourceType", ""),
        told.get("associationType", ""),
        told.get("lifecycle", ""),
        bool(told.get("frozen", told.get("lifecycle") == STRONG)),
    )


def make_associations(client: RegistryAdministration, wanted: Associations) -> None:
    """Make those that are missing; CommandError for one that the registry refuses."""
    for subject, associations in wanted.items():
        for each in associations:
            try:
                with _importing(client, subject, each):
                    client.associate(_body(subject, each))
            except RegistryRefused as refused:
                raise CommandError(
                    f"the association of {subject} with the {each.association_type} of"
                    f" {each.resource_name} was refused: {refused.said} ({refused.error_code});"
                    " what came before it is imported"
                ) from refused


@contextmanager
def _importing(
    client: RegistryAdministration, subject: str, association: Association
) -> Iterator[None]:
    """In import mode where a registry asks for it: for a subject that a topic has alone, which it
    takes only together with the topic, and for a read-only one."""
    applying = client.mode(subject, applying=True)
    if applying not in READ_ONLY and (association.lifecycle != STRONG or applying == IMPORT):
        yield
        return
    before = client.mode(subject)
    client.set_mode(subject, IMPORT, force=True)
    try:
        yield
    finally:
        apply_mode(client, subject, before)


def _body(subject: str, association: Association) -> dict[str, Any]:
    return {
        "resourceName": association.resource_name,
        "resourceNamespace": association.resource_namespace,
        "resourceId": association.resource_id,
        "resourceType": association.resource_type,
        "associations": [
            {
                "subject": subject,
                "associationType": association.association_type,
                "lifecycle": association.lifecycle,
                "frozen": association.frozen,
            }
        ],
    }
