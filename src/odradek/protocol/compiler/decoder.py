"""Generates decoders: one straight-line function per message class and version.

The function walks the input once and inlines nested structs. Neighbouring fixed-width fields are
read by one `struct` call, together with the length, count or tag count that follows them. Every
length is checked against the input before anything is sliced or allocated; reading a fixed-width
field past the end raises `struct.error` or `IndexError`, which `Message.decode` turns into
`DecodeError`.

Differs from Kafka: unknown tagged fields are skipped and forgotten; Kafka's classes keep them and
write them again.
"""

import struct
from collections.abc import Callable
from typing import Any

from odradek.protocol.compiler import reading
from odradek.protocol.compiler.layout import Layout, layout_of, narrowest_element
from odradek.protocol.compiler.repeated import UNPACK
from odradek.protocol.compiler.source import SourceWriter
from odradek.protocol.schema import FieldSchema, StructType, fields_of
from odradek.protocol.wire_types import FixedWidth, LengthPrefixed

Decoder = Callable[[memoryview, int], tuple[Any, int]]


def compile_decoder(struct_class: StructType, version: int, *, is_flexible: bool) -> Decoder:
    """A function `(view, position) -> (message, position behind it)`."""
    writer = write_decoder(struct_class, version, is_flexible=is_flexible)
    decoder: Decoder = writer.compile("decode", f"decode {struct_class.__name__} v{version}")
    return decoder


def write_decoder(struct_class: StructType, version: int, *, is_flexible: bool) -> SourceWriter:
    """The source of the decoder, for `compile_decoder` and for curious readers."""
    writer = SourceWriter(reading.NAMES)
    with writer.block("def decode(view, pos):"):
        writer.line("limit = len(view)")
        body = _Body(writer)
        layout = layout_of(struct_class, version, is_flexible=is_flexible)
        message = body.write_struct(layout, struct_class.__name__)
        body.flush()
        writer.line(f"return {message}, pos")
    return writer


