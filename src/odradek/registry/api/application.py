"""All routes together; contexts in paths; writes forwarded to the instance that writes."""

from collections.abc import Mapping, Sequence
from typing import Any

from odradek.event_log import get_logger
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
from odradek.registry.core import Registry
from odradek.registry.decisions.aliases import meant_by
from odradek.registry.errors import ErrorCode, RegistryError
from odradek.registry.log.interface import Claim, WrittenElsewhere
from odradek.registry.permissions import EVERYTHING, Permissions, Rights
from odradek.registry.state.names import (
    DEFAULT_CONTEXT,
    SubjectName,
    context_key,
    context_named,
    qualify,
)
from odradek.web.application import Application
from odradek.web.authentication.authenticator import Authenticator
from odradek.web.authentication.identity import Identity
from odradek.web.forwarding import Forwarder, InstanceUnreachable, is_forwarded
from odradek.web.openapi import openapi_route
from odradek.web.request import Request
from odradek.web.routes import Call, Route
from odradek.web.watched_file import WatchedFile

logger = get_logger(__name__)

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
SUBJECT_PLACES: Mapping[tuple[str, ...], int] = {
    ("subjects",): 1,
    ("config",): 1,
    ("mode",): 1,
    ("compatibility", "subjects"): 2,
    ("associations", "subjects"): 2,
}
"""Which segment of a path is a subject, by how the path begins."""
ATTEMPTS = 3
"""How often a write looks for who writes; more would mean that they take turns in dying."""


class RegistryApplication(Application):
    """The registry's HTTP."""

    answers = MEDIA_TYPES
    reads = BODY_MEDIA_TYPES
    part: Registry

    def __init__(
        self,
        registry: Registry,
        *,
        authenticator: Authenticator,
        permissions: WatchedFile[Permissions] | None,
        forwarder: Forwarder,
        body_bytes_max: int,
    ) -> None:
        super().__init__(
            registry, ROUTES, authenticator=authenticator, body_bytes_max=body_bytes_max
        )
        self._permissions = permissions
        self._forwarder = forwarder
        self.routes.add(health.metrics_route(self.meters))
        self.routes.add(openapi_route(DESCRIPTION, self.routes.all, self.answers[0]))

    def rewrite(self, request: Request) -> None:
        """`/contexts/.c/subjects/s` is `/subjects/:.c:s`, and an alias the subject it is of."""
        if request.segments[0] == "contexts" and len(request.segments) > 2:
            _enter_context(request, context_named(request.segments[1]), request.segments[2:])
        self._follow_alias(request)

    def admits_anonymous(self) -> bool:
        """Where a rule is for them; where there are no permissions, everybody has to be known."""
        return self._permissions is not None and self._permissions.content.admit_anonymous

    def caller(self, identity: Identity) -> Rights:
        """Their rights, also of a request that another instance passed on: it trusts nobody."""
        if self._permissions is None:
            return EVERYTHING
        return self._permissions.content.of(identity)

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
                return await self._forwarder.forward(call.request, body, claim.address)
            except InstanceUnreachable as error:
                logger.warning("the instance that writes is replaced", reason=str(error))
                await self._replace(claim)
        raise RegistryError(
            ErrorCode.FORWARDING_FAILED,
            f"The instance that writes does not answer: {claim.address}",
        )

    def _follow_alias(self, request: Request) -> None:
        if request.segments[:2] == ["schemas", "ids"]:
            request.replace_parameter("subject", self._meant)
        elif "subjects" in request.segments[:-1]:
            place = request.segments.index("subjects") + 1
            request.segments[place] = self._meant(request.segments[place])

    def _meant(self, subject: str) -> str:
        """What a client's name of a subject stands for, in the client's words if for itself."""
        qualified = qualify(subject)
        meant = meant_by(self.part.view, qualified)
        return subject if meant == qualified else meant

    async def _replace(self, claim: Claim) -> None:
        """Write in the place of an instance that does not answer."""
        try:
            await self.part.take_over(claim)
        except WrittenElsewhere:
            return  # another instance was faster


def _enter_context(request: Request, context: str, segments: list[str]) -> None:
    """Put the context into the subject, or into the parameter that stands for one."""
    rest = list(segments)
    place = SUBJECT_PLACES.get(tuple(rest[:2])) or SUBJECT_PLACES.get((rest[0],))
    if place is not None and len(rest) > place:
        rest[place] = _within(context, rest[place])
    elif rest[0] in ("config", "mode"):
        rest.append(_within(context, ""))
    elif rest[0].startswith("associations") and request.method in ("POST", "PUT"):
        request.replace_parameter("context", lambda _: context_key(context) or "")
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
