"""A schema as text with references, and what a format makes of it.

Invariants: a text is kept byte for byte as it was given; a parsed schema is immutable, and
everything it refers to was given with it, so that nothing is looked up later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from odradek.schemas.incompatibility import Incompatibility, Witness
    from odradek.schemas.levels import Policy
    from odradek.schemas.tags import TagChanges, Tags


class SchemaType(StrEnum):
    """The formats of the registry, named as its REST API names them."""

    AVRO = "AVRO"
    JSON = "JSON"
    PROTOBUF = "PROTOBUF"


class InvalidSchema(ValueError):
    """A text is no schema of its format, or refers to what was not given; says what and where."""


@dataclass(frozen=True, slots=True)
class ReferencedSchema:
    """A schema another one refers to by `name`: an Avro full name, a JSON URI, a .proto path.

    `references` are its own, so that the whole tree is at hand.
    """

    name: str
    text: str
    references: tuple["ReferencedSchema", ...] = ()


class ParsedSchema(Protocol):
    """A valid schema of one format."""

    @property
    def type(self) -> SchemaType: ...

    @property
    def text(self) -> str:
        """Byte for byte as it was given."""
        ...

    def canonical(self) -> str:
        """The text as Confluent's registry would write it, which keeps no form but its own."""
        ...

    def identity(self) -> str:
        """Equal for two schemas with the same references exactly if a registry takes them for one
        without normalize; and for one that has all in it, and none."""
        ...

    def normalized(self) -> str:
        """The text that `normalize=true` stores: equal for texts that differ only in form."""
        ...

    def formatted(self, name: str) -> str | None:
        """The text in a form that this type of schema has, by its name in small letters; None for
        any other name."""
        ...

    def has_field(self, name: str) -> bool:
        """Whether records have a field of this name, not within another one."""
        ...

    def check_fields(self) -> None:
        """Raises InvalidSchema for what `validateFields` forbids."""
        ...

    def tags(self) -> "Tags":
        """The tags of its records and fields, in the order of the text."""
        ...

    def retagged(self, changes: "TagChanges") -> str:
        """A text with other tags; raises InvalidSchema for what the schema does not have."""
        ...

    def incompatibilities(
        self, writer: "ParsedSchema", policy: "Policy"
    ) -> Sequence["Incompatibility"]:
        """What of data written with `writer` cannot be read with this schema; empty if nothing.

        `writer` has the same type: comparison.py answers for different ones. The order is that of
        a walk through the schema, so that equal questions get equal answers.
        """
        ...

    def witness(self, writer: "ParsedSchema") -> "Witness | None":
        """A record that `writer` writes and this schema really fails to decode, if one is found."""
        ...


class SchemaFormat(Protocol):
    """How texts of one schema type become schemas."""

    def parse(
        self, text: str, references: Sequence[ReferencedSchema] = (), *, is_new: bool = True
    ) -> ParsedSchema:
        """Raises InvalidSchema; of what is not new, less is asked."""
        ...
