"""A record that shows a break: really written with one schema and really read with the other.

Some breaks have none: a registry's rule may be stricter than the data.
"""

from collections.abc import Iterator
from itertools import chain, islice

from google.protobuf.json_format import Error as NoJson
from google.protobuf.json_format import MessageToJson
from google.protobuf.message import Message

from odradek.schemas.incompatibility import Witness
from odradek.schemas.protobuf.compatibility import Difference, compare_files
from odradek.schemas.protobuf.linking import LinkedFiles
from odradek.schemas.protobuf.witnesses.reading import failure_of
from odradek.schemas.protobuf.witnesses.records import NoRecord, records_with

DIFFERENCES_MAX = 25
"""So many breaks are tried from the beginning, and again of those that are no message's as a whole:
if these lie deep, the others show nothing."""


def find_witness(writer: LinkedFiles, reader: LinkedFiles) -> Witness | None:
    """A record for the first break that has one."""
    for difference in _worth_trying(compare_files(writer, reader)):
        witness = _witness_of(difference, writer, reader) if difference.message else None
        if witness is not None:
            return witness
    return None


def _worth_trying(differences: list[Difference]) -> Iterator[Difference]:
    yield from differences[:DIFFERENCES_MAX]
    others = (
        each for each in differences[DIFFERENCES_MAX:] if each.kind != "FIELD_NAMED_TYPE_CHANGED"
    )
    yield from islice(others, DIFFERENCES_MAX)


def _witness_of(difference: Difference, writer: LinkedFiles, reader: LinkedFiles) -> Witness | None:
    """With the fields concerned or, as a reader may require something, with nothing set."""
    message = writer.pool.FindMessageTypeByName(difference.message)
    concerned = [each for each in difference.numbers if each in message.fields_by_number]
    try:
        for record in chain(records_with(message, concerned), records_with(message, ())):
            error = _failure(record, difference, reader)
            if error is not None:
                return Witness(_as_json(record), error)
    except (NoRecord, NoJson):
        pass
    return None


def _failure(record: Message, difference: Difference, reader: LinkedFiles) -> str | None:
    if not difference.reader_message:
        return f"the reader's schema has no message {difference.message} to decode it with"
    return failure_of(record, reader.pool.FindMessageTypeByName(difference.reader_message))


def _as_json(record: Message) -> str:
    return MessageToJson(record, preserving_proto_field_name=True, indent=None)
