"""What Confluent's options `(confluent.field_meta)` and the like say: a doc, parameters, tags and
rules.

They stand in the options of a descriptor as they were written, or as bytes where a compiler has
encoded them.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

from google.protobuf import text_format
from google.protobuf.descriptor_pb2 import UninterpretedOption
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from odradek.schemas.protobuf.linking import link
from odradek.schemas.protobuf.source.literals import escape

_MEANING = """
    syntax = "proto3";
    message Parameter { string key = 1; string value = 2; }
    message Rule { string name = 1; string doc = 2; string expr = 3; string sql = 4; }
    message Meta {
        string doc = 1; repeated Parameter params = 2; repeated string tags = 3;
        repeated Rule rules = 4;
    }
    message Options { Meta meta = 1088; }
"""
"""As bytes it is what Confluent's own definition says, and keeps parameters in their order."""


META_NAMES = {
    "FileOptions": "confluent.file_meta",
    "MessageOptions": "confluent.message_meta",
    "FieldOptions": "confluent.field_meta",
    "EnumOptions": "confluent.enum_meta",
    "EnumValueOptions": "confluent.enum_value_meta",
}
"""What the option is called in each kind of options that has it."""


def encode(options: Any) -> None:
    """Let what is written be encoded, as a compiler does it; other custom options that are only
    written are left out, for they cannot be."""
    texts = list(_written(options)) if options.DESCRIPTOR.name in META_NAMES else []
    options.ClearField("uninterpreted_option")
    if not texts:
        return
    known = _known(options)
    for text in texts:
        try:
            text_format.Merge(text, known.meta, allow_unknown_field=True)
        except text_format.ParseError:
            continue
    options.ParseFromString(known.SerializeToString())


def _name(options: Any) -> str:
    return META_NAMES[options.DESCRIPTOR.name]


def _is_meta(option: UninterpretedOption, options: Any) -> bool:
    first = option.name[0]
    return first.is_extension and first.name_part.removeprefix(".") == _name(options)


def _written(options: Any) -> Iterable[str]:
    for option in options.uninterpreted_option:
        if _is_meta(option, options):
            yield _text_of(option)


def encoded_meta(options: Any) -> Any:
    """What a compiler has encoded of it."""
    return _known(options).meta


def _known(options: Any) -> Any:
    """The same bytes, of which the meaning of `meta` is known, and nothing else."""
    return _class_of("Options").FromString(options.SerializeToString())


@cache
def _class_of(name: str) -> type[Message]:
    descriptor = link(_MEANING, ()).pool.FindMessageTypeByName(name)
    return GetMessageClass(descriptor)


def _text_of(option: UninterpretedOption) -> str:
    """An option's value in Protobuf's text format, with the names that lead to it."""
    steps = [part.name_part for part in option.name][1:]
    is_text = option.HasField("string_value")
    value = f'"{escape(option.string_value)}"' if is_text else option.aggregate_value
    if not steps:
        return value
    *outer, last = steps
    text = f"{last}: {value}" if is_text else f"{last} {{ {value} }}"
    for step in reversed(outer):
        text = f"{step} {{ {text} }}"
    return text
