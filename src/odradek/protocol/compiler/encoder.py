"""Generates encoders: one straight-line function per message class and version.

The function collects byte pieces and joins them once. Neighbouring fixed-width fields are packed by
one `struct` call, together with the length or count that follows them. Record payloads of at least
`LARGE_PAYLOAD_BYTES` are never copied: they stand as pieces of their own in the result, for a
gathering write.

Differs from Kafka: a field that the version does not have is left out, whatever its value; Kafka's
classes refuse a value other than the default where the definition calls the field not ignorable.
"""

import struct
from collections.abc import Callable
from typing import Any

from odradek.protocol.compiler import writing
from odradek.protocol.compiler.layout import Layout, holds_records, layout_of
from odradek.protocol.compiler.repeated import PACK
from odradek.protocol.compiler.source import SourceWriter
from odradek.protocol.schema import FieldSchema, StructType
from odradek.protocol.varint import encode_unsigned_varint
from odradek.protocol.wire_types import FixedWidth, LengthPrefixed, UnreadBytes

Encoder = Callable[[Any], list[bytes | bytearray | memoryview | UnreadBytes]]

LARGE_PAYLOAD_BYTES = 4096


def compile_encoder(struct_class: StructType, version: int, *, is_flexible: bool) -> Encoder:
    """A function `message -> pieces`, whose concatenation is the encoded message."""
    writer = write_encoder(struct_class, version, is_flexible=is_flexible)
    encoder: Encoder = writer.compile("encode", f"encode {struct_class.__name__} v{version}")
    return encoder


def write_encoder(struct_class: StructType, version: int, *, is_flexible: bool) -> SourceWriter:
    """The source of the encoder, for `compile_encoder` and for curious readers."""
    writer = SourceWriter(writing.NAMES)
    layout = layout_of(struct_class, version, is_flexible=is_flexible)
    with writer.block("def encode(message):"):
        writer.line("parts = []")
        writer.line("add = parts.append")
        if holds_records(layout):
            writer.line("pieces = []")
        body = _Body(writer)
        body.write_struct(layout, "message")
        body.flush()
        if holds_records(layout):
            with writer.block("if pieces:"):
                writer.line('return [*pieces, b"".join(parts)] if parts else pieces')
        writer.line('return [b"".join(parts)]')
    return writer


