"""Associations of topics with subjects: made, changed, found, frozen, deleted, in batches."""

from collections.abc import Iterator
from typing import Any

from tests.registry.parity.ask import Ask, delete, get, post, put
from tests.registry.parity.given import INT, LONG, avro, record, reference, using

MANY, MUTATE = "/associations:batchGet", "/associations:batchMutate"
OWN = ":.lkc:t-value"
"""The subject that topic t has alone."""


def _topic(name: str, *associations: Any, **more: Any) -> dict[str, Any]:
    told = {
        "resourceName": name,
        "resourceNamespace": "lkc",
        "resourceId": f"id-{name}",
        "resourceType": "topic",
        "associations": list(associations),
        **more,
    }
    return {key: value for key, value in told.items() if value is not None}


def _with(subject: Any, kind: Any = "value", **more: Any) -> dict[str, Any]:
    told = {"subject": subject, "associationType": kind, **more}
    return {key: value for key, value in told.items() if value is not None}


def _made(*arguments: Any, **more: Any) -> Ask:
    return post("/associations", _topic(*arguments, **more))


def _changed(name: str, *associations: Any, **more: Any) -> Ask:
    return put(f"/associations/resources/id-{name}", _topic(name, *associations, **more))


def _found(name: str = "t") -> Iterator[Ask]:
    yield get(f"/associations/resources/id-{name}")
    yield get(f"/associations/resources/lkc/{name}")


def _registered(*subjects: str) -> Iterator[Ask]:
    for subject in subjects:
        yield post(f"/subjects/{subject}/versions", avro(INT))


def weak_ones() -> Iterator[Ask]:
    yield get("/associations/resources/-/t", resourceType="topic", associationType="value")
    yield _made("t", _with("s"))
    yield from _registered("s", "k")
    yield _made("t", _with("s"))
    yield _made("t", _with("s"))
    yield _made("t", _with("s", lifecycle="WEAK", frozen=False))
    yield _made("t", _with("s", frozen=True))
    yield _made("t", _with("s", lifecycle="STRONG"))
    yield _made("t", _with("k"))
    yield _made("t", _with(None))
    yield _made("t", _with(OWN))
    yield from _found()
    yield get("/associations/subjects/s")
    yield _made("t", _with("k", "key"))
    yield _made("u", _with("s"), _with("k", "key"))
    yield _changed("t", _with("s"))
    yield _changed("t", _with("s", lifecycle="WEAK"))
    yield _changed("t", _with("s", lifecycle="STRONG"))
    yield _changed("t", _with("k", lifecycle="WEAK"))
    yield _changed("t", _with(None, frozen=True))
    yield _changed("t", _with(None))
    yield _changed("t", _with("s", schema=avro(LONG)))
    yield _changed("v", _with("s"))
    yield _changed("v", _with("k", "key"))
    yield _changed("w", _with("w", schema=avro(INT)))
    yield _changed("w", _with(None))
    yield _changed("w", _with(None, lifecycle="STRONG"))
    yield get("/associations/subjects/s")
    yield get("/associations/subjects/k")


def strong_ones() -> Iterator[Ask]:
    yield _made("t", _with("s", schema=avro(INT)))
    yield _made("t", _with(None, lifecycle="STRONG"))
    yield _made("t", _with(None, schema=avro(INT), lifecycle="WEAK"))
    yield _made("t", _with(None, schema=avro(INT), frozen=False))
    yield _made("t", _with(None, schema=avro("nothing")))
    yield _made("t", _with(None, schema=avro("")))
    yield _made("t", _with(None, schema={}))
    yield _made("t", _with(None, schema=avro(INT)))
    yield get(f"/subjects/{OWN}/versions/latest")
    yield from _found()
    yield _made("t", _with(None, schema=avro(INT)))
    yield _made("t", _with(OWN, schema=avro(INT), lifecycle="STRONG", frozen=True))
    yield _made("t", _with(None, schema=avro(LONG)))
    yield _made("t", _with(None, "key", schema=avro(LONG)))
    yield _made("t", _with(None, lifecycle="STRONG"))
    yield _made("u", _with(OWN))
    yield _made("u", _with(OWN, lifecycle="STRONG"))
    yield from _registered("s")
    yield _made("t", _with("s", "key"))
    yield _changed("t", _with(None, lifecycle="WEAK"))
    yield _changed("t", _with(None, lifecycle="WEAK", frozen=False))
    yield _changed("t", _with(None, frozen=False))
    yield _changed("t", _with(None, schema=avro(LONG)))
    yield _changed("t", _with(None, lifecycle="STRONG"))
    yield _changed("t", _with("s", lifecycle="STRONG"))
    yield get("/subjects", subjectPrefix=":*:")
    yield get("/contexts")
    yield post(f"/subjects/{OWN}/versions", avro(LONG))
    yield delete(f"/subjects/{OWN}")
    yield delete(f"/subjects/{OWN}/versions/1")
    yield delete("/associations/resources/id-t")
    yield delete("/associations/resources/id-t", cascadeLifecycle=True)
    yield get("/subjects", subjectPrefix=":*:", deleted=True)
    yield from _found()


