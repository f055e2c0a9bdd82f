"""What of a writer's schema a reader's cannot read, by the rules of the field's registry.

Fields are the same field if they have the same number. Allowed, and not reported, are fields,
messages, enums and values added; fields removed or renamed; another order; oneofs added or removed
as a whole; fields taken out of a oneof; a label that changes where none was written.

A message of another file is compared where a field has it as its type, each pair once.

Differs from Kafka: Confluent overlooks changes in a message of a file without a package if the
package of the schema has a message of that name, too; and of messages that contain themselves it
does not tell the field in which they do.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto

from odradek.schemas.protobuf.compatibility.difference import Difference
from odradek.schemas.protobuf.compatibility.findings import ROOT, Finding, Findings, Names
from odradek.schemas.protobuf.compatibility.members import (
    Members,
    gatherings,
    lost_alternatives,
    nested_messages,
)
from odradek.schemas.protobuf.compatibility.shapes import (
    Map,
    Message,
    Scalar,
    Shape,
    shape_of,
    written_label,
)
from odradek.schemas.protobuf.limits import COMPARISONS_MAX
from odradek.schemas.protobuf.linking import LinkedFiles
from odradek.schemas.protobuf.linking.definitions import Definition
from odradek.schemas.schema import InvalidSchema

REQUIRED = FieldDescriptorProto.LABEL_REQUIRED
_LABELS = {1: "optional", 2: "required", 3: "repeated"}
Label = int


def compare_files(writer: LinkedFiles, reader: LinkedFiles) -> list[Difference]:
    """Everything that breaks, in the order of a walk through the writer's schema."""
    return Comparison(writer, reader).run()


@dataclass(frozen=True, slots=True)
class Pair:
    """A message of the writer's schema and the one that takes its place in the reader's."""

    writer: Definition
    reader: Definition
    path: tuple[str, ...]

    @property
    def messages(self) -> tuple[str, str]:
        return self.writer.full_name, self.reader.full_name