class _Body:
    """Writes the statements. `_run` holds fixed-width values not yet packed: (format, expression).

    `_add` is the variable that appends a piece: that of the message, or of the tagged field being
    written, whose size has to be known before it is appended.
    """

    def __init__(self, writer: SourceWriter) -> None:
        self.writer = writer
        self._run: list[tuple[str, str]] = []
        self._add = "add"

    def write_struct(self, layout: Layout, value: str) -> None:
        """Write all fields of the struct that the expression `value` is."""
        for field in layout.fields:
            self._write_field(field, layout, f"{value}.{field.name}")
        if layout.is_flexible:
            self._write_tagged_fields(layout, value)

    def flush(self, trailing_zero: bool = False) -> None:
        """Write the pending values as one `pack`, which can end with a zero byte."""
        packed = self._packed(self._run, "x" if trailing_zero else "")
        if packed:
            self.writer.line(f"{self._add}({packed})")
        self._run.clear()

    def _packed(self, run: list[tuple[str, str]], trailing: str) -> str:
        formats = "".join(format for format, _ in run) + trailing
        if not formats:
            return ""
        if formats == "x":
            return 'b"\\0"'
        pack = self.writer.constant("pack", formats, struct.Struct(">" + formats).pack)
        return f"{pack}({', '.join(expression for _, expression in run)})"

    def _write_field(self, field: FieldSchema, layout: Layout, value: str) -> None:
        nullable = layout.is_nullable(field)
        if field.is_array:
            self._write_array(field, layout, value, nullable=nullable)
        else:
            self._write_element(field.element, field.name, layout, value, nullable=nullable)

    def _write_element(
        self,
        element: FixedWidth | LengthPrefixed | StructType,
        stem: str,
        layout: Layout,
        value: str,
        *,
        nullable: bool,
    ) -> None:
        if isinstance(element, FixedWidth):
            checked = f"require_uuid({value})" if element.name == "uuid" else value
            self._run.append((element.format, checked))
        elif isinstance(element, LengthPrefixed):
            self._write_length_prefixed(element, stem, layout, value, nullable=nullable)
        elif nullable:
            self._write_nullable_struct(element, stem, layout, value)
        else:
            self.write_struct(layout.nested(element), self._local(stem, value))

    def _local(self, stem: str, value: str) -> str:
        """Give `value` a name of its own, so that an attribute is looked up once."""
        name = self.writer.fresh(stem)
        self.writer.line(f"{name} = {value}")
        return name

    def _measurement(self, length: str, content: str, layout: Layout) -> str:
        """A compact length is one more than what it counts, so that 0 can mean null."""
        return f"{length} = len({content}){' + 1' if layout.is_flexible else ''}"

    def _write_measure(
        self,
        content: str,
        length: str,
        layout: Layout,
        measure: list[str],
        *,
        null_as: str,
        nullable: bool,
    ) -> None:
        """Write the statements `measure`, or where null is allowed an if around them."""
        writer = self.writer
        if not nullable:
            writer.lines(measure)
            return
        with writer.block(f"if {content} is None:"):
            writer.line(f"{content} = {null_as}")
            writer.line(f"{length} = {0 if layout.is_flexible else -1}")
        with writer.block("else:"):
            writer.lines(measure)

    def _write_length(self, length: str, layout: Layout, classic_format: str) -> None:
        """Write a length or count, which the variable `length` holds as it is on the wire."""
        if not layout.is_flexible:
            self._run.append((classic_format, length))
            self.flush()
            return
        writer = self.writer
        longest = "string" if classic_format == "h" else "bytes"
        if not self._run:
            with writer.block(f"if {length} < 128:"):
                writer.line(f"{self._add}(ONE_BYTE_VARINTS[{length}])")
            with writer.block("else:"):
                writer.line(f"{self._add}({longest}_length({length}))")
            return
        with writer.block(f"if {length} < 128:"):
            writer.line(f"{self._add}({self._packed([*self._run, ('B', length)], '')})")
        with writer.block("else:"):
            writer.line(f"{self._add}({self._packed(self._run, '')} + {longest}_length({length}))")
        self._run.clear()

    def _write_length_prefixed(
        self, wire: LengthPrefixed, stem: str, layout: Layout, value: str, *, nullable: bool
    ) -> None:
        writer = self.writer
        content, length = self._local(stem, value), writer.fresh(f"{stem}_length")
        convert = [f"{content} = {content}.encode()"] if wire.name == "string" else []
        measure = [*convert, self._measurement(length, content, layout)]
        self._write_measure(content, length, layout, measure, null_as='b""', nullable=nullable)
        self._write_length(length, layout, wire.classic_length_format)
        if wire.name == "records":
            self._write_payload(content)
        else:
            writer.line(f"{self._add}({content})")

    def _write_payload(self, content: str) -> None:
        """Join what is before a large payload, and let the payload itself stand uncopied."""
        writer = self.writer
        with writer.block(f"if len({content}) >= {LARGE_PAYLOAD_BYTES}:"):
            writer.line('pieces.append(b"".join(parts))')
            writer.line(f"pieces.append({content})")
            writer.line("parts.clear()")
        with writer.block("else:"):
            writer.line(f"add({content})")

    def _write_nullable_struct(
        self, element: StructType, stem: str, layout: Layout, value: str
    ) -> None:
        """One byte tells whether the struct follows: 1, or -1 for null."""
        writer = self.writer
        name = self._local(stem, value)
        self.flush()
        with writer.block(f"if {name} is None:"):
            writer.line(f'{self._add}(b"\\xff")')
        with writer.block("else:"):
            self._run.append(("b", "1"))
            self.write_struct(layout.nested(element), name)
            self.flush()

    def _write_array(
        self, field: FieldSchema, layout: Layout, value: str, *, nullable: bool
    ) -> None:
        items, count = self._local(field.name, value), self.writer.fresh(f"{field.name}_count")
        measure = [self._measurement(count, items, layout)]
        self._write_measure(items, count, layout, measure, null_as="()", nullable=nullable)
        self._write_length(count, layout, "i")
        self._write_elements(field, layout, items)

    def _write_elements(self, field: FieldSchema, layout: Layout, items: str) -> None:
        writer, element = self.writer, field.element
        if isinstance(element, FixedWidth) and element.format in PACK:
            pack = writer.constant("pack_many", ("many", element.format), PACK[element.format])
            writer.line(f"{self._add}({pack}[len({items})](*{items}))")
            return
        item = writer.fresh(f"one_of_{field.name}")
        with writer.block(f"for {item} in {items}:"):
            if isinstance(element, (FixedWidth, LengthPrefixed)):
                self._write_element(element, field.name, layout, item, nullable=False)
            else:
                self.write_struct(layout.nested(element), item)
            self.flush()

    def _write_tagged_fields(self, layout: Layout, value: str) -> None:
        """Write the tag buffer: only fields that differ from their default are in it."""
        writer = self.writer
        if not layout.tagged:
            self.flush(trailing_zero=True)
            return
        names, conditions = {}, {}
        for tag, field in layout.tagged.items():
            names[tag] = self._local(field.name, f"{value}.{field.name}")
            conditions[tag] = self._differs(field, names[tag])
        pending = list(self._run)
        with writer.block(f"if {' or '.join(conditions.values())}:"):
            count = " + ".join(f"bool({condition})" for condition in conditions.values())
            self._run.append(("B", count))
            self.flush()
            for tag, field in layout.tagged.items():
                with writer.block(f"if {conditions[tag]}:"):
                    self._write_one_tagged_field(tag, field, layout, names[tag])
        self._run = pending
        with writer.block("else:"):
            self.flush(trailing_zero=True)

    def _write_one_tagged_field(
        self, tag: int, field: FieldSchema, layout: Layout, value: str
    ) -> None:
        writer, outer_add = self.writer, self._add
        body, self._add = writer.fresh("body"), writer.fresh("add")
        writer.line(f"{body} = []")
        writer.line(f"{self._add} = {body}.append")
        self._write_field(field, layout, value)
        self.flush()
        self._add = outer_add
        writer.line(f'{body} = b"".join({body})')
        number = writer.constant("tag", ("tag", tag), encode_unsigned_varint(tag))
        writer.line(f"{outer_add}({number} + varint(len({body})) + {body})")

    def _differs(self, field: FieldSchema, value: str) -> str:
        """The condition under which a tagged field is written."""
        if field.has_mutable_default:
            return f"{value} != []"
        if field.default is None:
            return f"{value} is not None"
        default = self.writer.constant("default", field, field.default)
        return f"{value} != {default}"
