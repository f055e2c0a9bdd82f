"""Configs: every field, at every level, right and wrong, and what they do to registrations."""

from collections.abc import Iterator
from typing import Any

from tests.registry.parity.ask import Ask, Differs, delete, get, post, put
from tests.registry.parity.given import INT, avro, record

A = "/subjects/a/versions"
ONE, TWO = record("R", "a"), record("R", "a", optional=("b",))
INCOMPATIBLE = record("R", "a", "c")
LEVELS = (
    "NONE", "BACKWARD", "BACKWARD_TRANSITIVE", "FORWARD", "FORWARD_TRANSITIVE", "FULL",
    "FULL_TRANSITIVE", "full", " FULL", "", "nothing", None, ["FULL"], {},
)  # fmt: skip
RULE = {"name": "check", "kind": "CONDITION", "mode": "WRITE", "type": "CEL", "expr": "true"}
FIELDS: dict[str, tuple[Any, ...]] = {
    "alias": ("b", "", None, ["b"]),
    "aliasForDeks": ("b", None),
    "normalize": (True, False, None, "true", "x", 1, 0),
    "validateFields": (True, False, None, "x"),
    "validateNewSchemas": (True, False, None),
    "validateRules": (True, False, None),
    "compatibilityPolicy": ("STRICT", "LENIENT", "LOGICAL", "strict", None),
    "compatibilityGroup": ("group", "", None),
    "defaultMetadata": ({"properties": {"a": "b"}}, {}, None, "x"),
    "overrideMetadata": ({"tags": {"a": ["b"]}, "sensitive": ["c"]}, {}, None, []),
    "defaultRuleSet": ({"domainRules": [RULE]}, {}, None, {"domainRules": []}, []),
    "overrideRuleSet": ({"migrationRules": [RULE]}, {"encodingRules": [RULE]}, None),
}
SCOPES = (
    "/config",
    "/config/a",
    "/config/:.:",
    "/config/:.c:",
    "/config/:.c:a",
    "/config/:.__GLOBAL:",
    "/contexts/.d/config",
    "/contexts/.d/config/a",
    "/contexts/./config",
)


def every_field() -> Iterator[Ask]:
    for path in ("/config", "/config/a"):
        for name, values in FIELDS.items():
            for value in values:
                yield put(path, {name: value})
                yield get(path)
        yield put(path, {"compatibility": "FULL", "normalize": True})
        yield put(path, {"normalize": None})
        yield put(path, {"compatibility": None})
        yield put(path, {"compatibility": "NONE", "compatibilityLevel": "FULL"})
        yield get(path)
        yield put(path, {})
        yield get(path)
        yield get(path, defaultToGlobal=True)
        yield delete(path)
        yield get(path)


def fields_that_cannot() -> Iterator[Ask]:
    for path in ("/config", "/config/a"):
        asked = put(path, {"compatibilityLevel": "FULL"})
        yield asked.differs("body.compatibility", "`compatibilityLevel` is read")
        for policy in ("x", ""):
            asked = put(path, {"compatibilityPolicy": policy})
            yield asked.differs("status", "An unknown compatibility policy is refused")
        for body in ({"alias": 1}, {"compatibilityGroup": 1}, {"compatibility": True}):
            yield put(path, body).differs("status", "A number is not taken for a text")


def every_level() -> Iterator[Ask]:
    for path in ("/config", "/config/a"):
        for level in LEVELS:
            yield put(path, {"compatibility": level})
            yield get(path)
        yield delete(path)


def every_scope() -> Iterator[Ask]:
    for path in SCOPES:
        yield get(path)
        yield get(path, defaultToGlobal=True)
        yield delete(path)
        yield put(path, {"compatibility": "FORWARD"})
        yield get(path)
        yield get(path, defaultToGlobal=False)
        for other in (
            "/config",
            "/config/a",
            "/config/:.c:a",
            "/config/:.x:a",
            "/contexts/.d/config/b",
        ):
            yield get(other, defaultToGlobal=True)
        yield delete(path)
        yield delete(path)
        yield get(path)
    yield get("/config/a", defaultToGlobal="TRUE")
    yield get("/config/a", defaultToGlobal="1")


