"""Contexts: in subjects and in paths, listed and deleted; ids and lookups across them."""

from collections.abc import Iterator

from tests.registry.parity.ask import Ask, ask, delete, get, post, put
from tests.registry.parity.given import INT, LONG, STRING, avro, record, reference, using

A = "/subjects/a/versions"


def ids_of_their_own() -> Iterator[Ask]:
    yield get("/contexts")
    yield post(A, avro(INT))
    yield post(A, avro(LONG))
    yield post("/subjects/:.c:a/versions", avro(LONG))
    yield post("/subjects/:.c:b/versions", avro(INT))
    yield post("/contexts/d/subjects/a/versions", avro(STRING))
    yield get("/contexts")
    yield get("/schemas/ids/1")
    yield get("/schemas/ids/1", subject=":.c:")
    yield get("/contexts/.c/schemas/ids/1")
    yield get("/contexts/.c/schemas/ids/1/subjects")
    yield get("/contexts/.c/schemas/ids/1/versions")
    yield get("/contexts/.c/schemas/ids/1/schema")
    yield get("/contexts/.c/schemas/ids/9")
    yield get("/contexts/.x/schemas/ids/1")
    yield get("/schemas/ids/1", subject=":.d:a")
    yield post("/contexts/.c/subjects/b/versions", avro(LONG))
    yield get("/contexts/.c/schemas/ids/1/subjects")
    yield get("/contexts/.c/schemas/ids/1/versions")


def paths() -> Iterator[Ask]:
    yield post("/subjects/:.c:a/versions", avro(INT))
    yield post(A, avro(STRING))
    for context in (".c", "c", ":.c:", ":.c", ".", ":.:", "..", "x", ":*:", "%20", ".c%2Fd", "*"):
        start = f"/contexts/{context}"
        yield get(f"{start}/subjects")
        yield get(f"{start}/subjects", subjectPrefix="a")
        yield get(f"{start}/subjects", subjectPrefix=":.c:")
        yield get(f"{start}/subjects", subjectPrefix=":*:")
        yield get(f"{start}/schemas")
        yield get(f"{start}/subjects/a/versions")
        yield get(f"{start}/subjects/:.c:a/versions")
        yield get(f"{start}/config")
        yield get(f"{start}/mode/a", defaultToGlobal=True)
        yield post(f"{start}/compatibility/subjects/a/versions/latest", avro(LONG))
        yield post(f"{start}/subjects/a", avro(INT))
    for path in (
        "/contexts/.c/nothing",
        "/contexts/.c/contexts",
        "/contexts/.c/",
        "/contexts/.c/schemas/types",
        "/contexts/.c/v1/metadata/id",
        "/contexts/.c/associations/subjects/a",
        "/contexts/.c/schemas/guids/x",
    ):
        yield get(path)
        yield ask("OPTIONS", path)


def listed() -> Iterator[Ask]:
    for name in ("b", "a", "ab"):
        yield post(f"/subjects/:.{name}:s/versions", avro(INT))
    yield put("/config/:.z:", {"compatibility": "FULL"})
    yield put("/mode/:.y:", {"mode": "READONLY"})
    for prefix in ("", ".", ".a", "a", ".z", ":.a", ":.a:", ":*:"):
        yield get("/contexts", contextPrefix=prefix)
    for query in (
        "offset=1",
        "limit=1",
        "offset=1&limit=1",
        "limit=0",
        "limit=-2",
        "limit=x",
        "offset=9",
    ):
        yield get(f"/contexts?{query}")
    yield delete("/subjects/:.a:s")
    yield get("/contexts")
    yield delete("/subjects/:.a:s", permanent=True)
    yield get("/contexts")


def deleted() -> Iterator[Ask]:
    yield delete("/contexts/.nothing")
    yield delete("/contexts/.")
    yield delete("/contexts/:.:")
    yield post("/subjects/:.c:a/versions", avro(INT))
    yield delete("/contexts/.c")
    yield delete("/subjects/:.c:a")
    yield delete("/contexts/.c")
    yield delete("/subjects/:.c:a", permanent=True)
    yield put("/config/:.c:", {"compatibility": "FULL"})
    yield put("/mode/:.c:", {"mode": "READWRITE"})
    yield put("/config/:.c:x", {"compatibility": "FULL"})
    yield delete("/contexts/.c")
    yield get("/contexts")
    yield get("/config/:.c:")
    yield get("/mode/:.c:")
    yield get("/config/:.c:x")
    yield delete("/contexts/.c")
    yield post("/subjects/:.c:a/versions", avro(LONG))
    yield get("/contexts/.c/schemas/ids/1")
    yield get("/contexts/.c/schemas/ids/2")
    for name in ("c", ":.d:", ":.d", "%20", ".__GLOBAL", ":.__GLOBAL:", ":*:"):
        yield delete(f"/contexts/{name}")
    yield put("/mode", {"mode": "READONLY"})
    yield delete("/contexts/.e")


