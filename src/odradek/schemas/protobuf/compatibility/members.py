"""The fields of a message by number, and what becomes of its oneofs.

Groups are left out, as registries leave them out, with the messages that only they are of.

In a oneof at most one field is set. So it breaks readers if fields that a writer could set together
share one, and if a oneof that stays loses a field: what was written looks as if nothing had been.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto

_GROUP = FieldDescriptorProto.TYPE_GROUP


def nested_messages(message: DescriptorProto) -> list[DescriptorProto]:
    """The messages that are defined in one, and are not what a group in it consists of."""
    groups = {_last(field.type_name) for field in message.field if field.type == _GROUP}
    return [nested for nested in message.nested_type if nested.name not in groups]


def _last(type_name: str) -> str:
    return type_name.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Members:
    """The fields of one message."""

    fields: dict[int, FieldDescriptorProto]
    oneofs: dict[int, str]
    """In which oneof a field stands, for those that stand in one."""

    @classmethod
    def of(cls, message: DescriptorProto) -> "Members":
        fields = {field.number: field for field in message.field if field.type != _GROUP}
        oneofs = {
            number: message.oneof_decl[field.oneof_index].name
            for number, field in fields.items()
            if field.HasField("oneof_index") and not field.proto3_optional
        }
        return cls(fields, oneofs)

    @property
    def by_oneof(self) -> dict[str, list[int]]:
        """The numbers in each oneof."""
        groups: dict[str, list[int]] = {}
        for number, oneof in sorted(self.oneofs.items()):
            groups.setdefault(oneof, []).append(number)
        return groups


def lost_alternatives(was: Members, now: Members) -> set[int]:
    """Fields that are missing now in oneofs that are not gone as a whole."""
    still = set(now.oneofs.values())
    lost: set[int] = set()
    for oneof, numbers in was.by_oneof.items():
        missing = [number for number in numbers if number not in now.fields]
        if oneof in still or len(missing) < len(numbers):
            lost.update(missing)
    return lost


@dataclass(frozen=True, slots=True)
class Gathering:
    """Fields that could be set together and now stand in one oneof."""

    oneof: str
    numbers: tuple[int, ...]
    kind: str


def gatherings(was: Members, now: Members) -> Iterator[Gathering]:
    """Each oneof that new readers have, if its old fields come from several places."""
    for oneof, numbers in now.by_oneof.items():
        known = [number for number in numbers if number in was.fields]
        outside = [number for number in known if number not in was.oneofs]
        origins = {was.oneofs[number] for number in known if number in was.oneofs}
        if len(origins) + len(outside) > 1:
            kind = (
                "MULTIPLE_FIELDS_MOVED_TO_ONEOF"
                if len(outside) > 1
                else "FIELD_MOVED_TO_EXISTING_ONEOF"
            )
            yield Gathering(oneof, tuple(known), kind)
