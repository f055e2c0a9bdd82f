"""A .proto file as it is written: what stands in it, in its order and its words.

A descriptor forgets how a name was written, in which order options stand, and what was reserved in
one statement. Registries compare texts in which all of that is still there, so it is kept here.
Numbers and defaults are text; comments, layout and the order of different things are left out.
"""

from dataclasses import dataclass
from typing import TypeAlias

DEFAULT = "default"
JSON_NAME = "json_name"
"""They stand among a field's options and belong to the field itself."""


@dataclass(frozen=True, slots=True)
class Word:
    """A value without quotes: true, false, or the name of an enum's value."""

    text: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was written."""

    text: str


@dataclass(frozen=True, slots=True)
class Option:
    """`name = value`; a custom one has its name in parentheses.

    The value of `(name).part = 1` is the option `part = 1`.
    """

    name: str
    value: "Value"
    is_custom: bool = False


Value: TypeAlias = "str | Word | Number | Option | dict[str, Value] | list[Value]"
"""A string is one in quotes; a dict is a message `{...}`, with its fields in order."""

Span: TypeAlias = tuple[int, int]
"""The first and the last number of a range."""


@dataclass(frozen=True, slots=True)
class Reserved:
    """One statement: numbers, ranges, or names."""

    values: tuple[int | Span | str, ...]


@dataclass(frozen=True, slots=True)
class Extensions:
    """One statement that leaves numbers to extensions."""

    values: tuple[int | Span, ...]
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """A field; the options have the default and the name in JSON, last, where they are given."""

    label: str
    type: str
    name: str
    number: int
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A field with the message that it is."""

    label: str
    number: int
    message: "Message"
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Oneof:
    """Fields of which one is set."""

    name: str
    options: tuple[Option, ...]
    fields: tuple[Field, ...]
    groups: tuple[Group, ...] = ()


@dataclass(frozen=True, slots=True)
class Extend:
    """Fields of a message that is defined elsewhere."""

    name: str
    fields: tuple[Field, ...]
    groups: tuple[Group, ...] = ()


@dataclass(frozen=True, slots=True)
class EnumValue:
    """One value of an enum."""

    name: str
    number: int
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Enum:
    """An enum."""

    name: str
    reserved: tuple[Reserved, ...]
    options: tuple[Option, ...]
    values: tuple[EnumValue, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """A message; each kind of content in its own order."""

    name: str
    reserved: tuple[Reserved, ...] = ()
    options: tuple[Option, ...] = ()
    fields: tuple[Field, ...] = ()
    oneofs: tuple[Oneof, ...] = ()
    groups: tuple[Group, ...] = ()
    extensions: tuple[Extensions, ...] = ()
    extends: tuple[Extend, ...] = ()
    messages: tuple["Message", ...] = ()
    enums: tuple[Enum, ...] = ()


@dataclass(frozen=True, slots=True)
class Method:
    """A method; a stream's type has the word before it."""

    name: str
    request: str
    response: str
    takes_stream: bool
    returns_stream: bool
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Service:
    """A service."""

    name: str
    options: tuple[Option, ...]
    methods: tuple[Method, ...]


@dataclass(frozen=True, slots=True)
class File:
    """A file; weak imports are left out, for no registry needs them to find a type."""

    syntax: str
    package: str
    imports: tuple[str, ...]
    public_imports: tuple[str, ...]
    options: tuple[Option, ...]
    messages: tuple[Message, ...]
    enums: tuple[Enum, ...]
    extends: tuple[Extend, ...]
    services: tuple[Service, ...]
