"""Generates error finders: functions that list every error code in a response that is not 0.

Codes stand in a response itself, or in structs of its arrays, some of them two arrays deep. A loop
for each array that has any is all there is to write; the search must cost next to nothing, because
whoever counts errors asks for it at every response.
"""

from collections.abc import Callable
from typing import Any

from odradek.protocol.compiler.source import SourceWriter
from odradek.protocol.schema import StructType, fields_of

ErrorFinder = Callable[[Any], list[int]]
ERROR_FIELD = "error_code"


def compile_error_finder(struct: StructType) -> ErrorFinder:
    """The finder for messages of one class, whatever their version."""
    writer = SourceWriter({})
    with writer.block("def find_errors(message):"):
        writer.line("found = []")
        _write_search(writer, struct, "message")
        writer.line("return found")
    finder: ErrorFinder = writer.compile("find_errors", f"find errors of {struct.__name__}")
    return finder


def _write_search(writer: SourceWriter, struct: StructType, value: str) -> None:
    for field in fields_of(struct):
        if field.name == ERROR_FIELD:
            with writer.block(f"if {value}.{ERROR_FIELD}:"):
                writer.line(f"found.append({value}.{ERROR_FIELD})")
        elif field.is_array and isinstance(field.element, type) and _has_errors(field.element):
            element = writer.fresh("element")
            with writer.block(f"for {element} in {value}.{field.name} or ():"):
                _write_search(writer, field.element, element)


def _has_errors(struct: StructType) -> bool:
    return any(
        field.name == ERROR_FIELD
        or (field.is_array and isinstance(field.element, type) and _has_errors(field.element))
        for field in fields_of(struct)
    )
