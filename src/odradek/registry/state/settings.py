"""Configurations and modes, and which of them apply to a subject.

Looked for in this order: the subject's own, its context's, that of all contexts (`:.__GLOBAL:`),
the server's default. What stands under null belongs to the default context.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from odradek.registry.state.content import Metadata, RuleSet
from odradek.registry.state.names import (
    GLOBAL_CONTEXT,
    context_key,
    context_of,
)

Setting = TypeVar("Setting")

GLOBAL_KEY = context_key(GLOBAL_CONTEXT)


INHERITED = (
    "normalize",
    "validateFields",
    "validateNewSchemas",
    "validateRules",
    "compatibilityLevel",
    "compatibilityPolicy",
    "compatibilityGroup",
)
"""What a subject has from the global config where its own says nothing."""


class Mode(StrEnum):
    """What may be done with a subject."""

    READWRITE = "READWRITE"
    READONLY = "READONLY"
    READONLY_OVERRIDE = "READONLY_OVERRIDE"
    IMPORT = "IMPORT"
    """Schemas come with ids and versions of their own, and are not compared with earlier ones."""
    FORWARD = "FORWARD"

    @property
    def is_read_only(self) -> bool:
        return self in (Mode.READONLY, Mode.READONLY_OVERRIDE)

    @property
    def takes_ids(self) -> bool:
        """Whether schemas are registered with the ids they had elsewhere."""
        return self in (Mode.IMPORT, Mode.FORWARD)


class Config(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is configured for a subject, a context or all; None is "not here"."""

    alias: str | None = None
    aliasForDeks: str | None = None
    normalize: bool | None = None
    validateFields: bool | None = None
    validateNewSchemas: bool | None = None
    validateRules: bool | None = None
    compatibilityLevel: str | None = None
    compatibilityPolicy: str | None = None
    compatibilityGroup: str | None = None
    defaultMetadata: Metadata | None = None
    overrideMetadata: Metadata | None = None
    defaultRuleSet: RuleSet | None = None
    overrideRuleSet: RuleSet | None = None

    @property
    def completes_schemas(self) -> bool:
        """Whether schemas get metadata or rules from here."""
        given = (
            self.defaultMetadata,
            self.overrideMetadata,
            self.defaultRuleSet,
            self.overrideRuleSet,
        )
        return any(each is not None for each in given)

    def without_empty_names(self) -> "Config":
        """As it is told: an empty name is none."""
        return replace(
            self,
            alias=self.alias or None,
            aliasForDeks=self.aliasForDeks or None,
            compatibilityGroup=self.compatibilityGroup or None,
        )

    def over(self, other: "Config | None") -> "Config":
        """This one, completed from another where it says nothing: but for aliases and for what
        schemas get from it.

        Differs from Kafka: A config that names no level has that of the config it completes:
        Confluent takes the server's default, so that an alias takes a subject's level away.
        """
        if other is None:
            return self
        missing = {name: getattr(other, name) for name in INHERITED if getattr(self, name) is None}
        return replace(self, **missing)


def config_in_scope(
    configs: Mapping[str | None, Config], subject: str | None, default_level: str
) -> Config:
    """What applies to a subject: its own config over the global one, or the first in scope."""
    fallback = Config(compatibilityLevel=default_level)
    own = configs.get(subject)
    if subject is None or own is None:
        return in_scope(configs.get, subject, fallback).over(fallback)
    return own.over(configs.get(None)).over(fallback)


def in_scope(
    lookup: Callable[[str | None], Setting | None], subject: str | None, fallback: Setting
) -> Setting:
    """The first that is set: the subject's, its context's, that of all contexts, the server's."""
    own = [None] if subject is None else [subject, context_key(context_of(subject))]
    for key in (*own, GLOBAL_KEY):
        found = lookup(key)
        if found is not None:
            return found
    return fallback
