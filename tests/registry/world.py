"""A registry's state for tests of decisions, and the Avro schemas they are about."""

import json
from collections.abc import Sequence
from typing import TypeVar

from odradek.registry.decisions.registration import (
    NewSchema,
    Options,
    Registered,
    register,
)
from odradek.registry.decisions.view import Decision, View
from odradek.registry.state.content import Content, Metadata, Reference, RuleSet

T = TypeVar("T")


def record(name: str, *fields: str, optional: Sequence[str] = ()) -> str:
    """An Avro record; every field is a string, and optional ones have a default."""
    described: list[dict[str, str]] = [{"name": field, "type": "string"} for field in fields]
    described += [{"name": field, "type": "string", "default": ""} for field in optional]
    return json.dumps({"type": "record", "name": name, "fields": described})


def avro(
    text: str,
    *references: Reference,
    metadata: Metadata | None = None,
    rule_set: RuleSet | None = None,
) -> Content:
    """An Avro schema as content."""
    return Content("AVRO", text, references, metadata, rule_set)


def settle(view: View, decision: Decision[T]) -> T:
    """Apply what was decided, and give the answer."""
    for written in [each for record in decision.records for each in view.index.written(record)]:
        view.index.replay(written, 1_000)
    return decision.answer


def registered(
    view: View, subject: str, content: Content, *, id: int = -1, version: int = 0
) -> Registered:
    """Register a schema."""
    new = NewSchema(content, id, version)
    return settle(view, register(view, subject, new, Options()))
