"""Requests drawn by a seed, for two registries at once: what no scenario has thought of.

Few subjects, schemas and settings, so that requests meet. Left out is what differs on purpose and
would make all that comes after it differ: versions derived in another context, metadata that tell
a version, a version that is refused where it would be the first of its context, configs without
a level, and texts that normalization writes anew.
"""

import random
from collections.abc import Callable, Generator, Iterator
from typing import Any

from tests.registry.parity.ask import Ask, delete, get, post, put
from tests.registry.parity.given import (
    INT,
    LONG,
    MESSAGE,
    OBJECT,
    STRING,
    avro,
    compact,
    record,
    reference,
    using,
)

SUBJECTS = ("a", "b", "c", ":.x:a", ":.x:d", "inner", ":.x:inner", "nobody")
SCOPES = ("", "/a", "/b", "/:.x:", "/:.x:a", "/:.__GLOBAL:")
VERSIONS = ("1", "1", "2", "2", "3", "7", "latest", "-1")
ONE, TWO, THREE = record("R", "a"), record("R", "a", optional=("b",)), record("R", "a", "c")
TEXTS = (INT, LONG, STRING, '"float"', ONE, TWO, THREE, record("Inner", "a"), "nothing")
OBJECTS = (
    OBJECT,
    *(
        compact({"type": "object", "properties": {"a": {"type": each}}})
        for each in ("string", "integer")
    ),
)
MESSAGES = (MESSAGE, MESSAGE.replace("string", "int32"))
METADATA: tuple[dict[str, Any], ...] = (
    {},
    {"properties": {"o": "1"}},
    {"properties": {"o": "2"}},
    {"tags": {"t": ["A"]}},
)
RULES = {"domainRules": [{"name": "r", "type": "CEL", "mode": "WRITE", "kind": "CONDITION"}]}
LEVELS = ("NONE", "BACKWARD", "FORWARD", "FULL", "BACKWARD_TRANSITIVE", "FULL_TRANSITIVE")
MODES = ("READWRITE", "READWRITE", "READWRITE", "READONLY", "IMPORT", "READONLY_OVERRIDE")


def requests(seed: int, count: int) -> Iterator[Ask]:
    """As many requests, the same for the same seed."""
    chance = Chance(random.Random(seed))
    for _ in range(count):
        yield chance.draw()


def alone(asked: Ask) -> Callable[[], Generator[Ask, Any, None]]:
    """A scenario of one request."""

    def scenario() -> Generator[Ask, Any, None]:
        yield asked

    return scenario


