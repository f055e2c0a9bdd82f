"""/config: compatibility and what else is configured, for all, for a context, for a subject."""

from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from odradek.registry.api.bodies import config_changes
from odradek.registry.api.parameters import new_scope_of, scope_of
from odradek.registry.core import Registry
from odradek.registry.decisions import settings
from odradek.registry.errors import ErrorCode, RegistryError
from odradek.registry.permissions import Action
from odradek.registry.state.content import Metadata, RuleSet
from odradek.registry.state.settings import Config
from odradek.web.routes import Call, Route


class Query(Struct, frozen=True):
    """Whether a missing config is answered with the one that applies."""

    defaultToGlobal: bool = False


class ConfigBody(Struct, frozen=True, kw_only=True):
    """What is to change; what is not mentioned stays, null takes away."""

    alias: str | UnsetType | None = UNSET
    aliasForDeks: str | UnsetType | None = UNSET
    normalize: bool | UnsetType | None = UNSET
    validateFields: bool | UnsetType | None = UNSET
    validateNewSchemas: bool | UnsetType | None = UNSET
    validateRules: bool | UnsetType | None = UNSET
    compatibility: str | UnsetType | None = UNSET
    compatibilityLevel: str | UnsetType | None = UNSET
    compatibilityPolicy: str | UnsetType | None = UNSET
    compatibilityGroup: str | UnsetType | None = UNSET
    defaultMetadata: Metadata | UnsetType | None = UNSET
    overrideMetadata: Metadata | UnsetType | None = UNSET
    defaultRuleSet: RuleSet | UnsetType | None = UNSET
    overrideRuleSet: RuleSet | UnsetType | None = UNSET


async def get_config(registry: Registry, call: Call) -> Config:
    scope = scope_of(call, Action.READ)
    if call.query.defaultToGlobal:
        return registry.view.config(scope)
    config = settings.own_config(registry.view, scope)
    if config is None:
        raise RegistryError(
            ErrorCode.COMPATIBILITY_NOT_CONFIGURED,
            f"Subject '{scope}' has no config of its own",
        )
    return config.without_empty_names()


async def put_config(registry: Registry, call: Call) -> dict[str, Any]:
    scope, changes = new_scope_of(call), config_changes(msgspec.to_builtins(call.body))
    config = await registry.change(lambda view: settings.set_config(view, scope, changes))
    echoed = msgspec.to_builtins(config)
    level = echoed.pop("compatibilityLevel", None)
    return echoed if level is None else {**echoed, "compatibility": level}


async def delete_config(registry: Registry, call: Call) -> Config:
    scope = scope_of(call, Action.CONFIGURE)
    return await registry.change(lambda view: settings.delete_config(view, scope))


def _routes(path: str, whose: str) -> tuple[Route, ...]:
    return (
        Route("GET", path, get_config, f"Get the config of {whose}.", Query, None, Config, (404,)),
        Route(
            "PUT",
            path,
            put_config,
            f"Change the config of {whose}.",
            body=ConfigBody,
            answer=ConfigBody,
            errors=(422, 503),
        ),
        Route(
            "DELETE",
            path,
            delete_config,
            f"Take the config of {whose} away.",
            answer=Config,
            errors=(404, 422, 503),
        ),
    )


ROUTES = (
    *_routes("/config", "the default context"),
    *_routes("/config/{subject}", "a subject or a context"),
)
