"""One request of a scenario, and what may be answered to it otherwise, with the reason.

    yield get("/subjects", deleted=True)
    yield post("/subjects/a/versions", {"schema": INT}).differs("status", "A text that differs")

Query parameters are keyword arguments; a list gives a parameter several times.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

V1 = "application/vnd.schemaregistry.v1+json"
NO_BODY = object()
BODY_CHARS_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Differs:
    """Fields of an answer in which we may differ from Confluent, and the declared reason.

    `path` is a field's path, the others are values; in all of them `*` stands for anything.
    `because` is the beginning of a line of docs/reference/differences.md.
    """

    path: str
    because: str
    confluent: str = "*"
    ours: str = "*"


@dataclass(frozen=True, slots=True)
class Ask:
    """A request, and the differences that its answer may show."""

    method: str
    target: str
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    words: str = ""
    allowed: tuple[Differs, ...] = ()

    @property
    def step(self) -> str:
        """What names the request in a recording."""
        body = "" if self.body is None else f" {self.body.decode('latin-1')[:BODY_CHARS_SHOWN]}"
        return f"{self.method} {self.target}{f' ({self.words})' if self.words else body}"

    def called(self, words: str) -> "Ask":
        """The request with words that name it, instead of the beginning of its body."""
        return replace(self, words=words)

    def having(self, **headers: str | None) -> "Ask":
        """The request with other headers; `_` stands for `-`, and None takes one away."""
        given = {name.replace("_", "-").title(): value for name, value in headers.items()}
        merged = {**self.headers, **given}
        kept = {name: value for name, value in merged.items() if value is not None}
        return replace(self, headers=kept)

    def differs(self, path: str, because: str) -> "Ask":
        """The request whose answer differs on purpose."""
        return self.may(Differs(path, because))

    def may(self, *allowed: Differs) -> "Ask":
        """The request whose answer differs so."""
        return replace(self, allowed=(*self.allowed, *allowed))


def get(path: str, **query: Any) -> Ask:
    return ask("GET", path, **query)


def post(path: str, body: Any = NO_BODY, **query: Any) -> Ask:
    return ask("POST", path, body, **query)


def put(path: str, body: Any = NO_BODY, **query: Any) -> Ask:
    return ask("PUT", path, body, **query)


def delete(path: str, **query: Any) -> Ask:
    return ask("DELETE", path, **query)


def ask(method: str, path: str, body: Any = NO_BODY, **query: Any) -> Ask:
    """A request as newer clients send it; a body of bytes is sent as it is."""
    pairs = [(name, each) for name, value in query.items() for each in _texts(value)]
    target = f"{path}?{urlencode(pairs)}" if pairs else path
    headers = {"Accept": V1, "Confluent-Accept-Unknown-Properties": "true"}
    if body is NO_BODY:
        return Ask(method, target, None, headers)
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Ask(method, target, raw, {**headers, "Content-Type": V1})


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [str(each).lower() if isinstance(each, bool) else str(each) for each in values]
