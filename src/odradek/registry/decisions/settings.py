"""Configs and modes are set and removed, for a subject, a context, or (null) the default one."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from odradek.registry.decisions.completion import check_rules
from odradek.registry.decisions.view import Decision, View
from odradek.registry.errors import (
    ErrorCode,
    RegistryError,
    not_permitted,
    subject_not_found,
)
from odradek.registry.state.names import (
    DEFAULT_CONTEXT,
    GLOBAL_CONTEXT,
    context_of,
    is_context,
    parse_subject,
)
from odradek.registry.state.records import (
    ClearSubjectRecord,
    ConfigRecord,
    ModeRecord,
    Record,
    SchemaRecord,
)
from odradek.registry.state.settings import Config, Mode
from odradek.schemas.levels import CompatibilityLevel

POLICIES = ("STRICT", "LENIENT", "LOGICAL")


def set_config(view: View, subject: str | None, changes: Mapping[str, Any]) -> Decision[Config]:
    """Change what is given of a config, by Confluent's names; null takes a setting away."""
    view.require_writable(subject)
    before = view.index.configs.get(subject, Config())
    config = _in_order(msgspec.convert({**msgspec.to_builtins(before), **changes}, Config))
    _check_config(config)
    return Decision(config, [ConfigRecord(subject, config)])


def delete_config(view: View, subject: str | None) -> Decision[Config]:
    """Take a config away, so that the next one in scope applies."""
    config = own_config(view, subject)
    if config is None:
        raise subject_not_found(subject or "")
    view.require_writable(subject)
    return Decision(config, [ConfigRecord(subject, None)])


def own_config(view: View, subject: str | None) -> Config | None:
    """What is configured for this one alone; null always has one, the server's default."""
    config = view.index.configs.get(subject)
    fallback = Config(compatibilityLevel=view.defaults.compatibility_level)
    if config is None:
        return fallback if _has_default(subject) else None
    return config if config.compatibilityLevel else config.over(fallback)


def own_mode(view: View, subject: str | None) -> Mode | None:
    """The mode of this one alone; null always has one."""
    mode = view.index.modes.get(subject)
    return Mode.READWRITE if mode is None and _has_default(subject) else mode


def set_mode(
    view: View, subject: str | None, mode: str | None, *, force: bool
) -> Decision[Mode | None]:
    """Change a mode. Into IMPORT only what has no live versions, unless forced."""
    _check_modes_can_change(view)
    wanted = _mode_named(mode)
    if wanted is Mode.FORWARD and context_of(subject or "") != GLOBAL_CONTEXT:
        raise RegistryError(
            ErrorCode.INVALID_MODE, "Invalid mode: FORWARD is for all contexts only"
        )
    records: list[Record] = []
    if wanted is Mode.IMPORT and view.mode(subject) is not Mode.IMPORT and not force:
        records = _cleared(view, subject)
    return Decision(wanted, [*records, ModeRecord(subject, wanted)])


def delete_mode(view: View, subject: str | None, *, recursive: bool) -> Decision[Mode | None]:
    """Take a mode away; `recursive` also those of all subjects of a context."""
    _check_modes_can_change(view)
    mode = own_mode(view, subject)
    if mode is None and not recursive:
        raise subject_not_found(subject or "")
    doomed = [subject]
    if recursive and is_context(subject):
        doomed += [each for each in view.index.modes if _is_subject_within(each, subject)]
    return Decision(mode, [ModeRecord(each, None) for each in doomed])


def _in_order(config: Config) -> Config:
    """The same in its one form."""
    level, policy = config.compatibilityLevel, config.compatibilityPolicy
    return replace(
        config,
        compatibilityLevel=level and level.upper(),
        compatibilityPolicy=policy and policy.upper(),
        defaultMetadata=config.defaultMetadata and config.defaultMetadata.in_order(),
        overrideMetadata=config.overrideMetadata and config.overrideMetadata.in_order(),
        defaultRuleSet=config.defaultRuleSet and config.defaultRuleSet.in_order(),
        overrideRuleSet=config.overrideRuleSet and config.overrideRuleSet.in_order(),
    )


def _check_config(config: Config) -> None:
    # Differs from Kafka: An unknown compatibility policy is refused; Confluent takes none then.
    level, policy = config.compatibilityLevel, config.compatibilityPolicy
    if level is not None and level not in CompatibilityLevel.__members__:
        raise RegistryError(
            ErrorCode.INVALID_COMPATIBILITY_LEVEL,
            f"Invalid compatibility level {level!r}. Valid values are"
            f" {', '.join(CompatibilityLevel)}",
        )
    if policy is not None and policy not in POLICIES:
        raise RegistryError(
            ErrorCode.INVALID_COMPATIBILITY_LEVEL,
            f"Invalid compatibility policy {policy!r}. Valid values are {', '.join(POLICIES)}",
        )
    check_rules(config.defaultRuleSet)
    check_rules(config.overrideRuleSet)


def _check_modes_can_change(view: View) -> None:
    if not view.defaults.modes_can_change:
        raise not_permitted("Modes are not to change: mode.mutability is false")


def _mode_named(name: str | None) -> Mode | None:
    if name is None:
        return None
    if name.upper() not in Mode.__members__:
        raise RegistryError(
            ErrorCode.INVALID_MODE, f"Invalid mode {name!r}. Valid values are {', '.join(Mode)}"
        )
    return Mode(name.upper())


def _cleared(view: View, subject: str | None) -> list[Record]:
    """What makes room for an import: leftovers that were deleted softly go for good."""
    doomed = [each for each in view.index.all_versions() if _is_meant(each.subject, subject)]
    alive = next((each for each in doomed if not each.is_deleted), None)
    if alive is not None:
        raise not_permitted(
            f"Subject '{alive.subject}' has versions: only force=true makes it IMPORT"
        )
    for version in doomed:
        if view.index.referrers(version.place, deleted=True):
            raise RegistryError(
                ErrorCode.REFERENCE_EXISTS,
                f"Version {version.version} of subject '{version.subject}' is still referred to",
            )
    removed: list[Record] = [SchemaRecord(each.subject, each.version) for each in doomed]
    return [*removed, ClearSubjectRecord(subject)]


def _is_meant(subject: str, scope: str | None) -> bool:
    """Whether a mode of `scope` is for this subject: itself, its context, or all of them."""
    wanted = parse_subject(scope or "")
    if wanted.context == GLOBAL_CONTEXT:
        return True
    return subject == scope if wanted.name else context_of(subject) == wanted.context


def _is_subject_within(subject: str | None, context: str | None) -> bool:
    wanted = DEFAULT_CONTEXT if context is None else context_of(context)
    return not is_context(subject) and context_of(subject or "") == wanted


def _has_default(subject: str | None) -> bool:
    return subject is None or context_of(subject) == GLOBAL_CONTEXT
