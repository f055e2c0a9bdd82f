"""Under which name a schema is registered: Confluent's three strategies, as functions."""

from collections.abc import Callable

from odradek.clients.errors import InvalidSetting
from odradek.clients.serializers.interface import Place

SubjectName = Callable[[Place, str | None], str]
"""From the place and the schema's own name, which is None where it has none, to the subject."""


def topic_name(place: Place, schema_name: str | None) -> str:
    """`orders-value`: all records of a topic have one schema, which evolves."""
    return f"{place.topic}-{place.part}"


def record_name(place: Place, schema_name: str | None) -> str:
    """`shop.Order`: a schema is the same in every topic, and a topic may have several."""
    if schema_name is None:
        raise InvalidSetting(
            f"the schema for {place} has no name, from which its subject could be made; name it, or"
            " use topic_name"
        )
    return schema_name


def topic_record_name(place: Place, schema_name: str | None) -> str:
    """`orders-shop.Order`: a topic may have several schemas, which evolve in each topic apart."""
    return f"{place.topic}-{record_name(place, schema_name)}"
