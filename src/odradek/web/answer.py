"""One answer: status, body and media type."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from odradek.web.errors import HttpError, not_acceptable
from odradek.web.request import Send

JSON = "application/json"
TEXT = "text/plain; charset=utf-8"

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
        headers = [
            (b"content-type", (self.media_type or media_type).encode()),
            (b"content-length", str(len(self.body)).encode()),
            *self.headers,
        ]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


def answer_with(value: Any) -> Answer:
    """The answer a handler means: its own, or its value as JSON; None is an empty one."""
    if isinstance(value, Answer):
        return value
    return Answer(status=204) if value is None else Answer(encode(value))


def error_answer(error: HttpError) -> Answer:
    """The answer to a request that is refused."""
    return Answer(error.body, error.status, headers=list(error.headers))


def choose_media_type(accept: str | None, served: Sequence[str]) -> str:
    """The type of the answer: what is asked for first among what is served, or the first served."""
    if not accept or accept == "*/*":
        return served[0]
    for wanted in sorted(map(_wanted, accept.split(",")), reverse=True):
        if wanted.quality <= 0:
            continue
        for media_type in served:
            if _matches(wanted.media_type, media_type):
                return media_type
    raise not_acceptable(", ".join(served))


@dataclass(order=True, slots=True)
class _Wanted:
    quality: float
    media_type: str = field(compare=False)


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
