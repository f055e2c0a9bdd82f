"""`odradek schema show`: one schema, as it was registered, and who uses it."""

import sys
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

import msgspec
from cyclopts import Parameter
from cyclopts.validators import Number

from odradek.cli.errors import CommandError
from odradek.cli.output import print_document
from odradek.cli.schema.connection import (
    DEFAULT_REGISTRY,
    RegistryConnection,
    existing_version,
    live_numbers,
)
from odradek.cli.schema.readable import readable
from odradek.cli.schema.verdict import level_of
from odradek.clients.errors import RegistryRefused
from odradek.clients.schema_registry import RegistryAdministration
from odradek.registry.state.names import context_key, context_of
from odradek.schemas.schema import SchemaType

SCHEMA_NOT_FOUND = 40403

Document = dict[str, Any]


def show(
    subject: Annotated[str | None, Parameter(help="The subject; or give --id.")] = None,
    /,
    *,
    version: Annotated[
        str, Parameter(help="A number, or latest; softly deleted versions have one too.")
    ] = "latest",
    schema_id: Annotated[
        int | None,
        Parameter(name="--id", help="An id, as records carry it.", validator=Number(gte=0)),
    ] = None,
    output: Annotated[
        Literal["table", "json", "yaml", "raw"],
        Parameter(
            name=["--output", "-o"], help="How to print; raw is the schema's text, byte for byte."
        ),
    ] = "table",
    registry: RegistryConnection = DEFAULT_REGISTRY,
) -> None:
    """Show a schema: its text, what it refers to, and who uses it.

    With --id the subject is needed only to say in which context (as :.staging:).
    """
    if subject is None and schema_id is None:
        raise CommandError("name a subject, or an id with --id")
    with registry.open() as client:
        if schema_id is not None:
            document = _of_id(client, schema_id, subject or "")
        else:
            document = _of_version(client, subject or "", _number(version))
    match output:
        case "raw":
            sys.stdout.flush()
            sys.stdout.buffer.write(document["schema"].encode("utf-8", "surrogatepass"))
        case "table":
            sys.stdout.writelines(f"{line}\n" for line in _lines(document))
        case _:
            print_document(document, output)


def _number(version: str) -> int | None:
    if version.lower() in ("latest", "-1"):
        return None
    if not (version.isascii() and version.isdigit()):
        raise CommandError(f"--version {version} is no version: give a number, or latest")
    return int(version)


def _of_version(client: RegistryAdministration, subject: str, version: int | None) -> Document:
    # A deleted version is shown to whoever asks for its number.
    number = existing_version(client, subject, version, deleted=version is not None)
    is_deleted = version is not None and number not in live_numbers(client, subject)
    stored = client.version(subject, number, deleted=is_deleted)
    return {
        "subject": subject,
        "version": number,
        "id": stored.id,
        "guid": stored.guid,
        "type": stored.schema.type.value,
        "deleted": is_deleted,
        "compatibility": level_of(client.config(subject, applying=True) or {}).value,
        "references": [
            {"name": each.name, "subject": each.subject, "version": each.version}
            for each in stored.schema.references
        ],
        "metadata": stored.metadata,
        "rule_set": stored.rule_set,
        "used_by": _users(client, stored.id, subject),
        "referred_to_by": _referrers(client, subject, number),
        "schema": stored.schema.text,
    }


def _of_id(client: RegistryAdministration, schema_id: int, subject: str) -> Document:
    try:
        answer = client.schema(schema_id, subject)
    except RegistryRefused as refused:
        if refused.error_code != SCHEMA_NOT_FOUND:
            raise
        raise CommandError(
            f"no schema has the id {schema_id}; `odradek schema list` shows ids, and a subject"
            " beside --id says in which context it is"
        ) from refused
    return {
        "id": schema_id,
        "guid": answer.get("guid"),
        "type": answer.get("schemaType", SchemaType.AVRO.value),
        "references": answer.get("references") or [],
        "metadata": answer.get("metadata"),
        "rule_set": answer.get("ruleSet"),
        "used_by": _users(client, schema_id, subject),
        "schema": answer["schema"],
    }


def _users(client: RegistryAdministration, schema_id: int, subject: str) -> list[Document]:
    """The live versions that have the id, in the context of the subject."""
    scope = context_key(context_of(subject)) or ""
    return [
        {"subject": user, "version": version} for user, version in client.places(schema_id, scope)
    ]


def _referrers(client: RegistryAdministration, subject: str, version: int) -> list[Document]:
    return [
        {"id": each, **user}
        for each in client.referrers(subject, version)
        for user in _users(client, each, subject)
    ]


def _lines(document: Document) -> Iterator[str]:
    yield _title(document)
    for label, value in _facts(document):
        yield f"  {label:<12}{value}"
    yield ""
    yield readable(document["schema"], document["type"])


def _title(document: Document) -> str:
    if "subject" not in document:
        return f"schema {document['id']}"
    return f"{document['subject']} version {document['version']}"


def _facts(document: Document) -> Iterator[tuple[str, str]]:
    yield "id", str(document["id"])
    if document["guid"]:
        yield "guid", document["guid"]
    yield "type", document["type"]
    if document.get("deleted"):
        yield "deleted", "softly; its id can still be read"
    if "compatibility" in document:
        yield "level", document["compatibility"]
    for label, key in (("metadata", "metadata"), ("rules", "rule_set")):
        if document[key]:
            yield label, msgspec.json.encode(document[key]).decode()
    for label, value in _relations(document):
        yield label, value


def _relations(document: Document) -> Iterator[tuple[str, str]]:
    """With a label where each group begins."""
    groups: dict[str, list[str]] = {
        "refers to": [f"{each['name']}: {_place(each)}" for each in document["references"]],
        "used by": [_place(each) for each in document["used_by"]],
        "needed by": [_place(each) for each in document.get("referred_to_by", ())],
    }
    for label, values in groups.items():
        for number, value in enumerate(values):
            yield "" if number else label, value


def _place(place: Mapping[str, Any]) -> str:
    return f"{place['subject']} version {place['version']}"
