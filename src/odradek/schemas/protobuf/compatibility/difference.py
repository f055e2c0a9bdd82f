"""One thing in which a writer's schema and a reader's do not fit, and how it is explained.

The kinds are those of the field's registry; those that it allows are not listed, and not reported.
"""

from dataclasses import dataclass

from odradek.schemas.incompatibility import Incompatibility

EXPLANATIONS = {
    "PACKAGE_CHANGED": (
        "the writer's package is {writer_type}, the reader's {reader_type}",
        "keep the package, or register under another subject",
    ),
    "MESSAGE_REMOVED": (
        "the writer's message {message} is missing in the reader's schema",
        "keep the message, if only for old records",
    ),
    "FIELD_KIND_CHANGED": (
        "{field} = {number} of {message} is {writer_type} for the writer and {reader_type} for the "
        "reader; these are written differently",
        "keep the type, and give the new one a field with a number of its own",
    ),
    "FIELD_SCALAR_KIND_CHANGED": (
        "{field} = {number} of {message} is {writer_type} for the writer and {reader_type} for the "
        "reader; the bytes of one mean something else as the other",
        "keep the type, and give the new one a field with a number of its own",
    ),
    "FIELD_NAMED_TYPE_CHANGED": (
        "{field} = {number} of {message} is {writer_type} for the writer and {reader_type} for the "
        "reader, which is not the same message or no compatible one",
        "keep the message type, and give the new one a field with a number of its own",
    ),
    "FIELD_NUMERIC_LABEL_CHANGED": (
        "{field} = {number} of {message} is {writer_label} for the writer and {reader_label} for "
        "the reader; numbers are written differently when they are repeated",
        "keep the label, and add a field with a number of its own",
    ),
    "REQUIRED_FIELD_ADDED": (
        "the reader requires {field} = {number} of {message}, which the writer does not know",
        "make the field optional",
    ),
    "REQUIRED_FIELD_REMOVED": (
        "the writer requires {field} = {number} of {message}, which the reader does not know",
        "keep the field; make it optional first and remove it later",
    ),
    "ONEOF_FIELD_REMOVED": (
        "the writer can set {field} = {number} in the oneof {oneof} of {message}; the reader does "
        "not know it and finds the oneof empty",
        "keep the field in the oneof",
    ),
    "MULTIPLE_FIELDS_MOVED_TO_ONEOF": (
        "fields {numbers} of {message} can all be set by the writer; the reader has them in the "
        "oneof {oneof}, of which only the last is kept",
        "leave the fields outside, or move one alone into a new oneof",
    ),
    "FIELD_MOVED_TO_EXISTING_ONEOF": (
        "fields {numbers} of {message} can be set together by the writer; the reader has them in "
        "the oneof {oneof}, of which only the last is kept",
        "leave the field outside the oneof",
    ),
}
"""What is wrong, and how to mend it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One break, with the names that explain it."""

    kind: str
    path: tuple[str, ...]
    message: str = ""
    """The full name of the writer's message, if one is concerned."""
    reader_message: str = ""
    """The full name of the message that takes its place; empty if none does."""
    numbers: tuple[int, ...] = ()
    """Its fields that are concerned."""
    field: str = ""
    oneof: str = ""
    writer_type: str = ""
    reader_type: str = ""
    writer_label: str = ""
    reader_label: str = ""

    def explain(self) -> Incompatibility:
        """For people, and for the registry's answer."""
        description, remedy = EXPLANATIONS[self.kind]
        return Incompatibility(
            kind=self.kind,
            path="#/" + "/".join(self.path),
            description=description.format(
                message=self.message or "none",
                number=self.numbers[0] if self.numbers else "",
                numbers=", ".join(map(str, self.numbers)),
                field=self.field,
                oneof=self.oneof,
                writer_type=self.writer_type,
                reader_type=self.reader_type,
                writer_label=self.writer_label,
                reader_label=self.reader_label,
            ),
            remedy=remedy,
        )
