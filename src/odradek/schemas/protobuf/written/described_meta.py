"""The options of `confluent/meta.proto`, which a compiler has encoded, as they would be written."""

from collections.abc import Iterable
from typing import Any

from google.protobuf.message import Message

from odradek.schemas.protobuf.meta import META_NAMES, encoded_meta
from odradek.schemas.protobuf.written.elements import Option, Value

_VALUE_FIRST = ("precision", "scale")
"""Of these parameters the value stands before the key: it was so once."""


def described_meta(options: Message) -> Option | None:
    """The option, if it is set and says anything."""
    name = META_NAMES.get(options.DESCRIPTOR.name)
    if name is None or not options.ByteSize():
        return None
    value = dict(_parts(encoded_meta(options)))
    return Option(name, value, is_custom=True) if value else None


def _parts(meta: Any) -> Iterable[tuple[str, Value]]:
    if meta.doc:
        yield "doc", meta.doc
    if meta.params:
        parameters = {each.key: each.value for each in meta.params}
        yield "params", [_parameter(*each) for each in parameters.items()]
    if meta.tags:
        yield "tags", list(meta.tags)
    rules: list[Value] = [written for rule in meta.rules if (written := _rule(rule))]
    if rules:
        yield "rules", rules


def _parameter(key: str, value: str) -> dict[str, Value]:
    if key in _VALUE_FIRST:
        return {"value": value, "key": key}
    return {"key": key, "value": value}


def _rule(rule: Message) -> dict[str, Value]:
    return {field.name: value for field, value in rule.ListFields()}