class Comparison:
    """One walk through two schemas.

    It goes from message to message by a list of what is still to be compared, not by recursion: a
    chain of messages may be longer than the stack is deep.
    """

    def __init__(self, writer: LinkedFiles, reader: LinkedFiles) -> None:
        self._writer = writer
        self._reader = reader
        self._findings = Findings()
        self._current = self._findings.open(ROOT)
        self._waiting: deque[Pair] = deque()
        self._comparisons = 0

    def run(self) -> list[Difference]:
        """Everything that breaks, what other files contribute behind the rest."""
        self._compare_roots()
        while self._waiting:
            pair = self._waiting.popleft()
            self._current = self._findings.open(pair.messages)
            self._compare_pair(pair)
        return list(self._findings.differences())

    def _compare_roots(self) -> None:
        writer, reader = self._writer.root, self._reader.root
        if writer.package != reader.package:
            packages = [each.package or "not set" for each in (writer, reader)]
            self._add(
                Difference("PACKAGE_CHANGED", (), writer_type=packages[0], reader_type=packages[1])
            )
        self._compare_messages(
            (), writer.message_type, reader.message_type, (writer.package, reader.package)
        )

    def _add(self, difference: Difference, condition: Names | None = None) -> None:
        self._current.append(Finding(difference, condition))

    def _spend(self) -> None:
        self._comparisons += 1
        if self._comparisons > COMPARISONS_MAX:
            raise InvalidSchema(
                f"to compare the schemas takes more than {COMPARISONS_MAX} steps; "
                "divide them into smaller ones"
            )

    def _compare_messages(
        self,
        path: tuple[str, ...],
        old: Sequence[DescriptorProto],
        new: Sequence[DescriptorProto],
        scopes: tuple[str, str],
    ) -> None:
        """Messages side by side, in a file or in a message."""
        still = {each.name for each in new if not each.options.map_entry}
        for message in old:
            if message.options.map_entry:
                continue
            self._spend()
            within = (*path, message.name)
            writer, reader = (f"{scope}.{message.name}".lstrip(".") for scope in scopes)
            if message.name not in still:
                self._add(Difference("MESSAGE_REMOVED", within, writer))
            else:
                definitions = self._writer.definitions[writer], self._reader.definitions[reader]
                self._compare_pair(Pair(*definitions, within))

    def _compare_pair(self, pair: Pair) -> None:
        old, new = pair.writer.message, pair.reader.message
        if old is None or new is None:
            return
        was, now = Members.of(old), Members.of(new)
        for each in gatherings(was, now):
            within = (*pair.path, each.oneof)
            self._add(Difference(each.kind, within, *pair.messages, each.numbers, oneof=each.oneof))
        lost = lost_alternatives(was, now)
        for number in sorted(was.fields.keys() | now.fields.keys()):
            self._spend()
            if number not in now.fields:
                self._compare_removed(pair, was.fields[number], was.oneofs.get(number), lost)
            elif number not in was.fields:
                self._compare_added(pair, now.fields[number])
            else:
                oneof = now.oneofs.get(number)
                self._compare_fields(pair, was.fields[number], now.fields[number], oneof)
        self._compare_messages(pair.path, nested_messages(old), nested_messages(new), pair.messages)

    def _compare_added(self, pair: Pair, field: FieldDescriptorProto) -> None:
        if field.label == REQUIRED:
            self._add(_of_field("REQUIRED_FIELD_ADDED", pair, field))

    def _compare_removed(
        self, pair: Pair, field: FieldDescriptorProto, oneof: str | None, lost: set[int]
    ) -> None:
        if field.label == REQUIRED:
            self._add(_of_field("REQUIRED_FIELD_REMOVED", pair, field))
        elif field.number in lost:
            self._add(_of_field("ONEOF_FIELD_REMOVED", pair, field, oneof))

    def _compare_fields(
        self, pair: Pair, old: FieldDescriptorProto, new: FieldDescriptorProto, oneof: str | None
    ) -> None:
        was = shape_of(old, self._writer.definitions)
        now = shape_of(new, self._reader.definitions)
        types = (was.name, now.name)
        for kind, condition in self._changes(was, now):
            self._add(_of_field(kind, pair, old, oneof, types=types), condition)
        if isinstance(was, Scalar) and isinstance(now, Scalar) and was.group == now.group:
            labels = written_label(old, pair.writer.file), written_label(new, pair.reader.file)
            if is_numeric_label_change(was, *labels):
                kind = "FIELD_NUMERIC_LABEL_CHANGED"
                self._add(_of_field(kind, pair, old, oneof, types=types, labels=labels))

    def _changes(self, was: Shape, now: Shape) -> list[tuple[str, Names | None]]:
        """The kinds of change, and on which messages they depend."""
        if isinstance(was, Scalar) and isinstance(now, Scalar):
            return [] if was.group == now.group else [("FIELD_SCALAR_KIND_CHANGED", None)]
        if isinstance(was, Map) and isinstance(now, Map):
            return self._changes(was.key, now.key) + self._changes(was.value, now.value)
        if isinstance(was, Message) and isinstance(now, Message):
            return self._message_changes(was.definition, now.definition)
        return [("FIELD_KIND_CHANGED", None)]

    def _message_changes(self, old: Definition, new: Definition) -> list[tuple[str, Names | None]]:
        if old.local_name != new.local_name:
            return [("FIELD_NAMED_TYPE_CHANGED", None)]
        if old.file is self._writer.root and new.file is self._reader.root:
            return []  # compared where they are defined
        pair = Pair(old, new, tuple(old.local_name.split(".")))
        if not self._findings.is_known(pair.messages):
            self._findings.open(pair.messages)
            self._waiting.append(pair)
        return [("FIELD_NAMED_TYPE_CHANGED", pair.messages)]


def is_numeric_label_change(scalar: Scalar, was: Label | None, now: Label | None) -> bool:
    """Numbers are packed when they are repeated, text is not. Only what is written counts."""
    is_change = was is not None and now is not None and was != now
    return is_change and scalar.group != "STRING_OR_BYTES"


def _of_field(
    kind: str,
    pair: Pair,
    field: FieldDescriptorProto,
    oneof: str | None = None,
    types: tuple[str, str] = ("", ""),
    labels: tuple[Label | None, Label | None] = (None, None),
) -> Difference:
    within = (oneof, str(field.number)) if oneof else (str(field.number),)
    return Difference(
        kind,
        (*pair.path, *within),
        *pair.messages,
        (field.number,),
        field=field.name,
        oneof=oneof or "",
        writer_type=types[0],
        reader_type=types[1],
        writer_label=_LABELS.get(labels[0] or 0, ""),
        reader_label=_LABELS.get(labels[1] or 0, ""),
    )
