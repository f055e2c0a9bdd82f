"""A .proto text that is known to be one, as it is written.

The grammar is judged in source/: nothing is refused here, and what stands where it must is passed
over. That keeps this second reading short, and it is only done where texts are compared.
"""

from odradek.schemas.protobuf.source.cursor import Cursor
from odradek.schemas.protobuf.written.elements import (
    Enum,
    Extend,
    File,
    Message,
    Method,
    Option,
    Service,
)
from odradek.schemas.protobuf.written.members import (
    braces,
    read_enum,
    read_extend,
    read_message,
)
from odradek.schemas.protobuf.written.values import read_option_statement, read_string


def read_file(text: str) -> File:
    """What is written in the text."""
    return _FileReader(Cursor(text)).read()


class _FileReader:
    """Collects what stands in one file."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self._syntax = ""
        self._package = ""
        self._imports: list[str] = []
        self._public_imports: list[str] = []
        self._options: list[Option] = []
        self._messages: list[Message] = []
        self._enums: list[Enum] = []
        self._extends: list[Extend] = []
        self._services: list[Service] = []

    def read(self) -> File:
        while not self._cursor.is_at_end:
            self._read_statement()
        return File(
            self._syntax,
            self._package,
            tuple(self._imports),
            tuple(self._public_imports),
            tuple(self._options),
            tuple(self._messages),
            tuple(self._enums),
            tuple(self._extends),
            tuple(self._services),
        )

    def _read_statement(self) -> None:
        cursor = self._cursor
        match cursor.take().text:
            case "syntax":
                cursor.take_if("=")
                self._syntax = read_string(cursor)
            case "package":
                self._package = cursor.dotted_name("the name of a package")
            case "import":
                self._read_import()
            case "option":
                self._options.append(read_option_statement(cursor))
            case "message":
                self._messages.append(read_message(cursor))
            case "enum":
                self._enums.append(read_enum(cursor))
            case "extend":
                self._extends.append(read_extend(cursor))
            case "service":
                self._services.append(_read_service(cursor))

    def _read_import(self) -> None:
        if self._cursor.take_if("public"):
            self._public_imports.append(read_string(self._cursor))
        elif self._cursor.take_if("weak"):
            read_string(self._cursor)
        else:
            self._imports.append(read_string(self._cursor))


def _read_service(cursor: Cursor) -> Service:
    name = cursor.take().text
    options: list[Option] = []
    methods: list[Method] = []
    with braces(cursor):
        while not cursor.is_block_over:
            word = cursor.take().text
            if word == "option":
                options.append(read_option_statement(cursor))
            elif word == "rpc":
                methods.append(_read_method(cursor))
    return Service(name, tuple(options), tuple(methods))


def _read_method(cursor: Cursor) -> Method:
    name = cursor.take().text
    request, takes_stream = _read_method_type(cursor)
    cursor.take_if("returns")
    response, returns_stream = _read_method_type(cursor)
    options = []
    if cursor.sees("{"):
        with braces(cursor):
            while not cursor.is_block_over:
                if cursor.take().text == "option":
                    options.append(read_option_statement(cursor))
    else:
        cursor.take_if(";")
    return Method(name, request, response, takes_stream, returns_stream, tuple(options))


def _read_method_type(cursor: Cursor) -> tuple[str, bool]:
    cursor.take_if("(")
    is_stream = cursor.take_if("stream")
    name = cursor.dotted_name("a message's name")
    cursor.take_if(")")
    return name, is_stream
