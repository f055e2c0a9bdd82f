"""A file in which order and spelling say nothing any more: what `normalize` stores.

Messages and methods stay in their order: serialized records name a message by its place. Names of
types become full names, entries of maps the maps that they are for.

Differs from Kafka: numbers keep all their digits and zero its sign (Confluent rounds to three
digits behind the point, and large numbers to a float), a oneof of groups alone is kept (Confluent
loses it), and the first value of an enum stays the first where it has not the lowest number, as it
is the default.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from odradek.schemas.protobuf.written.elements import (
    Enum,
    EnumValue,
    Extend,
    Extensions,
    Field,
    File,
    Group,
    Message,
    Method,
    Oneof,
    Option,
    Reserved,
    Service,
    Span,
    Word,
)
from odradek.schemas.protobuf.written.normal_options import normal_options
from odradek.schemas.protobuf.written.scope import Scope

_MAP_ENTRY = Option("map_entry", Word("true"))


def normal_form(file: File, scope: Scope) -> File:
    """The same file, with one order and one spelling."""
    return File(
        file.syntax if file.syntax == "proto3" else "",
        file.package,
        tuple(sorted(set(file.imports))),
        tuple(sorted(set(file.public_imports))),
        normal_options(file.options, scope),
        _messages(file.messages, scope),
        tuple(_enum(each, scope) for each in file.enums),
        _extends(file.extends, scope),
        tuple(_service(each, scope) for each in file.services),
    )


def _messages(messages: Iterable[Message], scope: Scope) -> tuple[Message, ...]:
    return tuple(_message(each, scope) for each in messages if _MAP_ENTRY not in each.options)


def _message(message: Message, outer: Scope) -> Message:
    scope = outer.within(message.name)
    return Message(
        message.name,
        _reserved(message.reserved),
        normal_options(message.options, scope),
        _fields(message.fields, scope),
        _oneofs(message.oneofs, scope),
        _groups(message.groups, scope),
        _extensions(message.extensions, scope),
        _extends(message.extends, scope),
        _messages(message.messages, scope),
        tuple(_enum(each, scope) for each in message.enums),
    )


def _fields(fields: Iterable[Field], scope: Scope) -> tuple[Field, ...]:
    return tuple(sorted((_field(each, scope) for each in fields), key=_number))


def _field(field: Field, scope: Scope) -> Field:
    options = normal_options(field.options, scope)
    if not field.type.startswith("map<"):
        name = scope.type_name(field.type)
        map_type = scope.map_type(name)
        if map_type is None:
            return replace(field, type=name, options=options)
        return replace(field, label="", type=map_type, options=options)
    key, value = field.type.removeprefix("map<").removesuffix(">").split(", ")
    return replace(field, type=f"map<{key}, {scope.type_name(value)}>", options=options)


def _groups(groups: Iterable[Group], scope: Scope) -> tuple[Group, ...]:
    normal = (
        replace(
            each,
            message=_message(each.message, scope),
            options=normal_options(each.options, scope),
        )
        for each in groups
    )
    return tuple(sorted(normal, key=_number))


def _number(each: Field | Group) -> int:
    return each.number


def _oneofs(oneofs: Iterable[Oneof], scope: Scope) -> tuple[Oneof, ...]:
    """By their lowest number."""
    normal = (
        Oneof(
            each.name,
            normal_options(each.options, scope),
            _fields(each.fields, scope),
            _groups(each.groups, scope),
        )
        for each in oneofs
    )
    return tuple(sorted(normal, key=_least_number))


def _least_number(oneof: Oneof) -> int:
    return min([*map(_number, oneof.fields), *map(_number, oneof.groups)])


def _extends(extends: Sequence[Extend], scope: Scope) -> tuple[Extend, ...]:
    """One block for each message that is extended, where it is met first."""
    blocks: dict[str, list[Extend]] = {}
    for each in extends:
        blocks.setdefault(scope.type_name(each.name), []).append(each)
    return tuple(
        Extend(
            name,
            _fields((field for each in same for field in each.fields), scope),
            _groups((group for each in same for group in each.groups), scope),
        )
        for name, same in blocks.items()
    )


def _enum(enum: Enum, outer: Scope) -> Enum:
    scope = outer.within(enum.name)
    normal = [replace(each, options=normal_options(each.options, scope)) for each in enum.values]
    return Enum(
        enum.name,
        _reserved(enum.reserved),
        normal_options(enum.options, scope),
        _values(normal),
    )


def _values(values: Sequence[EnumValue]) -> tuple[EnumValue, ...]:
    ordered = sorted(values, key=lambda each: (each.number, each.name))
    first = values[0]
    if ordered[0].number != first.number:
        ordered.remove(first)
        ordered.insert(0, first)
    return tuple(ordered)


def _reserved(reserved: Iterable[Reserved]) -> tuple[Reserved, ...]:
    """Numbers before names, each in a statement of its own."""
    values = [_short(value) for each in reserved for value in each.values]
    names = sorted(value for value in values if isinstance(value, str))
    numbers = sorted((value for value in values if not isinstance(value, str)), key=_start)
    return tuple(Reserved((value,)) for value in (*numbers, *names))


def _extensions(extensions: Iterable[Extensions], scope: Scope) -> tuple[Extensions, ...]:
    normal = (
        Extensions((_short_span(value),), normal_options(each.options, scope))
        for each in extensions
        for value in each.values
    )
    return tuple(sorted(normal, key=lambda each: _start(each.values[0])))


def _short(value: int | Span | str) -> int | Span | str:
    return value if isinstance(value, str) else _short_span(value)


def _short_span(value: int | Span) -> int | Span:
    """A range of one number is that number."""
    return value[0] if isinstance(value, tuple) and value[0] == value[1] else value


def _start(value: int | Span) -> int:
    return value if isinstance(value, int) else value[0]


def _service(service: Service, scope: Scope) -> Service:
    methods = tuple(_method(each, scope) for each in service.methods)
    return Service(service.name, normal_options(service.options, scope), methods)


def _method(method: Method, scope: Scope) -> Method:
    return replace(
        method,
        request=scope.type_name(method.request),
        response=scope.type_name(method.response),
        options=normal_options(method.options, scope),
    )
