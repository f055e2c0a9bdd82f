"""An ASGI application of routes: from a request to its handler, and from what that gives to an
answer.

Invariants: every request is answered; an error is one sentence and no stack trace, which goes to
the log; HEAD is GET without the body, and OPTIONS tells the methods of a path.

Differs from Kafka: A number is not taken for a text, nor a fraction for a whole number, nor NaN for
either: what does not fit is refused with 400.
"""

import json
import time
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any

import msgspec

from odradek.event_log import get_logger
from odradek.web.answer import JSON, Answer, answer_with, choose_media_type, error_answer
from odradek.web.authentication.authenticator import Authenticator
from odradek.web.authentication.identity import ANONYMOUS, Identity
from odradek.web.errors import (
    HttpError,
    bad_request,
    internal_error,
    method_not_allowed,
    not_found,
    unsupported_media_type,
)
from odradek.web.meters import Meters
from odradek.web.query import read_query
from odradek.web.request import Receive, Request, Scope, Send
from odradek.web.routes import Call, Route, Routes

logger = get_logger(__name__)

BODY_BYTES_MAX = 4 * 1024 * 1024
"""Four of the largest records that Kafka takes by default."""


class Application:
    """Serves routes for a part, which handlers are given."""

    answers: Sequence[str] = (JSON,)
    """The media types an answer may have, the usual one first."""
    reads: Sequence[str] = (JSON,)
    """The media types a body may have."""

    def __init__(
        self,
        part: Any,
        routes: Iterable[Route],
        *,
        authenticator: Authenticator | None = None,
        body_bytes_max: int = BODY_BYTES_MAX,
    ) -> None:
        self.part = part
        self.routes = Routes(routes)
        self.meters = Meters()
        self.authenticator = authenticator or Authenticator()
        self._body_bytes_max = body_bytes_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        began_s = time.perf_counter()
        media_type, path, identity = self.answers[0], "", ANONYMOUS
        try:
            request = Request(scope, receive)
            self.rewrite(request)
            route, names = self._find(request)
            path = route.path
            identity = await self._authenticate(request, route)
            media_type = self._choose_media_type(request, route)
            told = await self._call(request, route, names, self.caller(identity))
            answer = answer_with(told, route.status)
        except HttpError as error:
            answer = error_answer(self._refusal(error, identity))
        except Exception:
            logger.exception("request failed", method=scope["method"], path=scope["path"])
            answer = error_answer(internal_error())
        self.meters.note(
            scope["method"] if path else "", path, answer.status, time.perf_counter() - began_s
        )
        await answer.send(send, media_type)

    def rewrite(self, request: Request) -> None:
        """Change the request's path before it is looked up."""

    def admits_anonymous(self) -> bool:
        """Whether somebody without credentials may ask for anything where others have them."""
        return False

    def caller(self, identity: Identity) -> Any:
        """Who asks, as handlers are to know them."""
        return identity

    async def handle(self, route: Route, call: Call, body: bytes) -> Any:
        """Call the handler."""
        return await route.handler(self.part, call)

    def _choose_media_type(self, request: Request, route: Route) -> str:
        try:
            return choose_media_type(request.header(b"accept"), self.answers)
        except HttpError:
            if route.is_open:
                return self.answers[0]
            raise

    def _find(self, request: Request) -> tuple[Route, dict[str, str]]:
        method = "GET" if request.method == "HEAD" else request.method
        found = self.routes.find(method, request.segments)
        if found is not None:
            return found
        methods = self.routes.methods(request.segments)
        if not methods:
            raise not_found()
        if method != "OPTIONS":
            raise method_not_allowed(methods)
        return _telling(methods), {}

    async def _call(
        self, request: Request, route: Route, names: dict[str, str], caller: Any
    ) -> Any:
        query = read_query(route.query, request.query())
        body = b""
        typed = None
        if route.body is not None:
            self._check_media_type(request)
            body = await request.body(self._body_bytes_max)
            typed = _read_body(route.body, body)
        return await self.handle(route, Call(request, names, query, typed, caller), body)

    async def _authenticate(self, request: Request, route: Route) -> Identity:
        if route.is_open:
            return ANONYMOUS
        identity = await self.authenticator.identify(request.header(b"authorization"))
        if not identity.is_known and self.authenticator.is_asking and not self.admits_anonymous():
            raise self.authenticator.refusal("say who you are")
        return identity

    def _refusal(self, error: HttpError, identity: Identity) -> HttpError:
        """The error for whoever asked: who is denied unknown, and can be known, is asked for
        credentials (RFC 9110, 15.5.2)."""
        if (
            error.status == HTTPStatus.FORBIDDEN
            and not identity.is_known
            and self.authenticator.is_asking
        ):
            return self.authenticator.refusal(error.message)
        return error

    def _check_media_type(self, request: Request) -> None:
        given = (request.header(b"content-type") or self.reads[0]).partition(";")[0].strip().lower()
        if given not in self.reads:
            raise unsupported_media_type(given, ", ".join(self.reads))


def _telling(methods: Sequence[str]) -> Route:
    """The route that tells which methods a path has."""

    async def tell(_: Any, __: Call) -> Answer:
        return Answer(headers=[(b"allow", ", ".join(methods).encode())])

    return Route("OPTIONS", "", tell, "The methods of a path.", is_open=True)


def _read_body(kind: Any, body: bytes) -> Any:
    try:
        value = msgspec.json.decode(_as_utf_8(body) or b"null")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise bad_request(f"The body is no JSON: {error}") from None
    if value is None:
        raise HttpError(422, 422, "The body is missing: send a JSON object")
    try:
        return msgspec.convert(value, kind, strict=False)
    except msgspec.ValidationError as error:
        raise bad_request(f"The body does not fit: {error}") from None


def _as_utf_8(body: bytes) -> bytes:
    """Bytes of JSON tell themselves whether they are UTF-8, 16 or 32; Confluent reads all three."""
    encoding = json.detect_encoding(body)
    return body if encoding == "utf-8" else body.decode(encoding).encode()
