"""An Avro schema as the registry knows it; odradek.schemas.schema says what each part promises."""

from collections.abc import Sequence
from dataclasses import dataclass

from odradek.schemas.avro.explanation import explain
from odradek.schemas.avro.parsing import parse_all
from odradek.schemas.avro.references import in_reading_order
from odradek.schemas.avro.rendering import Form, print_schema
from odradek.schemas.avro.resolution import resolve
from odradek.schemas.avro.tags import retagged, tags_of
from odradek.schemas.avro.types import AvroType, Record
from odradek.schemas.avro.witness import find_witness
from odradek.schemas.incompatibility import Incompatibility, Witness
from odradek.schemas.levels import Policy
from odradek.schemas.schema import ParsedSchema, ReferencedSchema, SchemaType
from odradek.schemas.tags import TagChanges, Tags

RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class AvroSchema:
    """A valid schema; `root` is the type that its text is."""

    text: str
    root: AvroType
    referenced_names: frozenset[str]
    """What is defined in references, and therefore not in the text."""

    @property
    def type(self) -> SchemaType:
        return SchemaType.AVRO

    def canonical(self) -> str:
        return print_schema(self.root, self.referenced_names, Form.CANONICAL)

    def identity(self) -> str:
        """With what it refers to: clients send some schemas so, instead of with references."""
        return print_schema(self.root, frozenset(), Form.IDENTITY)

    def normalized(self) -> str:
        return print_schema(self.root, self.referenced_names, Form.NORMALIZED)

    def formatted(self, name: str) -> str | None:
        """`resolved` has in it what the schema refers to."""
        return print_schema(self.root, frozenset(), Form.CANONICAL) if name == RESOLVED else None

    def has_field(self, name: str) -> bool:
        return isinstance(self.root, Record) and name in self.root.by_name

    def check_fields(self) -> None:
        """Avro's own rules leave nothing to forbid."""

    def tags(self) -> Tags:
        return tags_of(self.root)

    def retagged(self, changes: TagChanges) -> str:
        return retagged(self.canonical(), self.tags(), changes)

    def incompatibilities(self, writer: ParsedSchema, policy: Policy) -> Sequence[Incompatibility]:
        """Avro has one set of rules, whatever the policy."""
        return [explain(each) for each in resolve(self.root, _avro(writer).root)]

    def witness(self, writer: ParsedSchema) -> Witness | None:
        return find_witness(self.root, _avro(writer).root)


def parse(
    text: str, references: Sequence[ReferencedSchema] = (), *, is_new: bool = True
) -> AvroSchema:
    """The schema that `text` is; raises InvalidSchema.

    `is_new=False` is for what a registry has already: before Avro 1.9 defaults were not looked at,
    and before Confluent 8 neither were the letters of names; many that fit no rule are stored.
    """
    root, names = parse_all(in_reading_order(references), text, is_new=is_new)
    return AvroSchema(text, root, names)


def _avro(schema: ParsedSchema) -> AvroSchema:
    if not isinstance(schema, AvroSchema):
        raise TypeError(f"an Avro schema is compared with {type(schema).__name__}")
    return schema
