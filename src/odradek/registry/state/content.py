"""A schema with all that is registered with it: text, type, references, metadata, rules.

Equal contents are one schema, with one id in a context. The fields are named and ordered as in
Confluent's JSON. Rules are kept, merged and given out; clients carry them out, not the registry.
"""

import hashlib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

CONFLUENT_VERSION = "confluent:version"
"""A metadata property that always tells the version it is registered as, where it is given."""

GUID_BYTES = 16
AVRO = "AVRO"
"""The schema type that is not mentioned in JSON, for it was the only one once."""


class Reference(Struct, frozen=True):
    """A schema that this one refers to by `name`; version -1 is the latest."""

    name: str
    subject: str
    version: int


class Metadata(Struct, frozen=True, omit_defaults=True):
    """What users say of a schema; `sensitive` names properties to be kept from logs."""

    tags: dict[str, list[str]] | None = None
    properties: dict[str, str] | None = None
    sensitive: list[str] | None = None

    def in_order(self) -> "Metadata":
        """The same in its one form: what is empty is left out, and sets are sorted."""
        tags = {key: sorted(set(values)) for key, values in sorted((self.tags or {}).items())}
        properties = dict(sorted((self.properties or {}).items()))
        return Metadata(tags or None, properties or None, sorted(set(self.sensitive or ())) or None)


class RuleKind(StrEnum):
    """What a rule does with a record."""

    TRANSFORM = "TRANSFORM"
    CONDITION = "CONDITION"


class RuleMode(StrEnum):
    """When a client carries a rule out."""

    UPGRADE = "UPGRADE"
    DOWNGRADE = "DOWNGRADE"
    UPDOWN = "UPDOWN"
    WRITE = "WRITE"
    READ = "READ"
    WRITEREAD = "WRITEREAD"


class Rule(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A rule of a data contract."""

    name: str = ""
    doc: str | None = None
    kind: RuleKind | None = None
    mode: RuleMode | None = None
    type: str | None = None
    tags: list[str] | None = None
    params: dict[str, str] | None = None
    expr: str | None = None
    onSuccess: str | None = None
    onFailure: str | None = None
    disabled: bool = field(default_factory=bool)
    """Always told, as Confluent does: a default would be left out."""

    def in_order(self) -> "Rule":
        """The same in its one form, with the kind and the mode of those that name none."""
        return replace(
            self,
            kind=self.kind or RuleKind.TRANSFORM,
            mode=self.mode or RuleMode.WRITEREAD,
            tags=sorted(set(self.tags or ())) or None,
            params=dict(sorted((self.params or {}).items())) or None,
        )


class RuleSet(Struct, frozen=True, omit_defaults=True):
    """The rules of a schema, by what they are for."""

    migrationRules: list[Rule] | None = None
    domainRules: list[Rule] | None = None
    encodingRules: list[Rule] | None = None
    enableAt: str | None = None

    def in_order(self) -> "RuleSet":
        """The same in its one form: what is empty is left out, and sets are sorted."""

        def ordered(rules: list[Rule] | None) -> list[Rule] | None:
            return [rule.in_order() for rule in rules or ()] or None

        return RuleSet(
            ordered(self.migrationRules),
            ordered(self.domainRules),
            ordered(self.encodingRules),
            self.enableAt,
        )

    def all_rules(self) -> list[Rule]:
        return [
            *(self.migrationRules or ()),
            *(self.domainRules or ()),
            *(self.encodingRules or ()),
        ]


class Content(Struct, frozen=True):
    """All that makes a schema what it is. The text is kept byte for byte."""

    schema_type: str
    text: str
    references: tuple[Reference, ...] = ()
    metadata: Metadata | None = None
    rule_set: RuleSet | None = None

    def told_type(self) -> str:
        """The type as JSON tells it: msgspec leaves out the very object that is a default."""
        return AVRO if self.schema_type == AVRO else self.schema_type

    def properties(self) -> Mapping[str, str]:
        """The metadata's properties."""
        return (self.metadata and self.metadata.properties) or {}

    def guid(self) -> bytes:
        """The content's identity everywhere, by Confluent's rule: an MD5 that is no protection."""
        digest = hashlib.md5(self.text.encode(), usedforsecurity=False)
        for part in _parts(self):
            digest.update(part)
        return digest.digest()


def in_order(content: Content) -> Content:
    """The same content, what has no order sorted, and the defaults of rules filled in."""
    metadata, rule_set = content.metadata, content.rule_set
    if metadata is None and rule_set is None:
        return content
    return replace(
        content,
        metadata=metadata and _metadata_in_order(metadata),
        rule_set=rule_set and _rule_set_in_order(rule_set),
    )


def _metadata_in_order(metadata: Metadata) -> Metadata:
    tags = metadata.tags and {name: _set(metadata.tags[name]) for name in sorted(metadata.tags)}
    return replace(metadata, tags=tags, sensitive=metadata.sensitive and _set(metadata.sensitive))


def _rule_set_in_order(rule_set: RuleSet) -> RuleSet:
    def in_order(rules: list[Rule] | None) -> list[Rule] | None:
        return rules and [_rule_in_order(rule) for rule in rules]

    return replace(
        rule_set,
        migrationRules=in_order(rule_set.migrationRules),
        domainRules=in_order(rule_set.domainRules),
        encodingRules=in_order(rule_set.encodingRules),
    )


def _rule_in_order(rule: Rule) -> Rule:
    return replace(
        rule,
        kind=rule.kind or RuleKind.TRANSFORM,
        mode=rule.mode or RuleMode.WRITEREAD,
        tags=rule.tags and _set(rule.tags),
    )


def _set(names: list[str]) -> list[str]:
    return sorted(set(names))


def guid_bytes(text: str) -> bytes | None:
    """A GUID that a client wrote; None when it is none."""
    try:
        guid = bytes.fromhex(text.replace("-", ""))
    except ValueError:
        return None
    return guid if len(guid) == GUID_BYTES else None


def _parts(content: Content) -> Iterable[bytes]:
    for reference in content.references:
        yield reference.name.encode()
        yield reference.subject.encode()
        yield reference.version.to_bytes(4, "big", signed=True)
    if content.metadata is not None:
        yield b"\x01"
        yield from _metadata_parts(content.metadata)
    if content.rule_set is not None:
        yield b"\x01"
        for rule in content.rule_set.all_rules():
            yield from _rule_parts(rule)
        if content.rule_set.enableAt is not None:
            yield content.rule_set.enableAt.encode()


def _metadata_parts(metadata: Metadata) -> Iterable[bytes]:
    for key, values in sorted((metadata.tags or {}).items()):
        yield key.encode()
        yield from (value.encode() for value in sorted(set(values)))
    yield from _pairs(metadata.properties)
    yield from (name.encode() for name in sorted(set(metadata.sensitive or ())))


def _rule_parts(rule: Rule) -> Iterable[bytes]:
    kind, mode = rule.kind or RuleKind.TRANSFORM, rule.mode or RuleMode.WRITEREAD
    before: tuple[Any, ...] = (rule.name, rule.doc, kind, mode, rule.type)
    yield from (str(each).encode() for each in before if each is not None)
    yield from (tag.encode() for tag in sorted(set(rule.tags or ())))
    yield from _pairs(rule.params)
    after = (rule.expr, rule.onSuccess, rule.onFailure)
    yield from (each.encode() for each in after if each is not None)
    if rule.disabled:
        yield b"\x01"


def _pairs(pairs: Mapping[str, str] | None) -> Iterable[bytes]:
    for key, value in sorted((pairs or {}).items()):
        yield key.encode()
        yield value.encode()
