"""Changes of schemas as the files in changes/ tell them; the first of these says how."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from odradek.schemas.comparison import Broken, Earlier, Finding, compare
from odradek.schemas.formats import parse
from odradek.schemas.levels import CompatibilityLevel, Policy
from odradek.schemas.schema import ParsedSchema, ReferencedSchema, SchemaType

CHANGES = Path(__file__).parent / "changes"
TYPES = {
    "avro": SchemaType.AVRO,
    "json_schema": SchemaType.JSON,
    "protobuf": SchemaType.PROTOBUF,
}
ATTRIBUTES = {
    "change", "old", "earlier", "new", "references", "policy",
    "passes", "new_consumers", "old_consumers", "no_witness", "unseen",
}  # fmt: skip
SIDES = {"new_consumers": Broken.NEW_CONSUMERS, "old_consumers": Broken.OLD_CONSUMERS}


@dataclass(frozen=True)
class Change:
    """One change, and what is said of it."""

    schema_type: SchemaType
    told: dict[str, Any]

    @property
    def new(self) -> ParsedSchema:
        return self._parse(self.told["new"])

    @property
    def earlier(self) -> list[Earlier]:
        schemas = self.told.get("earlier") or [self.told["old"]]
        return [
            Earlier(version, self._parse(schema)) for version, schema in enumerate(schemas, start=1)
        ]

    @property
    def passes(self) -> set[CompatibilityLevel]:
        return {CompatibilityLevel(each) for each in self.told["passes"].split()}

    def kinds(self, side: str) -> list[str]:
        """Kind and path of everything that is found on one side."""
        return list(self.told.get(side, []))

    def has_witness(self, side: str) -> bool:
        return side not in self.told.get("no_witness", [])

    def findings(self, level: CompatibilityLevel) -> list[Finding]:
        policy = Policy(self.told.get("policy", "STRICT"))
        return compare(self.new, self.earlier, level, policy)

    def _parse(self, schema: Any) -> ParsedSchema:
        references = [
            ReferencedSchema(each["name"], text_of(each["schema"], self.schema_type))
            for each in self.told.get("references", [])
        ]
        return parse(self.schema_type, text_of(schema, self.schema_type), references)


def text_of(schema: Any, schema_type: SchemaType) -> str:
    """A .proto as it stands; a schema in JSON is written in YAML's shorter form of it."""
    return str(schema) if schema_type is SchemaType.PROTOBUF else json.dumps(schema)


def changes_of(format_name: str) -> Iterator[Change]:
    """All changes in one file."""
    text = (CHANGES / f"{format_name}.yaml").read_text(encoding="utf-8")
    for told in msgspec.yaml.decode(text):
        assert set(told) <= ATTRIBUTES, f"{told['change']}: {set(told) - ATTRIBUTES}"
        yield Change(TYPES[format_name], told)
