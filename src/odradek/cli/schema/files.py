"""Schema files as arguments: the text, the format that the ending says, and what it refers to."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from odradek.cli.errors import CommandError
from odradek.clients.schema_registry import Reference
from odradek.schemas.check.sources import ENDINGS, Source
from odradek.schemas.schema import SchemaType

SchemaFile = Annotated[
    Path, Parameter(help="The schema's file: .avsc is Avro, .json JSON Schema, .proto Protobuf.")
]
TypeOption = Annotated[
    SchemaType | None,
    Parameter(name="--type", help="The format of a file whose ending does not say it."),
]
ReferenceOption = Annotated[
    list[str] | None,
    Parameter(
        name="--reference",
        help="What the text refers to, as NAME=SUBJECT:VERSION, for example"
        " com.acme.Address=address-value:1; may be repeated.",
    ),
]


def read_source(subject: str, file: Path, schema_type: SchemaType | None) -> Source:
    """The file as a schema for the subject; CommandError where it cannot be one."""
    found = schema_type or ENDINGS.get(file.suffix)
    if found is None:
        endings = ", ".join(ENDINGS)
        raise CommandError(f"what is {file}? It ends in none of {endings}: say so with --type")
    return Source(file.as_posix(), subject, found, read_text(file))


def read_text(file: Path) -> str:
    """The text byte for byte, line ends included."""
    try:
        return file.read_bytes().decode()
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{file} cannot be read: {error}") from error


def parse_references(texts: Sequence[str] | None) -> tuple[Reference, ...]:
    """References as typed; a name may have `=` in it, a subject `:`."""
    return tuple(_parse_reference(text) for text in texts or ())


def _parse_reference(text: str) -> Reference:
    name, _, place = text.rpartition("=")
    subject, _, version = place.rpartition(":")
    if not (name and subject and version.isascii() and version.isdigit()):
        raise CommandError(
            f"--reference {text} is not of the form NAME=SUBJECT:VERSION, as"
            " com.acme.Address=address-value:1"
        )
    return Reference(name, subject, int(version))
