"""A client of a schema registry, ours or any that speaks Confluent's REST API.

    registry.py         what a program asks: schemas by id, by subject, and to register one
    administration.py   what an operator asks: lists, deletions, levels, modes
    schemas.py          a schema to register, and one that is registered
    connection.py       HTTP: one connection, kept open; the next address when one does not answer

It blocks, as its callers do once for each schema: what a registry has said of an id never changes,
and is kept.
"""

from odradek.clients.schema_registry.administration import RegistryAdministration, StoredVersion
from odradek.clients.schema_registry.registry import SchemaRegistry
from odradek.clients.schema_registry.schemas import Reference, RegisteredSchema, Schema

__all__ = [
    "Reference",
    "RegisteredSchema",
    "RegistryAdministration",
    "Schema",
    "SchemaRegistry",
    "StoredVersion",
]