class _Body:
    """Writes the statements. `_run` holds fixed-width reads not yet written: (format, variable)."""

    def __init__(self, writer: SourceWriter) -> None:
        self.writer = writer
        self._run: list[tuple[str, str]] = []

    def write_struct(self, layout: Layout, path: str) -> str:
        """Write reads of all fields; return the expression that builds the object.

        The last reads may still be pending: whoever uses the expression flushes first.
        """
        values = {}
        for field in layout.fields:
            values[field.name] = self._write_field(field, layout, f"{path}.{field.name}")
        if layout.is_flexible:
            values |= self._write_tagged_fields(layout, path)
        return self._construction(layout, values)

    def flush(self) -> None:
        """Write the pending fixed-width reads as one call."""
        if not self._run:
            return
        formats = "".join(format for format, _ in self._run)
        names = ", ".join(name for _, name in self._run)
        compiled = struct.Struct(">" + formats)
        if formats == "B":
            self.writer.line(f"{names} = view[pos]")
        else:
            unpack = self.writer.constant("unpack", formats, compiled.unpack_from)
            self.writer.line(f"{names}{',' if len(self._run) == 1 else ''} = {unpack}(view, pos)")
        self.writer.line(f"pos += {compiled.size}")
        self._run.clear()

    def _read(self, format: str, stem: str) -> str:
        """Add a fixed-width read to the run; return the variable it will be in."""
        name = self.writer.fresh(stem)
        self._run.append((format, name))
        return name

    def _construction(self, layout: Layout, values: dict[str, str]) -> str:
        """`Class(a, b, default, c)`: positional, cut after the last field this version has."""
        fields = fields_of(layout.struct)
        count = max((field.position for field in fields if field.name in values), default=-1) + 1
        arguments = [
            values[field.name] if field.name in values else self._default(field)
            for field in fields[:count]
        ]
        name = self.writer.constant(layout.struct.__name__, layout.struct, layout.struct)
        return f"{name}({', '.join(arguments)})"

    def _default(self, field: FieldSchema) -> str:
        if field.has_mutable_default:
            return "[]"
        if field.default is None or isinstance(field.default, (bool, int, float, str)):
            return repr(field.default)
        return self.writer.constant("default", field, field.default)

    def _write_field(self, field: FieldSchema, layout: Layout, path: str) -> str:
        nullable = layout.is_nullable(field)
        if field.is_array:
            return self._write_array(field, layout, path, nullable=nullable)
        return self._write_element(field.element, field.name, layout, path, nullable=nullable)

    def _write_element(
        self,
        element: FixedWidth | LengthPrefixed | StructType,
        stem: str,
        layout: Layout,
        path: str,
        *,
        nullable: bool,
    ) -> str:
        if isinstance(element, FixedWidth):
            return self._read(element.format, stem)
        if isinstance(element, LengthPrefixed):
            return self._write_length_prefixed(element, stem, layout, path, nullable=nullable)
        if nullable:
            return self._write_nullable_struct(element, stem, layout, path)
        return self.write_struct(layout.nested(element), path)

    def _write_length(self, stem: str, layout: Layout, classic_format: str) -> tuple[str, str]:
        """Read a length or a count; return it and the condition under which it is not null.

        A compact length is one more than what it counts, so that 0 can mean null; it stays so.
        """
        if not layout.is_flexible:
            length = self._read(classic_format, f"{stem}_length")
            self.flush()
            return length, f"{length} >= 0"
        length = self._read("B", f"{stem}_length")
        self.flush()
        with self.writer.block(f"if {length} > 127:"):
            longest = "string" if classic_format == "h" else "bytes"
            self.writer.line(f"{length}, pos = read_{longest}_length(view, pos - 1)")
        return length, length

    def _write_length_prefixed(
        self, wire: LengthPrefixed, stem: str, layout: Layout, path: str, *, nullable: bool
    ) -> str:
        writer = self.writer
        length, not_null = self._write_length(stem, layout, wire.classic_length_format)
        value, end = writer.fresh(stem), writer.fresh("end")
        with writer.block(f"if {not_null}:"):
            writer.line(f"{end} = pos + {length}{' - 1' if layout.is_flexible else ''}")
            with writer.block(f"if {end} > limit:"):
                writer.line(f"refuse_length({path!r}, pos, {end}, limit)")
            writer.line(f"{value} = {reading.SLICE[wire.name].format(start='pos', end=end)}")
            writer.line(f"pos = {end}")
        self._write_null(value, path, nullable=nullable)
        return value

    def _write_null(self, value: str, path: str, *, nullable: bool) -> None:
        with self.writer.block("else:"):
            self.writer.line(f"{value} = None" if nullable else f"refuse_null({path!r}, pos)")

    def _write_nullable_struct(
        self, element: StructType, stem: str, layout: Layout, path: str
    ) -> str:
        """One byte tells whether the struct follows: 1, or -1 for null."""
        writer = self.writer
        marker, value = self._read("b", f"{stem}_marker"), writer.fresh(stem)
        self.flush()
        with writer.block(f"if {marker} < 0:"):
            writer.line(f"{value} = None")
        with writer.block("else:"):
            construction = self.write_struct(layout.nested(element), path)
            self.flush()
            writer.line(f"{value} = {construction}")
        return value

    def _write_array(self, field: FieldSchema, layout: Layout, path: str, *, nullable: bool) -> str:
        writer = self.writer
        count, not_null = self._write_length(field.name, layout, "i")
        value = writer.fresh(field.name)
        width = narrowest_element(field, layout)
        with writer.block(f"if {not_null}:"):
            if layout.is_flexible:
                writer.line(f"{count} -= 1")
            with writer.block(f"if {count} * {width} > limit - pos:"):
                writer.line(f"refuse_length({path!r}, pos, pos + {count} * {width}, limit)")
            self._write_elements(field, layout, path, count, value)
        self._write_null(value, path, nullable=nullable)
        return value

    def _write_elements(
        self, field: FieldSchema, layout: Layout, path: str, count: str, value: str
    ) -> None:
        writer = self.writer
        element = field.element
        if isinstance(element, FixedWidth) and element.format in UNPACK:
            unpack = writer.constant(
                "unpack_many", ("many", element.format), UNPACK[element.format]
            )
            writer.line(f"{value} = list({unpack}[{count}](view, pos))")
            writer.line(f"pos += {count} * {element.width}")
            return
        writer.line(f"{value} = []")
        with writer.block(f"for _ in range({count}):"):
            item = self._write_element(element, field.name, layout, path, nullable=False)
            self.flush()
            writer.line(f"{value}.append({item})")

    def _write_tagged_fields(self, layout: Layout, path: str) -> dict[str, str]:
        """Read the tag buffer; every known tagged field starts from its default."""
        writer = self.writer
        count = self._read("B", "tag_count")
        self.flush()
        if not layout.tagged:
            with writer.block(f"if {count}:"):
                writer.line("pos = skip_tagged_fields(view, pos, limit)")
            return {}
        fields = layout.tagged.values()
        values = {field.name: writer.fresh(field.name) for field in fields}
        for field in fields:
            writer.line(f"{values[field.name]} = {self._default(field)}")
        with writer.block(f"if {count}:"):
            writer.line(f"{count}, pos = read_varint(view, pos - 1)")
            with writer.block(f"for _ in range({count}):"):
                self._write_one_tagged_field(layout, path, values)
        return values

    def _write_one_tagged_field(self, layout: Layout, path: str, values: dict[str, str]) -> None:
        writer = self.writer
        tag, size, end = writer.fresh("tag"), writer.fresh("size"), writer.fresh("end")
        writer.line(f"{tag}, pos = read_varint(view, pos)")
        writer.line(f"{size}, pos = read_varint(view, pos)")
        writer.line(f"{end} = pos + {size}")
        with writer.block(f"if {end} > limit:"):
            writer.line(f"refuse_length({path!r}, pos, {end}, limit)")
        keyword = "if"
        for number, field in layout.tagged.items():
            with writer.block(f"{keyword} {tag} == {number}:"):
                read = self._write_field(field, layout, f"{path}.{field.name}")
                self.flush()
                writer.line(f"{values[field.name]} = {read}")
                with writer.block(f"if pos != {end}:"):
                    writer.line(f"refuse_tag({path + '.' + field.name!r}, pos, {end})")
            keyword = "elif"
        with writer.block("else:"):
            writer.line(f"pos = {end}")