class Chance:
    """Draws one request after another."""

    def __init__(self, source: random.Random) -> None:
        self._pick = source.choice
        self._happens: Callable[[float], bool] = lambda share: source.random() < share
        kinds = {
            self._registration: 30,
            self._lookup: 6,
            self._comparison: 4,
            self._deletion: 14,
            self._setting: 10,
            self._association: 6,
            self._reading: 30,
        }
        self._draw = lambda: source.choices(list(kinds), list(kinds.values()))[0]

    def draw(self) -> Ask:
        return self._draw()()

    def _registration(self) -> Ask:
        subject, body = self._pick(SUBJECTS), self._body()
        if self._happens(0.08) and not subject.startswith(":"):
            body["version"] = self._pick((0, 1, 2, 3))
        if self._happens(0.08):
            body["id"] = self._pick((-1, 1, 2, 3, 50, 51))
        force = {"force": True} if self._happens(0.05) else {}
        return post(f"/subjects/{subject}/versions", body, **force)

    def _lookup(self) -> Ask:
        return post(f"/subjects/{self._pick(SUBJECTS)}", self._body(), **self._deleted())

    def _comparison(self) -> Ask:
        path = f"/compatibility/subjects/{self._pick(SUBJECTS)}/versions"
        path += self._pick(("", f"/{self._pick(VERSIONS)}"))
        return post(path, self._body(), verbose=self._happens(0.4))

    def _body(self) -> dict[str, Any]:
        body = self._schema()
        if self._happens(0.12):
            body["metadata"] = self._pick(METADATA)
        if self._happens(0.07):
            body["ruleSet"] = RULES
        return body

    def _schema(self) -> dict[str, Any]:
        if self._happens(0.15):
            inner = reference(
                "Inner", self._pick(("inner", ":.x:inner")), self._pick((1, 1, -1, 2))
            )
            return avro(using("Outer", "Inner"), inner)
        if self._happens(0.15):
            return avro(self._pick(OBJECTS), schemaType="JSON")
        if self._happens(0.1):
            return avro(self._pick(MESSAGES), schemaType="PROTOBUF")
        return avro(self._pick(TEXTS))

    def _deletion(self) -> Ask:
        path = f"/subjects/{self._pick(SUBJECTS)}"
        path += self._pick(("", f"/versions/{self._pick(VERSIONS)}"))
        return delete(path, **({"permanent": True} if self._happens(0.4) else {}))

    def _setting(self) -> Ask:
        scope = self._pick(SCOPES)
        if self._happens(0.3):
            path = self._pick(("/config", "/mode")) + scope
            return delete(path, recursive=self._happens(0.3))
        if self._happens(0.4):
            return put(f"/mode{scope}", {"mode": self._pick(MODES)}, force=self._happens(0.5))
        more = self._pick(
            (
                {},
                {"compatibilityGroup": self._pick(("o", None))},
                {"defaultMetadata": self._pick((METADATA[1], None))},
                {"overrideMetadata": self._pick((METADATA[2], None))},
                {"defaultRuleSet": self._pick((RULES, None))},
            )
        )
        return put(f"/config{scope}", {"compatibility": self._pick(LEVELS), **more})

    def _association(self) -> Ask:
        name = self._pick("tu")
        path = f"/associations/resources/id-{name}"
        if self._happens(0.3):
            return delete(path, cascadeLifecycle=self._happens(0.5))
        count = self._pick((1, 1, 2))
        body = {
            "resourceName": name,
            "resourceNamespace": self._pick("nx"),
            "resourceId": f"id-{name}",
            "associations": [self._wanted() for _ in range(count)],
        }
        return put(path, body) if self._happens(0.4) else post("/associations", body)

    def _wanted(self) -> dict[str, Any]:
        return {
            "subject": self._pick((None, "a", "b", ":.x:a")),
            "associationType": self._pick(("key", "value")),
            "lifecycle": self._pick((None, "WEAK", "STRONG")),
            "frozen": self._pick((None, None, True, False)),
            "schema": avro(self._pick((INT, LONG))) if self._happens(0.3) else None,
        }

    def _reading(self) -> Ask:
        subject, version = self._pick(SUBJECTS), self._pick(VERSIONS)
        return self._pick(
            (
                get(f"/subjects/{subject}/versions", **self._deleted()),
                get(f"/subjects/{subject}/versions/{version}", **self._deleted()),
                get(f"/subjects/{subject}/versions/{version}/referencedby", **self._deleted()),
                get(f"/subjects/{subject}/metadata", key="o", value="1"),
                get("/subjects", **self._deleted()),
                get("/schemas", subjectPrefix=":*:", latestOnly=self._happens(0.3)),
                get(f"/schemas/ids/{self._pick((1, 2, 3, 4, 50))}/versions", **self._deleted()),
                get(f"/config{self._pick(SCOPES)}", defaultToGlobal=self._happens(0.6)),
                get(f"/mode{self._pick(SCOPES)}", defaultToGlobal=self._happens(0.6)),
                get(f"/associations/resources/id-{self._pick('tu')}"),
                get("/contexts"),
            )
        )

    def _deleted(self) -> dict[str, bool]:
        return {"deleted": True} if self._happens(0.3) else {}