def subjects_that_have_schemas() -> Iterator[Ask]:
    yield from _registered(OWN, ":.lkc:u-value")
    yield _made("t", _with(None, schema=avro(LONG)))
    yield _made("t", _with(None, schema=avro(INT)))
    yield post("/subjects/:.lkc:u-value/versions", avro(LONG))
    yield _made("u", _with(None, schema=avro(LONG)))
    yield post("/subjects/:.lkc:w-value/versions", avro(record("Inner", "a")))
    outer = avro(using("Outer", "Inner"), reference("Inner", ":.lkc:w-value"))
    yield post("/subjects/outer/versions", outer)
    yield _made("w", _with(None, schema=avro(record("Inner", "a"))))
    yield _made("x", _with(None, schema=avro(record("Inner", "a"))))
    outer = avro(using("Other", "Inner"), reference("Inner", ":.lkc:x-value"))
    yield post("/subjects/other/versions", outer)


def wrong_ones() -> Iterator[Ask]:
    yield from _registered("s", "k")
    good = _with("s")
    wrong = {
        "no name": _topic("t", good, resourceName=None),
        "an empty name": _topic("t", good, resourceName=""),
        "a namespace with a dot": _topic("t", good, resourceNamespace="a.b"),
        "a name with a letter that is not ASCII": _topic("t", good, resourceName="a\u00e4_-1"),
        "a long name": _topic("t", good, resourceName="x" * 256),
        "a name that is too long": _topic("t", good, resourceName="x" * 257),
        "no namespace": _topic("t", good, resourceNamespace=None),
        "an empty namespace": _topic("t", good, resourceNamespace=""),
        "a colon as namespace": _topic("t", good, resourceNamespace=":"),
        "no id": _topic("t", good, resourceId=None),
        "an empty id": _topic("t", good, resourceId=""),
        "an unknown type": _topic("t", good, resourceType="table"),
        "no associations": _topic("t"),
        "associations of null": _topic("t", associations=None),
        "an empty association": _topic("t", {}),
        "no subject": _topic("t", {"associationType": "value"}),
        "an empty subject": _topic("t", _with("")),
        "an unknown association type": _topic("t", _with("s", "header")),
        "an unknown lifecycle": _topic("t", _with("s", lifecycle="OTHER")),
        "a lifecycle in small letters": _topic("t", _with("s", lifecycle="weak")),
        "frozen as a word": _topic("t", _with("s", frozen="x")),
        "frozen and weak": _topic("t", _with("s", lifecycle="WEAK", frozen=True)),
        "the same type twice": _topic("t", _with("s"), _with("k")),
        "a subject of nobody": _topic("t", _with("nobody")),
        "two lifecycles": _topic("t", _with("s"), _with(None, "key", schema=avro(INT))),
        "a list": [],
    }
    for words, body in wrong.items():
        yield post("/associations", body).called(words)
        yield put("/associations/resources/id-t", body).called(words)
    right = {
        "no type": _topic("a", _with("s"), resourceType=None),
        "an empty type": _topic("b", _with("s"), resourceType=""),
        "no association type": _topic("c", _with("k", None)),
        "an unknown field": _topic("d", _with("k", more=1), more=1),
        "the same subject twice": _topic("e", _with("s"), _with("s", "key")),
        "a dash as namespace": _topic("f", _with("s"), resourceNamespace="-"),
    }
    for words, body in right.items():
        yield post("/associations", body).called(words)
    yield put("/associations/resources/other", _topic("t", good))
    yield put("/associations/resources/id-t", _topic("t", good, resourceId=None))
    yield get("/associations/subjects/s")
    yield get("/associations/subjects/k")
    dotted = post("/associations", _topic("g", good, resourceName="a.b"))
    yield dotted.called("a name with a dot").differs("status", "Dots in a topic's name are taken")


