"""What resolution found, told to people: what is wrong, and what to change so that it is gone.

Invariant: descriptions name both sides and their values; a remedy is something its reader can do in
a schema. A route or a rule's name appears in neither.
"""

from odradek.schemas.avro.resolution import (
    PROMOTIONS,
    Finding,
    Kind,
    Mismatch,
    called,
    unknown_symbols,
)
from odradek.schemas.avro.types import AvroType, Enum, Field, Fixed, Named, Record, Union
from odradek.schemas.incompatibility import Incompatibility

LISTED_MAX = 10


def explain(mismatch: Mismatch) -> Incompatibility:
    """The mismatch with its reasons."""
    finding = mismatch.finding
    description, remedy, information = _told(finding)
    if mismatch.cause is not None:
        cause, remedy, _ = _told(mismatch.cause)
        description = f"{description}: {cause}"
    return Incompatibility(
        kind=finding.kind.value,
        path="/" + "/".join(_escaped(step) for step in mismatch.path),
        description=description,
        remedy=remedy,
        additional_info=information,
    )


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")


def _told(finding: Finding) -> tuple[str, str, str]:
    """Description, remedy, and what registries add."""
    match finding.kind, finding.reader, finding.writer:
        case _, Record() as reader, Record() as writer if finding.field is not None:
            return _tell_field(finding.kind, reader, writer, finding.field)
        case Kind.NAME_MISMATCH, Named() as reader, Named() as writer:
            return (
                f"the reader's {reader.kind} is called {reader.full_name}, the writer's"
                f" {writer.full_name}",
                f"keep the name, or add {writer.full_name} to the aliases of {reader.full_name}",
                f"expected: {writer.full_name}",
            )
        case Kind.FIXED_SIZE_MISMATCH, Fixed() as reader, Fixed() as writer:
            return (
                f"the reader's fixed {reader.full_name} has {reader.size} bytes, the writer's"
                f" {writer.size}",
                f"keep the size, or use another field of type bytes instead of {reader.full_name}",
                f"expected: {writer.size}, found: {reader.size}",
            )
        case Kind.MISSING_ENUM_SYMBOLS, Enum() as reader, Enum() as writer:
            return _tell_symbols(reader, writer)
        case Kind.MISSING_UNION_BRANCH, Union() as reader, writer:
            return _tell_branch(reader, writer)
    return _tell_types(finding.reader, finding.writer, finding.field)


def _tell_field(kind: Kind, reader: Record, writer: Record, field: Field) -> tuple[str, str, str]:
    if kind is Kind.READER_FIELD_AMBIGUOUS:
        if field.name in field.aliases:
            return (
                f"the reader's field {field.name} has its own name among its aliases, and Avro"
                f" finds it twice in {writer.full_name}",
                f"take {field.name} out of the aliases",
                field.name,
            )
        several = [each for each in called(field) if each in writer.by_name]
        return (
            f"the reader's field {field.name} is called {_listed(several)} by its name and aliases,"
            f" and the writer's {writer.full_name} has all of these fields",
            f"take the aliases away that are other fields of {writer.full_name}",
            field.name,
        )
    return (
        f"the reader's field {field.name} of {reader.full_name} has no default, and records of the"
        " writer do not have the field",
        f"give {field.name} a default, or name the field it was before in its aliases",
        field.name,
    )


def _tell_symbols(reader: Enum, writer: Enum) -> tuple[str, str, str]:
    unknown = unknown_symbols(reader, writer)
    are = "is a symbol" if len(unknown) == 1 else "are symbols"
    return (
        f"{_listed(unknown)} {are} of the writer's enum {writer.full_name}, but not of the"
        " reader's, which has no default symbol either",
        f"keep the symbols, or give the reader's enum {reader.full_name} a default symbol before"
        " writers use new ones",
        f"[{', '.join(unknown)}]",
    )


def _tell_branch(reader: Union, writer: AvroType) -> tuple[str, str, str]:
    branches = _listed([each.label for each in reader.branches]) or "nothing"
    return (
        f"the writer writes {writer.label}, and the reader's union of {branches} has no branch"
        " that reads it",
        f"keep {writer.label} among the branches of the reader's union",
        f"reader union lacking writer type: {_type_word(writer)}",
    )


def _tell_types(reader: AvroType, writer: AvroType, field: Field | None) -> tuple[str, str, str]:
    information = f"reader: {_type_word(reader)}, writer: {_type_word(writer)}"
    if field is not None:
        return (
            f"the reader's field {field.name} has no default, and records of the writer do not have"
            f" the field; the default of the enum {reader.label} is only for unknown symbols",
            f"give the field {field.name} itself a default",
            information,
        )
    readable = " or ".join(PROMOTIONS.get(writer.kind, ()))
    instead = f" (Avro reads it as {readable}, too)" if readable else ""
    return (
        f"the reader expects {_phrase(reader)}, but the writer writes {_phrase(writer)}",
        f"stay with {_phrase(writer)}{instead}, or read both with a union of the two",
        information,
    )


def _phrase(avro_type: AvroType) -> str:
    if isinstance(avro_type, Named):
        return f"the {avro_type.kind} {avro_type.full_name}"
    return avro_type.kind


def _type_word(avro_type: AvroType) -> str:
    return avro_type.kind.upper()


def _listed(names: list[str]) -> str:
    shown = names[:LISTED_MAX]
    rest = len(names) - len(shown)
    text = ", ".join(shown)
    return f"{text} and {rest} more" if rest else text
