"""The parts of a file, whatever they are."""

from collections.abc import Iterator
from typing import Any

from google.protobuf.message import Message

OPTIONS = "options"


def parts_of(part: Message) -> Iterator[Any]:
    """The part itself and all that it is made of, but for options."""
    yield part
    for field, value in part.ListFields():
        if field.message_type is None or field.name == OPTIONS:
            continue
        for inner in value if field.is_repeated else (value,):
            yield from parts_of(inner)


def options_in(file: Message) -> Iterator[Any]:
    """The options that are set, of whatever it is."""
    yield from (part.options for part in _parts_with_options(file))


def clear_empty_options(file: Message) -> None:
    """Set no options where none are left."""
    for part in _parts_with_options(file):
        if not part.options.ByteSize():
            part.ClearField(OPTIONS)


def _parts_with_options(file: Message) -> Iterator[Any]:
    for part in parts_of(file):
        if OPTIONS in part.DESCRIPTOR.fields_by_name and part.HasField(OPTIONS):
            yield part