def scopes_over_each_other() -> Iterator[Ask]:
    yield put("/config/:.__GLOBAL:", {"compatibility": "FORWARD"})
    yield get("/config")
    yield get("/config", defaultToGlobal=True)
    yield get("/config/a", defaultToGlobal=True)
    yield get("/config/:.c:a", defaultToGlobal=True)
    yield put("/config", {"compatibility": "FULL", "normalize": True})
    yield get("/config/a", defaultToGlobal=True)
    yield get("/config/:.c:a", defaultToGlobal=True)
    yield put("/config/:.c:", {"compatibilityGroup": "g"})
    level = Differs("body.compatibilityLevel", "A config that names no level")
    yield get("/config/:.c:a", defaultToGlobal=True)
    yield get("/config/:.c:", defaultToGlobal=True).may(level)
    yield get("/config/:.c:")
    yield put("/config/:.c:a", {"validateFields": True})
    yield get("/config/:.c:a", defaultToGlobal=True).may(level)
    yield get("/config/:.c:a")
    yield put("/config/a", {"alias": "b"})
    yield get("/config/a")
    yield get("/config/a", defaultToGlobal=True).may(level)
    yield delete("/config")
    yield get("/config")
    yield get("/config/a", defaultToGlobal=True)
    yield delete("/config/a")
    yield get("/config/a", defaultToGlobal=True)
    yield delete("/config/:.__GLOBAL:")


def subjects_that_cannot() -> Iterator[Ask]:
    for name in (
        "__GLOBAL",
        "__EMPTY",
        ":.__GLOBAL:a",
        ":*:",
        "%20",
        ":.c:%20",
        "::",
        ":a",
        ":.c",
    ):
        yield put(f"/config/{name}", {"compatibility": "FULL"})
        yield get(f"/config/{name}")
        yield delete(f"/config/{name}")


def what_is_read_only() -> Iterator[Ask]:
    yield put("/mode/a", {"mode": "READONLY"})
    yield put("/config/a", {"compatibility": "FULL"})
    yield put("/config", {"compatibility": "FULL"})
    yield delete("/config/a")
    yield put("/mode", {"mode": "READONLY"})
    yield put("/config", {"compatibility": "NONE"})
    yield put("/config/b", {"compatibility": "NONE"})
    yield delete("/config")
    yield get("/config")


def levels_that_apply() -> Iterator[Ask]:
    yield post(A, avro(ONE))
    yield post(A, avro(INCOMPATIBLE))
    yield put("/config", {"compatibility": "NONE"})
    yield post(A, avro(INCOMPATIBLE))
    yield put("/config/a", {"compatibility": "FULL"})
    yield post(A, avro(TWO))
    yield put("/config/a", {"compatibility": "FORWARD"})
    yield post(A, avro(record("R", "a", "c", "d")))
    yield put("/config/:.c:", {"compatibility": "FORWARD"})
    yield post("/subjects/:.c:a/versions", avro(ONE))
    yield post("/subjects/:.c:a/versions", avro(INCOMPATIBLE))
    yield delete("/config/a")
    yield post(A, avro(INT))


def compatibility_groups() -> Iterator[Ask]:
    def version(text: str, value: str | None) -> Ask:
        given = {} if value is None else {"metadata": {"properties": {"major": value}}}
        return post(A, avro(text, **given))

    yield put("/config/a", {"compatibilityGroup": "major"})
    yield version(ONE, "1")
    yield version(INCOMPATIBLE, "1")
    yield version(INCOMPATIBLE, "2")
    yield version(TWO, "1")
    yield version(TWO, "2")
    yield version(INT, None)
    yield version(record("R", "a", "c", "d"), "3")
    yield version(ONE, None)
    yield get(A)


def defaults_and_overrides() -> Iterator[Ask]:
    yield put(
        "/config",
        {
            "defaultMetadata": {"properties": {"owner": "default", "a": "1"}, "tags": {"x": ["P"]}},
            "overrideMetadata": {"properties": {"level": "over"}, "sensitive": ["owner"]},
            "defaultRuleSet": {"domainRules": [RULE]},
            "overrideRuleSet": {"domainRules": [{**RULE, "name": "over"}]},
        },
    )
    yield post(A, avro(ONE))
    yield get("/subjects/a/versions/1")
    yield post(A, avro(ONE))
    yield post("/subjects/a", avro(ONE))
    given = {"properties": {"owner": "me", "level": "mine"}, "tags": {"x": ["Q"], "y": ["R"]}}
    yield post(A, avro(ONE, metadata=given))
    rules = {"domainRules": [{**RULE, "expr": "false"}, {**RULE, "name": "more"}]}
    yield post(A, avro(TWO, ruleSet=rules))
    yield get("/subjects/a/versions/latest")
    yield put("/config/b", {"defaultMetadata": {"properties": {"owner": "b"}}})
    yield post("/subjects/b/versions", avro(ONE))
    yield get("/config/b", defaultToGlobal=True)
    yield post("/compatibility/subjects/a/versions", avro(TWO))
    yield delete("/config")
    yield post(A, avro(record("R", "a", optional=("b", "d"))))
    yield get("/subjects/a/versions/latest")
