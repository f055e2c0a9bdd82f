"""What an operator asks of a registry: lists, deletions, compatibility levels and modes.

It asks nothing that only our own registry answers, and gets along with what others lack: pages that
are not served, deleted versions that are not marked, contexts that nobody knows.

Invariants: nothing is kept, for it is asked to see what is; settings have the names that the REST
API answers them by. An empty scope is the registry's own: what applies where nothing else is set.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from odradek.clients.errors import RegistryRefused, RegistryUnreachable
from odradek.clients.schema_registry.connection import Connection
from odradek.clients.schema_registry.schemas import Schema, registered

EVERY_CONTEXT = ":*:"
PAGE_SCHEMAS = 2_000
"""What fits into an answer even where schemas are large; Confluent answers 1,000 at most."""
CENSUS_ATTEMPTS = 5
LATEST = "latest"
LEVEL = "compatibilityLevel"
LIFECYCLES = ("STRONG", "WEAK")
"""Of associations: all there are."""
NO_SUCH_ROUTE = (404, 405, 501)

Place = tuple[str, int]
"""A subject and a version of it."""
Settings = dict[str, Any]


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """A version of a subject, with all that is registered with it."""

    subject: str
    version: int
    id: int
    schema: Schema
    guid: str | None = None
    metadata: Mapping[str, Any] | None = None
    rule_set: Mapping[str, Any] | None = None
    associations: Sequence[Mapping[str, Any]] = ()
    """Of the subject, where they were asked for."""

    @property
    def place(self) -> Place:
        return (self.subject, self.version)

    def body(self) -> dict[str, Any]:
        """As it is registered, but for its id and version."""
        extras = {"metadata": self.metadata, "ruleSet": self.rule_set}
        return {**self.schema.body(), **{name: value for name, value in extras.items() if value}}


class RegistryAdministration:
    """All questions of an operator, over one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def close(self) -> None:
        """Ends the connection."""
        self._connection.close()

    # Reading

    def subjects(self, *, deleted: bool = False) -> list[str]:
        """The names of all subjects, of every context; with `deleted` also those softly deleted."""
        found = self._connection.request("GET", "/subjects" + _query(deleted=deleted))
        return sorted(found)

    def latest_versions(self, *, deleted: bool = False) -> list[StoredVersion]:
        """The latest version of each subject; with `deleted` that may be one softly deleted."""
        if self.contexts():
            return list(self._listed(deleted=deleted, latestOnly=True).values())
        every, live = self.census()  # a lesser registry is not trusted to know which is live
        latest = {each.subject: each for each in every if deleted or each.place in live}
        return list(latest.values())

    def census(self) -> tuple[list[StoredVersion], set[Place]]:
        """All versions of all subjects, by subject and version, and which are not deleted.

        Karapace 6 takes `deleted` for its contrary, and nobody should have to know: what both
        lists have is live. What is registered meanwhile is in one of them, too, so it is read anew.
        """
        for _ in range(CENSUS_ATTEMPTS):
            one, other = self._listed(deleted=True), self._listed()
            if other.keys() <= one.keys():
                return list(one.values()), set(other)
            if one.keys() <= other.keys() and self._listed(deleted=True) == one:
                return list(other.values()), set(one)
        raise RegistryUnreachable("the registry changes faster than it can be read; try again")

    def associations(self) -> dict[str, Sequence[Mapping[str, Any]]]:
        """The topics and other resources that each subject is associated with, if there are any."""
        found = self._listed(lifecycle=LIFECYCLES)
        return {each.subject: each.associations for each in found.values() if each.associations}

    def _listed(self, **wanted: object) -> dict[Place, StoredVersion]:
        found: dict[Place, StoredVersion] = {}
        while True:
            query = _query(
                subjectPrefix=EVERY_CONTEXT, **wanted, offset=len(found), limit=PAGE_SCHEMAS
            )
            page = [_stored(each) for each in self._connection.request("GET", f"/schemas{query}")]
            new = {each.place: each for each in page if each.place not in found}
            found |= new
            # A registry without pages answers everything at once, and again when it is asked again.
            if not new or len(page) > PAGE_SCHEMAS:
                return {place: found[place] for place in sorted(found)}

    def versions(self, subject: str, *, deleted: bool = False) -> list[int]:
        """The versions of a subject, oldest first; raises RegistryRefused if there is none."""
        path = f"/subjects/{_quote(subject)}/versions" + _query(deleted=deleted)
        return sorted(self._connection.request("GET", path))

    def version(
        self, subject: str, version: int | str = LATEST, *, deleted: bool = False
    ) -> StoredVersion:
        """One version of a subject, or the latest; raises RegistryRefused if there is none."""
        path = f"/subjects/{_quote(subject)}/versions/{version}" + _query(deleted=deleted)
        return _stored(self._connection.request("GET", path))

    def schema(self, schema_id: int, subject: str = "") -> Settings:
        """What is registered under an id, as the REST API has it; of the context of `subject`."""
        path = f"/schemas/ids/{schema_id}" + _query(subject=subject)
        answer: Settings = self._connection.request("GET", path)
        return answer

    def places(self, schema_id: int, subject: str = "", *, deleted: bool = False) -> list[Place]:
        """The versions that have an id."""
        path = f"/schemas/ids/{schema_id}/versions" + _query(subject=subject, deleted=deleted)
        found = self._connection.request("GET", path)
        return sorted((each["subject"], each["version"]) for each in found)

    def referrers(self, subject: str, version: int) -> list[int]:
        """The ids of schemas that refer to a version."""
        path = f"/subjects/{_quote(subject)}/versions/{version}/referencedby"
        return sorted(self._connection.request("GET", path))

    def find(
        self,
        subject: str,
        body: Mapping[str, Any],
        *,
        deleted: bool = False,
        normalize: bool = False,
    ) -> StoredVersion | None:
        """The version of a subject that is this schema, if there is one."""
        path = f"/subjects/{_quote(subject)}" + _query(deleted=deleted, normalize=normalize)
        answer = self._if_there(lambda: self._connection.request("POST", path, body))
        return None if answer is None else _stored(answer)

    def contexts(self) -> list[str]:
        """The contexts, as ".", ".staging"; none of a registry that knows no contexts."""
        found = self._if_there(lambda: self._connection.request("GET", "/contexts"))
        return [each.strip(":") for each in found or ()]

    # Registering and deleting

    def register(
        self, subject: str, body: Mapping[str, Any], *, normalize: bool = False
    ) -> Settings:
        """Register a schema; the answer has its id, and from newer registries its version."""
        path = f"/subjects/{_quote(subject)}/versions" + _query(normalize=normalize)
        answer: Settings = self._connection.request("POST", path, body)
        return answer

    def associate(self, resource: Mapping[str, Any]) -> None:
        """Associate a resource with subjects; what is so already stays."""
        self._connection.request("POST", "/associations", resource)

    def verdict(
        self, subject: str, body: Mapping[str, Any], *, normalize: bool = False
    ) -> tuple[bool, list[str]]:
        """Whether the registry would take the schema, and if not, its reasons."""
        query = _query(verbose=True, normalize=normalize)
        path = f"/compatibility/subjects/{_quote(subject)}/versions"
        answer = self._if_there(lambda: self._connection.request("POST", path + query, body))
        if answer is None:  # a registry that compares with one version at a time
            path += f"/{LATEST}{query}"
            answer = self._if_there(lambda: self._connection.request("POST", path, body))
        if answer is None:  # there is none
            return True, []
        return bool(answer["is_compatible"]), list(answer.get("messages") or ())

    def delete_subject(self, subject: str, *, permanent: bool = False) -> list[int]:
        """Delete all versions of a subject, softly or, those deleted softly before, for good."""
        path = f"/subjects/{_quote(subject)}" + _query(permanent=permanent)
        return sorted(self._connection.request("DELETE", path))

    def delete_version(self, subject: str, version: int, *, permanent: bool = False) -> None:
        """Delete one version."""
        path = f"/subjects/{_quote(subject)}/versions/{version}" + _query(permanent=permanent)
        self._connection.request("DELETE", path)

    # Settings

    def config(self, scope: str = "", *, applying: bool = False) -> Settings | None:
        """What is configured for a subject, a context or all; `applying`, what holds there."""
        return self._settings("/config", scope, applying=applying)

    def set_config(self, scope: str, config: Mapping[str, Any]) -> None:
        """Change what is given."""
        body = {("compatibility" if name == LEVEL else name): config[name] for name in config}
        self._connection.request("PUT", "/config" + _scope(scope), body)

    def delete_config(self, scope: str) -> None:
        """Let the next wider scope decide."""
        self._connection.request("DELETE", "/config" + _scope(scope))

    def mode(self, scope: str = "", *, applying: bool = False) -> str | None:
        """What may be done with a subject, in a context, with all; None where it is not said."""
        answer = self._settings("/mode", scope, applying=applying)
        return None if answer is None else answer.get("mode")

    def set_mode(self, scope: str, mode: str, *, force: bool = False) -> None:
        """Change a mode; `force` is for IMPORT where there are schemas already."""
        self._connection.request(
            "PUT", f"/mode{_scope(scope)}{_query(force=force)}", {"mode": mode}
        )

    def delete_mode(self, scope: str) -> None:
        """Let the next wider scope decide."""
        self._connection.request("DELETE", "/mode" + _scope(scope))

    def _settings(self, path: str, scope: str, *, applying: bool) -> Settings | None:
        asked = path + _scope(scope) + _query(defaultToGlobal=applying)
        answer: Settings | None = self._if_there(lambda: self._connection.request("GET", asked))
        return answer

    @staticmethod
    def _if_there(ask: Callable[[], Any]) -> Any:
        """The answer; None where the registry has no such thing, or no such route."""
        try:
            return ask()
        except RegistryRefused as refused:
            if refused.status in NO_SUCH_ROUTE:
                return None
            raise


def _stored(answer: Any) -> StoredVersion:
    try:
        known = registered(answer)
        return StoredVersion(
            answer["subject"],
            answer["version"],
            answer["id"],
            known.schema,
            known.guid,
            answer.get("metadata"),
            answer.get("ruleSet"),
            answer.get("associations") or (),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise RegistryUnreachable(
            f"an answer about a version is none of a schema registry: {error!r}"
        ) from error


def _quote(name: str) -> str:
    return quote(name, safe="")


def _scope(scope: str) -> str:
    return f"/{_quote(scope)}" if scope else ""


def _query(**parameters: object) -> str:
    """What is neither false nor empty; an offset of 0 is where lists begin anyway."""
    given = {
        name: "true" if value is True else value for name, value in parameters.items() if value
    }
    return f"?{urlencode(given, doseq=True)}" if given else ""
