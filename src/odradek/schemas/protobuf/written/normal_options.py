"""Options in one order and spelling.

The parts of a custom option, `(a).b = 1` and `(a).c = 2`, become the one message that they say,
if the file that defines the option is known; without it nobody can tell whether the option repeats.

Differs from Kafka: parts of one message within a custom option are one message also where the file
that defines it names the message's type in short; Confluent makes a list of them, which no compiler
takes for one message.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto

from odradek.schemas.protobuf.written.elements import Number, Option, Value
from odradek.schemas.protobuf.written.scope import Scope
from odradek.schemas.protobuf.written.values import flat

_EXPONENT_MAX = 400
"""Of a number that is written out."""


def normal_options(options: Sequence[Option], scope: Scope) -> tuple[Option, ...]:
    """The options, sorted by name."""
    named = sorted((_named(each, scope) for each in options), key=lambda each: each.name)
    by_name: dict[str, list[Option]] = {}
    for option in named:
        by_name.setdefault(option.name, []).append(option)
    return tuple(
        replace(option, value=_normal(option.value, scope))
        for name, same in by_name.items()
        for option in _merged(same, scope.option_field(name), scope)
    )


def _named(option: Option, scope: Scope) -> Option:
    name = scope.option_name(option.name) if option.is_custom else None
    return option if name is None else Option(name, _message(option.value), is_custom=True)


def _message(value: Value) -> Value:
    """What the part of an option says, as a message with one field."""
    return {value.name: _message(value.value)} if isinstance(value, Option) else value


def _merged(
    options: Sequence[Option], field: FieldDescriptorProto | None, scope: Scope
) -> Iterable[Option]:
    if field is None or field.label == FieldDescriptorProto.LABEL_REPEATED or len(options) == 1:
        return options
    value = _one_value([_message(each.value) for each in options], field, scope)
    return [replace(options[0], value=value)]


def _one_value(values: Sequence[Value], field: FieldDescriptorProto, scope: Scope) -> Value:
    """The last value; messages at the end are one message."""
    messages: list[dict[str, Value]] = []
    for value in values:
        if isinstance(value, dict):
            messages.append(value)
        else:
            messages.clear()
    return _one_message(messages, scope.message_of(field), scope) if messages else values[-1]


def _one_message(
    messages: Sequence[dict[str, Value]], message: DescriptorProto | None, scope: Scope
) -> dict[str, Value]:
    fields = {} if message is None else {each.name: each for each in message.field}
    gathered: dict[str, list[Value]] = {}
    for each in messages:
        for name, value in each.items():
            gathered.setdefault(name, []).append(value)
    return {
        name: values[0] if len(values) == 1 else _together(values, fields.get(name), scope)
        for name, values in gathered.items()
    }


def _together(values: Sequence[Value], field: FieldDescriptorProto | None, scope: Scope) -> Value:
    if field is not None and field.label != FieldDescriptorProto.LABEL_REPEATED:
        return _one_value(values, field, scope)
    unique: dict[str, Value] = {}
    for each in flat(values):
        unique.setdefault(repr(each), each)
    return list(unique.values())


def _normal(value: Value, scope: Scope) -> Value:
    match value:
        case Number(text):
            return Number(_plain(text))
        case Option():
            return replace(value, value=_normal(value.value, scope))
        case dict():
            return dict(sorted(_normal_fields(value, scope)))
        case list():
            return [_normal_item(each, scope) for each in value]
        case _:
            return value


def _normal_fields(value: dict[str, Value], scope: Scope) -> Iterator[tuple[str, Value]]:
    seen = set()
    for name, each in value.items():
        key = _key(name, scope)
        if each != [] and key not in seen:
            seen.add(key)
            yield key, _normal_item(each, scope)


def _normal_item(value: Value, scope: Scope) -> Value:
    """Within a message, a list of one value is the value."""
    if isinstance(value, list) and len(value) == 1:
        return _normal_item(value[0], scope)
    return _normal(value, scope)


def _key(name: str, scope: Scope) -> str:
    if not name.startswith("["):
        return name
    known = scope.option_name(name[1:-1])
    return name if known is None else f"[{known}]"


def _plain(text: str) -> str:
    """A number without exponent, in decimal digits; as it was if it is none, or minus zero."""
    if text == "-0":
        return text
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    try:
        if digits.isdigit() or digits[:2] in ("0x", "0X"):
            is_octal = len(digits) > 1 and digits[0] == "0" and digits.isdigit()
            return str(int(sign + digits, 8 if is_octal else 0))
        number = Decimal(sign + digits)
    except (ValueError, InvalidOperation):
        return text
    if not number.is_finite() or abs(number.adjusted()) > _EXPONENT_MAX:
        return text
    return format(number.normalize(), "f")
