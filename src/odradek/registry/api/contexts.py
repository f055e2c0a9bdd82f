"""/contexts: name spaces with ids of their own."""

from msgspec import Struct

from odradek.registry.api.bodies import page
from odradek.registry.core import Registry
from odradek.registry.decisions import deletion
from odradek.registry.permissions import Action
from odradek.registry.state.names import DEFAULT_CONTEXT, context_key, context_named
from odradek.web.errors import method_not_allowed
from odradek.web.routes import Call, Route


class Query(Struct, frozen=True):
    """Which contexts are listed."""

    contextPrefix: str = ""
    offset: int = 0
    limit: int = -1


async def list_contexts(registry: Registry, call: Call) -> list[str]:
    named = sorted(registry.view.index.named_contexts)
    found = [
        each
        for each in (DEFAULT_CONTEXT, *named)
        if each.startswith(call.query.contextPrefix) and call.caller.sees(each)
    ]
    return page(list(dict.fromkeys(found)), call.query.offset, call.query.limit)


async def delete_context(registry: Registry, call: Call) -> None:
    context = context_named(call.names["context"])
    if context == DEFAULT_CONTEXT:
        raise method_not_allowed(["GET"])  # as its path is that of the list of all
    call.caller.require(Action.DELETE, context_key(context))
    await registry.change(lambda view: deletion.delete_context(view, context))


ROUTES = (
    Route("GET", "/contexts", list_contexts, "List contexts.", Query, answer=list[str]),
    Route(
        "DELETE",
        "/contexts/{context}",
        delete_context,
        "Delete a context without subjects.",
        errors=(422, 503),
    ),
)
