"""One answer: status, body and media type.

Differs from Kafka: Media types are read leniently: Confluent answers 400 to a header that is
malformed, takes `q=0` for a wish, and looks at the type of a body that a GET does not have.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from odradek.web.errors import HttpError, not_acceptable
from odradek.web.request import Send

JSON = "application/json"
TEXT = "text/plain; charset=utf-8"

MULTI_STATUS = 207
NO_CONTENT = 204
"""The status of an answer without a body, and so without a length (RFC 9110, 8.6)."""

encode = msgspec.json.encode


@dataclass(slots=True)
class Answer:
    """What is sent back; without a media type, the one that the request asked for."""

    body: bytes = b""
    status: int = 200
    media_type: str | None = None
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)

    async def send(self, send: Send, media_type: str) -> None:
        """Send it whole."""
        headers = [*self.headers]
        if self.status != NO_CONTENT:
            headers.append((b"content-type", (self.media_type or media_type).encode()))
            headers.append((b"content-length", str(len(self.body)).encode()))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


def answer_with(value: Any, status: int = 200) -> Answer:
    """The answer a handler means: its own, or its value as JSON; None is an empty one."""
    if isinstance(value, Answer):
        return value
    return Answer(status=NO_CONTENT) if value is None else Answer(encode(value), status)


def error_answer(error: HttpError) -> Answer:
    """The answer to a request that is refused."""
    return Answer(error.body, error.status, headers=list(error.headers))


def choose_media_type(accept: str | None, served: Sequence[str]) -> str:
    """The type of the answer: what is wanted most, and of several such what is served first."""
    if not accept or accept == "*/*":
        return served[0]
    wanted = [_wanted(part) for part in accept.split(",")]
    wishes = {
        each: max((wish.quality for wish in wanted if _matches(wish.media_type, each)), default=0.0)
        for each in served
    }
    best = max(served, key=lambda each: wishes[each])  # the first of the best
    if wishes[best] <= 0:
        raise not_acceptable(", ".join(served))
    return best


@dataclass(frozen=True, slots=True)
class _Wanted:
    quality: float
    media_type: str


def _wanted(part: str) -> _Wanted:
    media_type, *parameters = (each.strip().lower() for each in part.split(";"))
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return _Wanted(float(parameter[2:]), media_type)
            except ValueError:
                return _Wanted(0.0, media_type)
    return _Wanted(1.0, media_type)


def _matches(wanted: str, media_type: str) -> bool:
    kind = media_type.partition("/")[0]
    return wanted.partition("/")[0] == "*" or wanted in (f"{kind}/*", media_type)
