"""What a program asks a schema registry."""

from collections.abc import Callable, Hashable, Sequence
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from odradek.clients.errors import RegistryUnreachable
from odradek.clients.schema_registry.connection import Connection, Token
from odradek.clients.schema_registry.schemas import RegisteredSchema, Schema, registered
from odradek.schemas.schema import ReferencedSchema

MAX_KEPT = 1_000
"""Schemas that are remembered; a program that meets more of them asks again."""
MAX_REFERENCES = 1_000
"""Schemas that one schema consists of."""
MAX_DEPTH = 64
"""Of references to references."""


class SchemaRegistry:
    """Reads and registers schemas. What cannot change is asked once: ids, GUIDs, numbered versions.

    `urls` is one address or several of one registry; `bearer_token` a text or a function that has
    a fresh one.
    """

    def __init__(
        self,
        urls: str | Sequence[str],
        *,
        basic_auth: tuple[str, str] | None = None,
        bearer_token: Token | None = None,
        ca_file: str | None = None,
        timeout_s: float = 10.0,
    ) -> None:
        self._connection = Connection(
            [urls] if isinstance(urls, str) else urls,
            basic_auth=basic_auth,
            bearer_token=bearer_token,
            ca_file=ca_file,
            timeout_s=timeout_s,
        )
        self._kept: dict[Hashable, RegisteredSchema] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connection; what is known stays known."""
        self._connection.close()

    def schema(self, schema_id: int, subject: str | None = None) -> RegisteredSchema:
        """The schema of an id; `subject` says whose id, where a registry has several contexts."""
        asked = f"/schemas/ids/{schema_id}" + _query(subject=subject)
        return self._keep(asked, lambda: self._get(asked, id=schema_id))

    def schema_by_guid(self, guid: str) -> RegisteredSchema:
        """The schema of a GUID, in whatever context."""
        asked = f"/schemas/guids/{_quote(guid)}"
        return self._keep(asked, lambda: self._get(asked, guid=guid))

    def version(self, subject: str, version: int) -> RegisteredSchema:
        """A version of a subject."""
        asked = f"/subjects/{_quote(subject)}/versions/{version}"
        return self._keep(asked, lambda: self._get(asked, subject=subject, version=version))

    def latest(self, subject: str) -> RegisteredSchema:
        """The latest version of a subject; asked anew each time."""
        return self._get(f"/subjects/{_quote(subject)}/versions/latest", subject=subject)

    def lookup(self, subject: str, schema: Schema) -> RegisteredSchema:
        """The schema as it is registered under the subject; RegistryRefused if it is not."""
        path = f"/subjects/{_quote(subject)}"
        return self._keep((path, schema), lambda: self._post(path, schema, subject=subject))

    def register(self, subject: str, schema: Schema) -> RegisteredSchema:
        """The schema registered under the subject, now or before; RegistryRefused if it may not."""
        path = f"/subjects/{_quote(subject)}/versions"
        return self._keep((path, schema), lambda: self._post(path, schema, subject=subject))

    def referenced(self, schema: Schema) -> tuple[ReferencedSchema, ...]:
        """The whole tree of what the schema refers to."""
        return self._referenced(schema, [MAX_REFERENCES], 0)

    def _referenced(
        self, schema: Schema, left: list[int], depth: int
    ) -> tuple[ReferencedSchema, ...]:
        left[0] -= len(schema.references)
        if left[0] < 0 or depth > MAX_DEPTH:
            raise RegistryUnreachable(
                f"a schema refers to more than {MAX_REFERENCES:,} others, or to references of"
                f" references {MAX_DEPTH} levels deep; is this a registry?"
            )
        found = []
        for reference in schema.references:
            inner = self.version(reference.subject, reference.version).schema
            tree = self._referenced(inner, left, depth + 1)
            found.append(ReferencedSchema(reference.name, inner.text, tree))
        return tuple(found)

    def _get(self, path: str, **known: Any) -> RegisteredSchema:
        return _read(self._connection.request("GET", path), None, path, known)

    def _post(self, path: str, schema: Schema, **known: Any) -> RegisteredSchema:
        return _read(self._connection.request("POST", path, schema.body()), schema, path, known)

    def _keep(self, key: Hashable, ask: Callable[[], RegisteredSchema]) -> RegisteredSchema:
        """What was asked before is known; of much, what has been known for longest is forgotten."""
        known = self._kept.get(key)
        if known is None:
            known = self._kept[key] = ask()
            if len(self._kept) > MAX_KEPT:
                self._kept.pop(next(iter(self._kept)), None)
        return known


def _read(answer: Any, asked: Schema | None, path: str, known: dict[str, Any]) -> RegisteredSchema:
    try:
        return registered(answer, asked, **known)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise RegistryUnreachable(
            f"the answer to {path} is none of a schema registry: {error!r}"
        ) from error


def _quote(name: str) -> str:
    return quote(name, safe="")


def _query(**parameters: str | None) -> str:
    given = [f"{name}={_quote(value)}" for name, value in parameters.items() if value is not None]
    return f"?{'&'.join(given)}" if given else ""