def found() -> Iterator[Ask]:
    yield from _registered("s", "k", "x")
    yield _made("t", _with("s"), _with("k", "key"))
    yield _made("u", _with("k"))
    yield _made("v", _with("k"), resourceNamespace="other")
    yield _made("w", _with(None, schema=avro(INT)))
    queries: tuple[dict[str, Any], ...] = (
        {},
        {"resourceType": "topic"},
        {"resourceType": "table"},
        {"resourceType": ""},
        {"associationType": "value"},
        {"associationType": "key"},
        {"associationType": ["key", "value"]},
        {"associationType": "other"},
        {"lifecycle": "STRONG"},
        {"lifecycle": "WEAK"},
        {"lifecycle": "weak"},
        {"lifecycle": "OTHER"},
        {"lifecycle": ""},
        {"offset": 1},
        {"limit": 1},
        {"limit": 0},
        {"limit": -1},
        {"limit": "x"},
    )
    for query in queries:
        yield get("/associations/subjects/k", **query)
        yield get("/associations/resources/id-t", **query)
        yield get("/associations/resources/lkc/t", **query)
    for path in (
        "subjects/nobody",
        "resources/nobody",
        "resources/lkc/nobody",
        "resources/other/t",
        "resources/-/v",
        "resources/lkc/-",
        "resources/-/-",
        "resources/lkc/w",
        "subjects/:.c:k",
        "subjects/:.lkc:w-value",
    ):
        yield get(f"/associations/{path}")
    yield get("/associations/resources/-/t", offset=-1).differs("status", "A negative offset is 0")
    for query in (
        {"resourceType": "topic"},
        {"resourceType": "table"},
        {"associationType": "key"},
        {"associationType": ["key", "value"]},
        {"lifecycle": "STRONG"},
        {"lifecycle": "WEAK"},
        {"lifecycle": "NONE"},
        {"lifecycle": ["NONE", "WEAK"]},
        {"lifecycle": "weak"},
        {"lifecycle": "NONE", "associationType": "key"},
    ):
        yield get("/schemas", subjectPrefix=":*:", **query)


def deleted() -> Iterator[Ask]:
    yield from _registered("s", "k")
    yield delete("/associations/resources/id-t")
    yield _made("t", _with("s"), _with("k", "key"))
    yield delete("/subjects/s")
    yield delete("/subjects/s/versions/1")
    yield post("/subjects/s/versions", avro(LONG))
    yield delete("/subjects/s/versions/1")
    yield delete("/subjects/s/versions/1", permanent=True)
    yield delete("/associations/resources/id-t", resourceType="table")
    yield delete("/associations/resources/id-t", associationType="other")
    yield put("/mode/k", {"mode": "READONLY"})
    yield delete("/associations/resources/id-t", associationType="key")
    yield put("/mode/k", {"mode": "READWRITE"})
    yield delete("/associations/resources/id-t", associationType="key")
    yield delete("/associations/resources/id-t", associationType="key")
    yield from _found()
    yield delete("/associations/resources/id-t", dryRun=True)
    yield from _found()
    yield delete("/associations/resources/id-t", cascadeLifecycle=True)
    yield from _found()
    yield get("/subjects", deleted=True)
    yield delete("/subjects/s")
    yield delete("/subjects/k")


def in_batches() -> Iterator[Ask]:
    yield from _registered("s", "k")
    for path in (MUTATE, MANY):
        yield post(path, {})
        yield post(path, {"requests": []})
        yield post(path, {"requests": None})
        yield put(path, {"requests": []})
    good = {"opType": "CREATE", **_with("s")}
    more = {"opType": "UPSERT", **_with("k", "key")}
    fresh = {"opType": "CREATE", "associationType": "value", "schema": avro(INT)}
    gone = {"opType": "DELETE", "associationType": "value"}
    yield post(MUTATE, {"requests": [_topic("t", _with("s"))]})
    yield post(MUTATE, {"requests": [_topic("t", {**_with("s"), "opType": "OTHER"})]})
    yield post(MUTATE, {"requests": [_topic("t", good, more), _topic("u", fresh)]})
    yield post(MUTATE, {"requests": [_topic("t", good, more)]}, dryRun=True)
    yield post(MUTATE, {"requests": [_topic("v", good, good), _topic("v"), _topic("", good)]})
    yield post(MUTATE, {"requests": [_topic("v", {**good, "subject": "nobody"})]})
    wrong = post(MUTATE, {"requests": [_topic("v", {**fresh, "schema": avro("nothing")})]})
    yield wrong.differs("body.results*", "What is wrong with one request of a batch")
    yield from _found()
    yield from _found("u")
    by_name = {"resourceName": "t", "resourceNamespace": "lkc"}
    for asked in (
        {"resourceId": "id-t"},
        by_name,
        {"resourceId": "nobody"},
        {**by_name, "associationTypes": ["key"]},
        {"resourceId": "id-t", "lifecycle": "STRONG"},
        {"resourceId": "id-t", "resourceType": "table"},
    ):
        yield post(MANY, {"requests": [asked]})
        yield post(MANY, {"requests": [asked]}, includeSchemas=True)
    for asked in ({}, {"resourceName": "t"}):
        wrong = post(MANY, {"requests": [asked]})
        yield wrong.differs("body.results*", "What is wrong with one request of a batch")
    yield post(MUTATE, {"requests": [_topic("t", gone)]})
    yield post(MUTATE, {"requests": [_topic("t", gone), _topic("u", gone)]})
    yield post(MUTATE, {"requests": [_topic("u", {**gone, "cascadeLifecycle": True})]})
    yield from _found()
    yield from _found("u")
    yield get("/subjects", subjectPrefix=":*:", deleted=True)


