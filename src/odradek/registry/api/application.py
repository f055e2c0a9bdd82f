"""All routes together; contexts in paths; writes forwarded to the instance that writes."""

from collections.abc import Sequence
from typing import Any

from odradek.registry.api import (
    associations,
    compatibility,
    config,
    contexts,
    health,
    metadata,
    mode,
    registrations,
    schemas,
    subjects,
)
from odradek.registry.api.bodies import accepts_unknown
from odradek.registry.core import Registry
from odradek.registry.errors import ErrorCode, RegistryError
from odradek.registry.log.interface import Claim, WrittenElsewhere
from odradek.registry.state.names import DEFAULT_CONTEXT, SubjectName, context_named
from odradek.web.application import Application
from odradek.web.forwarding import InstanceUnreachable, forward, is_forwarded
from odradek.web.openapi import openapi_route
from odradek.web.passwords import Passwords
from odradek.web.request import Request
from odradek.web.routes import Call, Route

MEDIA_TYPES = (
    "application/vnd.schemaregistry.v1+json",
    "application/vnd.schemaregistry+json",
    "application/json",
)
BODY_MEDIA_TYPES = (*MEDIA_TYPES, "application/octet-stream")
ROUTES: Sequence[Route] = (
    *schemas.ROUTES,
    *subjects.ROUTES,
    *registrations.ROUTES,
    *compatibility.ROUTES,
    *config.ROUTES,
    *mode.ROUTES,
    *contexts.ROUTES,
    *associations.ROUTES,
    *metadata.ROUTES,
    *health.ROUTES,
)
DESCRIPTION = "The schema registry of odradek: Confluent's REST API on any Kafka."
ATTEMPTS = 3
"""How often a write looks for who writes; more would mean that they take turns in dying."""


class RegistryApplication(Application):
    """The registry's HTTP."""

    answers = MEDIA_TYPES
    reads = BODY_MEDIA_TYPES
    part: Registry

    def __init__(
        self, registry: Registry, *, passwords: Passwords | None, body_bytes_max: int
    ) -> None:
        super().__init__(registry, ROUTES, passwords=passwords, body_bytes_max=body_bytes_max)
        self.routes.add(health.metrics_route(self.meters))
        self.routes.add(openapi_route(DESCRIPTION, self.routes.all, self.answers[0]))

    def rewrite(self, request: Request) -> None:
        """`/contexts/.c/subjects/s` is `/subjects/:.c:s`."""
        if request.segments[0] == "contexts" and len(request.segments) > 2:
            _enter_context(request, context_named(request.segments[1]), request.segments[2:])

    def reads_unknown_fields(self, request: Request) -> bool:
        return accepts_unknown(request)

    async def handle(self, route: Route, call: Call, body: bytes) -> Any:
        """Handle it here, or where it is written; nothing but health before the log is read."""
        if not self.part.is_ready and not route.is_open:
            raise RegistryError(ErrorCode.STORE, "the registry reads its topic: try again soon")
        for _ in range(ATTEMPTS):
            try:
                return await route.handler(self.part, call)
            except WrittenElsewhere as elsewhere:
                claim = elsewhere.claim
            if is_forwarded(call.request):
                raise RegistryError(
                    ErrorCode.UNKNOWN_WRITER, f"This instance does not write: {claim.address} does"
                )
            try:
                return await forward(call.request, body, claim.address)
            except InstanceUnreachable:
                await self._replace(claim)
        raise RegistryError(
            ErrorCode.FORWARDING_FAILED,
            f"The instance that writes does not answer: {claim.address}",
        )

    async def _replace(self, claim: Claim) -> None:
        """Write in the place of an instance that does not answer."""
        try:
            await self.part.take_over(claim)
        except WrittenElsewhere:
            return  # another instance was faster


def _enter_context(request: Request, context: str, segments: list[str]) -> None:
    """Put the context into the subject, or into the parameter that stands for one."""
    rest = list(segments)
    if rest[0] in ("subjects", "config", "mode") and len(rest) > 1:
        rest[1] = _within(context, rest[1])
    elif rest[0] in ("config", "mode"):
        rest.append(_within(context, ""))
    elif rest[:2] == ["compatibility", "subjects"] and len(rest) > 2:
        rest[2] = _within(context, rest[2])
    elif rest[:2] == ["schemas", "ids"]:
        request.replace_parameter("subject", lambda given: _within(context, given))
    elif rest in (["subjects"], ["schemas"]):
        request.replace_parameter("subjectPrefix", lambda given: _within(context, given))
    request.segments = rest


def _within(context: str, subject: str) -> str:
    if subject.startswith((":.", ":*:")):
        return subject
    if context == DEFAULT_CONTEXT and not subject:
        return ":.:"
    return SubjectName(context, subject).qualified
