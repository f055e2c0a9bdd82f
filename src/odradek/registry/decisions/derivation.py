"""A version is derived from another one: with other tags, metadata or rules, and the same data."""

from dataclasses import dataclass, field

from msgspec.structs import replace

from odradek.registry.decisions.completion import merge_rules, with_version
from odradek.registry.decisions.registration import (
    NEXT_VERSION,
    NO_VERSION,
    NewSchema,
    Options,
    Registered,
    register,
)
from odradek.registry.decisions.view import Decision, View
from odradek.registry.state.content import Metadata, Rule, RuleSet
from odradek.registry.state.index import Version
from odradek.schemas.tags import TagChanges


@dataclass(frozen=True, slots=True)
class Derivation:
    """What the new version has otherwise; what is not given stays."""

    version: int = NEXT_VERSION
    tags: TagChanges = field(default_factory=TagChanges)
    metadata: Metadata | None = None
    rule_set: RuleSet | None = None
    rules_to_merge: RuleSet | None = None
    rules_to_remove: frozenset[str] = frozenset()


def derive(view: View, version: Version, wanted: Derivation) -> Decision[Registered]:
    """Register a new version in any case, also where nothing is otherwise.

    Differs from Kafka: A version that is found in another context is derived there; Confluent makes
    it a version of a subject of the default context.

    Differs from Kafka: A Protobuf schema without a package can be derived from; Confluent finds its
    package changed.
    """
    content = replace(
        version.content,
        metadata=with_version(wanted.metadata or version.content.metadata, NO_VERSION),
        rule_set=_rules(view, version.subject, wanted),
    )
    new = NewSchema(content, version=wanted.version, tags=wanted.tags, is_derived=True)
    return register(view, version.subject, new, Options())


def _rules(view: View, subject: str, wanted: Derivation) -> RuleSet | None:
    """Rules are merged with those of the version before the new one, whichever is derived from."""
    if wanted.rules_to_merge is None and not wanted.rules_to_remove:
        return wanted.rule_set
    before = wanted.version - 1 if wanted.version > NO_VERSION else NEXT_VERSION
    latest = view.index.version(subject, before)
    rules = None if latest is None else latest.content.rule_set
    return _without(merge_rules(rules, wanted.rules_to_merge), wanted.rules_to_remove)


def _without(rules: RuleSet | None, names: frozenset[str]) -> RuleSet | None:
    if rules is None:
        return None

    def kept(each: list[Rule] | None) -> list[Rule] | None:
        return [rule for rule in each or () if rule.name not in names] or None

    return RuleSet(
        kept(rules.migrationRules),
        kept(rules.domainRules),
        kept(rules.encodingRules),
        rules.enableAt,
    ).in_order()
