"""A schema as a program gives it, and as a registry knows it."""

from dataclasses import dataclass
from typing import Any

from odradek.schemas.schema import SchemaType


@dataclass(frozen=True, slots=True)
class Reference:
    """Another registered schema, and the name by which a text refers to it."""

    name: str
    subject: str
    version: int


@dataclass(frozen=True, slots=True)
class Schema:
    """A text, its format and what it refers to."""

    text: str
    type: SchemaType
    references: tuple[Reference, ...] = ()

    def body(self) -> dict[str, Any]:
        """As the REST API wants it, which leaves out that a schema is Avro."""
        body: dict[str, Any] = {"schema": self.text}
        if self.type is not SchemaType.AVRO:
            body["schemaType"] = str(self.type)
        if self.references:
            body["references"] = [
                {"name": each.name, "subject": each.subject, "version": each.version}
                for each in self.references
            ]
        return body


@dataclass(frozen=True, slots=True)
class RegisteredSchema:
    """A schema with what a registry says of it: None for what it did not say."""

    schema: Schema
    id: int | None = None
    guid: str | None = None
    subject: str | None = None
    version: int | None = None


def registered(
    answer: dict[str, Any], asked: Schema | None = None, **known: Any
) -> RegisteredSchema:
    """What an answer says; registries before 8.0 do not repeat the schema that was registered."""
    schema = asked
    if "schema" in answer:
        schema = Schema(
            answer["schema"],
            SchemaType(answer.get("schemaType", SchemaType.AVRO)),
            tuple(
                Reference(each["name"], each["subject"], each["version"])
                for each in answer.get("references") or ()
            ),
        )
    if schema is None:
        raise KeyError("schema")
    said = {name: answer.get(name) for name in ("id", "guid", "subject", "version")}
    return RegisteredSchema(
        schema, **{name: known.get(name) if said[name] is None else said[name] for name in said}
    )
