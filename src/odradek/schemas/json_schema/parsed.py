"""A parsed JSON Schema: the text, the graph of nodes it is, and the validator of its records."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import jsonschema_rs

from odradek.schemas.incompatibility import Incompatibility, Witness
from odradek.schemas.json_schema.differences.difference import Difference
from odradek.schemas.json_schema.differences.explanations import explain
from odradek.schemas.json_schema.differences.fixpoint import compare
from odradek.schemas.json_schema.differences.policies import COMPATIBLE, is_compatible
from odradek.schemas.json_schema.model.building import build
from odradek.schemas.json_schema.model.documents import collect, index
from odradek.schemas.json_schema.model.drafts import Draft, draft_of
from odradek.schemas.json_schema.model.nodes import Object
from odradek.schemas.json_schema.records.effort import is_bounded
from odradek.schemas.json_schema.records.search import find_witness
from odradek.schemas.json_schema.tags import retagged, tags_of
from odradek.schemas.json_schema.text import compact, sorted_compact
from odradek.schemas.json_schema.validation import validator_of
from odradek.schemas.levels import Policy
from odradek.schemas.schema import InvalidSchema, ParsedSchema, ReferencedSchema, SchemaType
from odradek.schemas.tags import TagChanges, Tags

RESERVED_PREFIX = "$$"


class JsonSchema:
    """See ParsedSchema."""

    type = SchemaType.JSON

    def __init__(self, text: str, references: Sequence[ReferencedSchema] = ()) -> None:
        self.text = text
        root, texts = collect(text, references)
        if not isinstance(root, Mapping | bool):
            raise InvalidSchema("a JSON Schema is an object or a boolean; wrap the text in one")
        draft = draft_of(root) if isinstance(root, Mapping) else Draft.DRAFT_7
        self._documents = index(root, texts, draft)
        self._root = build(self._documents)

    @property
    def title(self) -> str | None:
        """What the schema calls itself."""
        return self._root.title

    def canonical(self) -> str:
        """See ParsedSchema."""
        return compact(self._documents.root)

    def identity(self) -> str:
        """See ParsedSchema."""
        return self.canonical()

    def normalized(self) -> str:
        """See ParsedSchema."""
        return sorted_compact(self._documents.root)

    def formatted(self, name: str) -> None:
        """See ParsedSchema; a JSON Schema has one form."""

    def has_field(self, name: str) -> bool:
        """See ParsedSchema."""
        root = self._documents.root
        properties = root.get("properties") if isinstance(root, Mapping) else None
        return isinstance(properties, Mapping) and name in properties

    def check_fields(self) -> None:
        """See ParsedSchema."""
        properties = self._root.properties if isinstance(self._root, Object) else {}
        for name in properties:
            if name.startswith(RESERVED_PREFIX):
                raise InvalidSchema(
                    f"the property {name!r} begins with {RESERVED_PREFIX}, which validateFields"
                    " forbids: give it another name"
                )

    def tags(self) -> Tags:
        """See ParsedSchema."""
        return tags_of(self._root, self._documents.draft)

    def retagged(self, changes: TagChanges) -> str:
        """See ParsedSchema."""
        documents = self._documents
        return compact(retagged(documents.root, self._root, documents.draft, changes))

    def differences(self, writer: ParsedSchema, policy: Policy) -> Sequence[Difference]:
        """All that differs, what a reader can live with under `policy` as well."""
        return compare(_json(writer)._root, self._root, lambda found: is_compatible(found, policy))

    def incompatibilities(
        self, writer: ParsedSchema, policy: Policy = Policy.STRICT
    ) -> Sequence[Incompatibility]:
        """See ParsedSchema; InvalidSchema if the two cannot be compared in bounded work."""
        return [
            explain(difference)
            for difference in self.differences(writer, policy)
            if difference.kind not in COMPATIBLE[policy]
        ]

    def witness(self, writer: ParsedSchema) -> Witness | None:
        """See ParsedSchema."""
        other = _json(writer)
        if not (is_bounded(other._root) and is_bounded(self._root)):
            return None
        try:
            writes, reads = other.validator, self.validator
        except InvalidSchema:
            return None
        return find_witness(other._root, writes, self._root, reads)

    @cached_property
    def validator(self) -> jsonschema_rs.Validator:
        """Judges records; InvalidSchema if jsonschema-rs takes the schema for none."""
        try:
            return validator_of(self._documents)
        except ValueError as error:
            raise InvalidSchema(
                f"no record can be validated: {error}; mend what the schema says there"
            ) from error


def _json(schema: ParsedSchema) -> JsonSchema:
    if not isinstance(schema, JsonSchema):
        raise TypeError(f"a JSON Schema is compared with another one, not with {schema.type}")
    return schema
