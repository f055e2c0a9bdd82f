"""A file without what only other files define: custom options, extensions and room for them.

It is what `format=ignore_extensions` asks for, for parsers that know no custom options. Those of
Confluent's own stay, as with its registry.
"""

from collections.abc import Iterable
from dataclasses import replace

from odradek.schemas.protobuf.written.elements import (
    Enum,
    Field,
    File,
    Group,
    Message,
    Method,
    Oneof,
    Option,
    Service,
)

KEPT_PREFIX = "confluent."


def without_extensions(file: File) -> File:
    """The rest of the file, as it was."""
    return replace(
        file,
        options=_known(file.options),
        messages=tuple(map(_message, file.messages)),
        enums=tuple(map(_enum, file.enums)),
        extends=(),
        services=tuple(map(_service, file.services)),
    )


def _known(options: Iterable[Option]) -> tuple[Option, ...]:
    return tuple(
        each for each in options if not each.is_custom or each.name.startswith(KEPT_PREFIX)
    )


def _message(message: Message) -> Message:
    return replace(
        message,
        options=_known(message.options),
        fields=_fields(message.fields),
        oneofs=tuple(map(_oneof, message.oneofs)),
        groups=_groups(message.groups),
        extensions=(),
        extends=(),
        messages=tuple(map(_message, message.messages)),
        enums=tuple(map(_enum, message.enums)),
    )


def _fields(fields: Iterable[Field]) -> tuple[Field, ...]:
    return tuple(replace(each, options=_known(each.options)) for each in fields)


def _groups(groups: Iterable[Group]) -> tuple[Group, ...]:
    return tuple(
        replace(each, message=_message(each.message), options=_known(each.options))
        for each in groups
    )


def _oneof(oneof: Oneof) -> Oneof:
    return replace(
        oneof,
        options=_known(oneof.options),
        fields=_fields(oneof.fields),
        groups=_groups(oneof.groups),
    )


def _enum(enum: Enum) -> Enum:
    values = tuple(replace(each, options=_known(each.options)) for each in enum.values)
    return replace(enum, options=_known(enum.options), values=values)


def _service(service: Service) -> Service:
    methods = tuple(map(_method, service.methods))
    return replace(service, options=_known(service.options), methods=methods)


def _method(method: Method) -> Method:
    return replace(method, options=_known(method.options))