def dry_runs() -> Iterator[Ask]:
    yield from _registered("s")
    without_id = {"resourceId": None}
    yield post("/associations", _topic("t", _with("s")), dryRun=True)
    yield post("/associations", _topic("t", _with("s"), **without_id), dryRun=True)
    yield from _found()
    yield post("/associations", _topic("t", _with("nobody")), dryRun=True)
    yield post("/associations", _topic("t", _with(None, schema=avro(INT))), dryRun=True)
    yield post("/associations", _topic("t", _with(None, schema=avro("nothing"))), dryRun=True)
    yield _made("t", _with("s"))
    yield post("/associations", _topic("t", _with("s"), **without_id), dryRun=True)
    yield post("/associations", _topic("t", _with("k"), **without_id), dryRun=True)
    yield put("/associations/resources/id-u", _topic("u", _with("s")), dryRun=True)
    yield from _found("u")
    yield get("/subjects", subjectPrefix=":*:")


def in_contexts() -> Iterator[Ask]:
    yield from _registered(":.c:s", "k")
    yield post("/contexts/.c/associations", _topic("t", _with("s")))
    yield _made("u", _with(":.c:s"))
    yield post("/contexts/.c/associations", _topic("v", _with("k")))
    yield put("/contexts/.c/associations/resources/id-w", _topic("w", _with("s")))
    batch = {"requests": [_topic("x", {"opType": "CREATE", **_with("s")})]}
    yield post(f"/contexts/.c{MUTATE}", batch)
    yield get("/contexts/.c/associations/subjects/s")
    yield get("/contexts/.c/associations/resources/id-t")
    yield get("/associations/subjects/:.c:s")
    yield from _found()


def where_schemas_are_imported() -> Iterator[Ask]:
    yield put(f"/mode/{OWN}", {"mode": "IMPORT"})
    yield _made("t", _with(None, schema=avro(INT)))
    yield _made("t", _with(None, lifecycle="STRONG"))
    yield post(f"/subjects/{OWN}/versions", avro(INT, id=7, version=3))
    yield _made("t", _with(None, lifecycle="STRONG"))
    yield from _found()
    yield delete("/associations/resources/id-t", cascadeLifecycle=True)
    yield get("/subjects", subjectPrefix=":*:")


def where_nothing_may_be_written() -> Iterator[Ask]:
    yield from _registered("s", "k")
    yield _made("t", _with("s"))
    yield put("/mode/s", {"mode": "READONLY"})
    yield put("/mode/k", {"mode": "READONLY"})
    yield _made("u", _with("s"))
    yield _made("u", _with("s", lifecycle="STRONG"), _with(None, "key", lifecycle="WEAK"))
    yield _changed("t", _with("s", lifecycle="STRONG"))
    yield _made("u", _with("s", lifecycle="STRONG", frozen=False), _with("s", "key"))
    yield _changed("t", _with("k", "key"))
    yield _changed("t", _with("s", lifecycle="WEAK", frozen=True))
    yield _changed("t", _with(None, lifecycle="WEAK"))
    yield put("/mode", {"mode": "READONLY"})
    yield _made("v", _with(None, schema=avro(INT)))
    yield delete("/associations/resources/id-t")


def together_or_in_part() -> Iterator[Ask]:
    yield from _registered("s", "k")
    key = {"associationType": "key", "schema": avro(record("R", "a"))}
    value = {"schema": avro('{"type":"array","items":"R"}', reference("R", "t-key"))}
    for both in ((key, value), (value, key)):
        yield post("/associations", _topic("t", *both))
    weak = {"opType": "CREATE", **_with("s", "key")}
    yield post(MUTATE, {"requests": [_topic("u", weak, {"opType": "UPSERT", **_with("nobody")})]})
    yield from _found("u")
    upserts = [
        {"opType": "UPSERT", **_with(each, kind)} for each, kind in (("s", "key"), ("k", "value"))
    ]
    strong = {**upserts[1], "lifecycle": "STRONG"}
    yield post(MUTATE, {"requests": [_topic("v", upserts[0], strong)]})
    yield from _found("v")
    yield post(MUTATE, {"requests": [_topic("v", *upserts)]})
    yield from _found("v")
