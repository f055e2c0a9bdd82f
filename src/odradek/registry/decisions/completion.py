"""What a new schema takes over: metadata and rules from configs and from its predecessor, the text
too.

What is given with a schema wins over the config's default, and the config's override over both.
With nothing given the predecessor's goes on to hold.
"""

import re
from collections.abc import Mapping
from typing import TypeVar

from msgspec.structs import replace

from odradek.registry.errors import ErrorCode, RegistryError, invalid_schema
from odradek.registry.state.content import (
    CONFLUENT_VERSION,
    Content,
    Metadata,
    Rule,
    RuleMode,
    RuleSet,
)
from odradek.registry.state.settings import Config

Value = TypeVar("Value")

SEVERAL_ACTIONS = (RuleMode.UPDOWN, RuleMode.WRITEREAD)
"""The modes in which a rule has an action for each of two directions."""
MIGRATION_MODES = (RuleMode.UPGRADE, RuleMode.DOWNGRADE, RuleMode.UPDOWN)
RULE_NAME_CHARS_MAX = 256
RULE_NAME = re.compile(r"[^\W\d][\w-]*")


def complete(
    content: Content,
    previous: Content | None,
    config: Config,
    version: int | None,
    *,
    is_asked: bool = False,
) -> Content:
    """The content as it is registered as a version, or without one as it is looked up.

    `is_asked` says that the client named the version.
    """
    if not content.text.strip():
        if previous is None:
            raise invalid_schema("it is empty")
        content = replace(
            content,
            text=previous.text,
            schema_type=previous.schema_type,
            references=previous.references,
        )
    inherited = previous or Content(content.schema_type, "")
    metadata = content.metadata or inherited.metadata
    metadata = merge_metadata(
        merge_metadata(config.defaultMetadata, metadata), config.overrideMetadata
    )
    if version is not None and (is_asked or _names_version(metadata)):
        metadata = with_version(metadata, version)
    rules = content.rule_set or inherited.rule_set
    rules = merge_rules(merge_rules(config.defaultRuleSet, rules), config.overrideRuleSet)
    return replace(content, metadata=metadata, rule_set=rules)


def merge_metadata(under: Metadata | None, over: Metadata | None) -> Metadata | None:
    """Both together; where they differ, `over`."""
    if under is None or over is None:
        return over or under
    sensitive = sorted({*(under.sensitive or ()), *(over.sensitive or ())})
    return Metadata(
        _merged(under.tags, over.tags),
        _merged(under.properties, over.properties),
        sensitive or None,
    )


def merge_rules(under: RuleSet | None, over: RuleSet | None) -> RuleSet | None:
    """Both together; a rule of `over` replaces one of the same name."""
    if under is None or over is None:
        return over or under
    return RuleSet(
        _merged_rules(under.migrationRules, over.migrationRules),
        _merged_rules(under.domainRules, over.domainRules),
        _merged_rules(under.encodingRules, over.encodingRules),
        over.enableAt or under.enableAt,
    )


def check_rules(rule_set: RuleSet | None) -> None:
    """Raise RegistryError for rules that no client could carry out."""
    if rule_set is None:
        return
    rules = rule_set.all_rules()
    names = [rule.name for rule in rules]
    for rule in rules:
        if not rule.name or len(rule.name) > RULE_NAME_CHARS_MAX:
            raise _invalid_rule(rule, f"a name has 1 to {RULE_NAME_CHARS_MAX} characters")
        if not RULE_NAME.fullmatch(rule.name):
            raise _invalid_rule(rule, "a name is made of letters, digits, _ and -")
        if rule.mode not in SEVERAL_ACTIONS and "," in f"{rule.onSuccess}{rule.onFailure}":
            raise _invalid_rule(rule, f"two actions need mode {' or '.join(SEVERAL_ACTIONS)}")
        if names.count(rule.name) > 1:
            raise _invalid_rule(rule, "two rules have this name")
        if not rule.type:
            raise _invalid_rule(rule, "it has no type")
        is_migration = any(rule is each for each in rule_set.migrationRules or ())
        if is_migration != (rule.mode in MIGRATION_MODES):
            raise _invalid_rule(rule, f"its mode {rule.mode} belongs to another list of rules")


def without_version(metadata: Metadata | None) -> Metadata | None:
    """The metadata but for the version it tells."""
    if metadata is None or not metadata.properties or not _names_version(metadata):
        return metadata
    rest = {key: value for key, value in metadata.properties.items() if key != CONFLUENT_VERSION}
    without = replace(metadata, properties=rest or None)
    return None if without == Metadata() else without


def with_version(metadata: Metadata | None, version: int) -> Metadata:
    """The metadata, which tells what version it is."""
    metadata = metadata or Metadata()
    properties = {**(metadata.properties or {}), CONFLUENT_VERSION: str(version)}
    return replace(metadata, properties=properties)


def _names_version(metadata: Metadata | None) -> bool:
    return metadata is not None and CONFLUENT_VERSION in (metadata.properties or {})


def _merged(
    under: Mapping[str, Value] | None, over: Mapping[str, Value] | None
) -> dict[str, Value] | None:
    return {**(under or {}), **(over or {})} or None


def _merged_rules(under: list[Rule] | None, over: list[Rule] | None) -> list[Rule] | None:
    names = {rule.name for rule in over or ()}
    kept = [rule for rule in under or () if rule.name not in names]
    return [*kept, *(over or ())] or None


def _invalid_rule(rule: Rule, reason: str) -> RegistryError:
    return RegistryError(
        ErrorCode.INVALID_RULE_SET, f"Invalid rule set: rule {rule.name!r}: {reason}"
    )
