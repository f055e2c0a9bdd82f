"""Aliases: subjects that stand for others, in every place where a subject is named."""

from collections.abc import Iterator

from tests.registry.parity.ask import Ask, delete, get, post, put
from tests.registry.parity.given import INT, LONG, STRING, avro, record, reference, using


def _aliased(alias: str, subject: str) -> Ask:
    return put(f"/config/{alias}", {"alias": subject})


def everywhere() -> Iterator[Ask]:
    yield _aliased("b", "a")
    yield get("/subjects/b/versions")
    yield post("/subjects/b/versions", avro(INT))
    yield get("/subjects")
    yield post("/subjects/a/versions", avro(LONG))
    yield get("/subjects/b/versions")
    yield get("/subjects/b/versions/1")
    yield get("/subjects/b/versions/latest/schema")
    yield get("/subjects/b/versions/1/referencedby")
    yield get("/subjects/b/metadata", key="x", value="y")
    yield post("/subjects/b", avro(LONG))
    yield post("/compatibility/subjects/b/versions/latest", avro(STRING))
    yield post("/compatibility/subjects/b/versions", avro(STRING))
    yield post("/subjects/b/versions/1/tags", {"metadata": {"properties": {"x": "y"}}})
    yield get("/schemas/ids/1", subject="b")
    yield get("/schemas/ids/1/subjects", subject="b")
    yield get("/schemas/ids/1/versions", subject="b")
    yield get("/config/b")
    yield get("/config/b", defaultToGlobal=True)
    yield put("/config/a", {"compatibility": "NONE"})
    yield get("/config/b", defaultToGlobal=True)
    yield put("/mode/b", {"mode": "READONLY"})
    yield post("/subjects/b/versions", avro(STRING))
    yield put("/mode/a", {"mode": "READONLY"})
    yield post("/subjects/b/versions", avro('"bytes"'))
    yield delete("/mode/a")
    yield delete("/subjects/b/versions/1")
    yield delete("/subjects/b")
    yield delete("/subjects/b", permanent=True)
    yield get("/config/b")
    yield delete("/config/b")
    yield get("/subjects/b/versions")


def listed() -> Iterator[Ask]:
    for subject in ("a", "other", ":.c:a"):
        yield post(f"/subjects/{subject}/versions", avro(INT))
    for alias, subject in (("b", "a"), ("c", "a"), (":.c:b", "a"), ("d", "nobody"), ("e", "other")):
        yield _aliased(alias, subject)
    for prefix in ("", "a", "b", "other", ":.c:", ":*:", "x"):
        yield get("/schemas", subjectPrefix=prefix, aliases=True)
        yield get("/subjects", subjectPrefix=prefix)
    yield get("/schemas", aliases=True, latestOnly=True, limit=1)
    yield delete("/subjects/a")
    yield get("/schemas", aliases=True)
    yield get("/schemas", aliases=True, deleted=True)


def of_aliases() -> Iterator[Ask]:
    yield post("/subjects/a/versions", avro(INT))
    yield _aliased("b", "a")
    yield _aliased("c", "b")
    yield _aliased("a", "b")
    yield get("/subjects/c/versions")
    yield get("/subjects/b/versions")
    yield get("/subjects/a/versions")
    yield _aliased("d", "d")
    yield get("/subjects/d/versions")
    yield _aliased("e", "")
    yield get("/subjects/e/versions")


def across_contexts() -> Iterator[Ask]:
    yield post("/subjects/:.c:a/versions", avro(INT))
    yield post("/subjects/a/versions", avro(LONG))
    yield _aliased("x", ":.c:a")
    yield _aliased(":.c:y", "a")
    yield get("/subjects/x/versions/1")
    yield get("/subjects/:.c:y/versions/1")
    yield get("/contexts/.c/subjects/y/versions/1")
    yield get("/subjects/y/versions/1")


def referred_to() -> Iterator[Ask]:
    yield post("/subjects/inner/versions", avro(record("Inner", "a")))
    yield _aliased("alias", "inner")
    body = avro(using("Outer", "Inner"), reference("Inner", "alias"))
    yield post("/subjects/a/versions", body)
    yield get("/subjects/alias/versions/1/referencedby")


def associated() -> Iterator[Ask]:
    yield post("/subjects/a/versions", avro(INT))
    yield _aliased("b", "a")
    topic = {"resourceName": "t", "resourceNamespace": "lkc", "resourceId": "id-t"}
    yield post("/associations", {**topic, "associations": [{"subject": "b"}]})
    yield get("/associations/subjects/a")
    yield get("/associations/subjects/b")