def found_without_their_name() -> Iterator[Ask]:
    yield post("/subjects/:.c:only/versions", avro(INT))
    yield post("/subjects/:.d:only/versions", avro(LONG))
    yield post("/subjects/:.d:both/versions", avro(LONG))
    yield post("/subjects/both/versions", avro(STRING))
    for subject in ("only", "both"):
        yield get(f"/subjects/{subject}/versions")
        yield get(f"/subjects/{subject}/versions/1")
        yield get(f"/subjects/{subject}/versions/2")
        yield get(f"/subjects/{subject}/versions/latest")
        yield get(f"/subjects/{subject}/versions/1/schema")
        yield get(f"/subjects/{subject}/versions/1/referencedby")
        yield post(f"/subjects/{subject}", avro(LONG))
        yield post(f"/subjects/{subject}", avro(INT))
        yield post(f"/subjects/{subject}", avro(STRING))
        yield get("/schemas/ids/1", subject=subject)
        yield get("/schemas/ids/1/subjects", subject=subject)
        yield get("/schemas/ids/1/versions", subject=subject)
        yield get("/schemas/ids/1/schema", subject=subject)
        yield post(f"/compatibility/subjects/{subject}/versions/latest", avro(STRING))
        yield post(f"/compatibility/subjects/{subject}/versions/1", avro(STRING))
        yield get(f"/subjects/{subject}/metadata", key="a", value="b")
    yield delete("/subjects/only/versions/1")
    yield delete("/subjects/only")
    yield get("/schemas/ids/2")


def references_across() -> Iterator[Ask]:
    inner, outer = record("Inner", "a"), using("Outer", "Inner")
    yield post("/subjects/:.c:inner/versions", avro(inner))
    yield post("/subjects/:.c:a/versions", avro(outer, reference("Inner", "inner")))
    yield post("/subjects/:.c:b/versions", avro(outer, reference("Inner", ":.c:inner")))
    yield post("/subjects/:.d:a/versions", avro(outer, reference("Inner", "inner")))
    yield post("/subjects/:.d:a/versions", avro(outer, reference("Inner", ":.c:inner")))
    yield post(A, avro(outer, reference("Inner", ":.c:inner")))
    yield post("/subjects/inner/versions", avro(inner))
    for path in (
        "/subjects/:.c:a/versions/1",
        "/subjects/:.c:b/versions/1",
        "/subjects/:.d:a/versions/1",
        "/subjects/a/versions/1",
        "/schemas/ids/1",
        "/contexts/.c/schemas/ids/2",
        "/contexts/.d/schemas/ids/1",
    ):
        yield get(path)
        asked = get(path, referenceFormat="qualified")
        is_rewritten = path == "/subjects/:.c:a/versions/1"
        yield asked.differs("body.guid", "The GUID stays") if is_rewritten else asked
        yield get(path, referenceFormat="QUALIFIED")
    yield get("/subjects/:.c:inner/versions/1/referencedby")
    yield get("/subjects/inner/versions/1/referencedby")
    yield delete("/subjects/:.c:inner/versions/1")
    asked = post("/subjects/:.d:b/versions", avro(outer, reference("Inner", ":.:inner")))
    yield asked.differs("status", "`:.:name` is a subject of the default context")


def made_by_what_is_refused() -> Iterator[Ask]:
    yield post("/subjects/:.c:a/versions", avro("nothing"))
    yield get("/contexts")
    yield post("/subjects/:.c:a/versions", avro(INT, version=9))
    yield get("/contexts").differs("body*", "A registration that is refused makes no context")


def derived_in_another() -> Iterator[Ask]:
    yield post("/subjects/:.c:a/versions", avro(INT))
    asked = post("/subjects/a/versions/1/tags", {"metadata": {"properties": {"x": "y"}}})
    yield asked.differs("body*", "A version that is found in another context is derived there")
    yield post("/subjects/:.c:a/versions/1/tags", {"metadata": {"properties": {"x": "z"}}}).differs(
        "body*", "A version that is found in another context is derived there"
    )
