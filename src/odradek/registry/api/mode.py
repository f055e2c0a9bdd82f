"""/mode: what may be done, with all, with a context, with a subject."""

from msgspec import UNSET, Struct, UnsetType

from odradek.registry.api.parameters import new_scope_of, scope_of
from odradek.registry.core import Registry
from odradek.registry.decisions import settings
from odradek.registry.errors import ErrorCode, RegistryError
from odradek.registry.permissions import Action
from odradek.web.routes import Call, Route


class GetQuery(Struct, frozen=True):
    """Whether a missing mode is answered with the one that applies."""

    defaultToGlobal: bool = False


class PutQuery(Struct, frozen=True):
    """Whether IMPORT is set although there are schemas."""

    force: bool = False


class DeleteQuery(Struct, frozen=True):
    """Whether the modes of all subjects of a context go, too."""

    recursive: bool = False


class ModeBody(Struct):
    """A mode; null takes it away."""

    mode: str | UnsetType | None = UNSET


async def get_mode(registry: Registry, call: Call) -> ModeBody:
    scope = scope_of(call, Action.READ)
    if call.query.defaultToGlobal:
        return ModeBody(registry.view.mode(scope))
    mode = settings.own_mode(registry.view, scope)
    if mode is None:
        raise RegistryError(
            ErrorCode.MODE_NOT_CONFIGURED,
            f"Subject '{scope}' has no mode of its own",
        )
    return ModeBody(mode)


async def put_mode(registry: Registry, call: Call) -> ModeBody:
    scope, wanted, force = new_scope_of(call), call.body.mode, call.query.force
    if wanted is UNSET:
        raise RegistryError(ErrorCode.INVALID_MODE, "Invalid mode: the body names none")
    await registry.change(lambda view: settings.set_mode(view, scope, wanted, force=force))
    return ModeBody(wanted)


async def delete_mode(registry: Registry, call: Call) -> ModeBody:
    scope, recursive = scope_of(call, Action.CONFIGURE), call.query.recursive
    if recursive and scope is None:
        call.caller.require(Action.CONFIGURE, "")
    mode = await registry.change(
        lambda view: settings.delete_mode(view, scope, recursive=recursive)
    )
    return ModeBody(mode or UNSET)


def _routes(path: str, whose: str) -> tuple[Route, ...]:
    return (
        Route("GET", path, get_mode, f"Get the mode of {whose}.", GetQuery, None, ModeBody, (404,)),
        Route(
            "PUT",
            path,
            put_mode,
            f"Set the mode of {whose}.",
            PutQuery,
            ModeBody,
            ModeBody,
            (422, 503),
        ),
        Route(
            "DELETE",
            path,
            delete_mode,
            f"Take the mode of {whose} away.",
            DeleteQuery,
            None,
            ModeBody,
            (404, 422, 503),
        ),
    )


ROUTES = (
    *_routes("/mode", "the default context"),
    *_routes("/mode/{subject}", "a subject or a context"),
)
