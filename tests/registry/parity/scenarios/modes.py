"""Modes: set, read and taken away at every level, and what each of them lets in."""

from collections.abc import Iterator

from tests.registry.parity.ask import Ask, delete, get, post, put
from tests.registry.parity.given import INT, LONG, STRING, avro, record, reference, using

A = "/subjects/a/versions"
MODES = (
    "READWRITE",
    "READONLY",
    "READONLY_OVERRIDE",
    "IMPORT",
    "FORWARD",
    "readonly",
    " READONLY",
    "",
    "nothing",
    None,
    ["READONLY"],
    {},
)
SCOPES = (
    "/mode",
    "/mode/a",
    "/mode/:.:",
    "/mode/:.c:",
    "/mode/:.c:a",
    "/mode/:.__GLOBAL:",
    "/contexts/.d/mode",
    "/contexts/.d/mode/a",
    "/contexts/./mode",
)


def every_mode() -> Iterator[Ask]:
    for path in SCOPES:
        for mode in MODES:
            yield put(path, {"mode": mode})
            yield get(path)
        yield put(path, {})
        yield get(path)
        yield delete(path)
        yield get(path)


def modes_that_are_no_texts() -> Iterator[Ask]:
    for mode in (1, True):
        for path in ("/mode", "/mode/a"):
            yield put(path, {"mode": mode}).differs("status", "A number is not taken for a text")


def every_scope() -> Iterator[Ask]:
    for path in SCOPES:
        yield get(path)
        yield get(path, defaultToGlobal=True)
        yield delete(path)
        yield put(path, {"mode": "READONLY"})
        yield get(path, defaultToGlobal=False)
        for other in ("/mode", "/mode/a", "/mode/:.c:a", "/mode/:.x:a", "/contexts/.d/mode/b"):
            yield get(other, defaultToGlobal=True)
        yield delete(path)
        yield delete(path)
        yield get(path)


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
        yield put(f"/mode/{name}", {"mode": "READONLY"})
        yield get(f"/mode/{name}")
        yield delete(f"/mode/{name}")


def recursive_deletion() -> Iterator[Ask]:
    for name in ("a", "b", ":.c:a", ":.c:b", ":.c:"):
        yield put(f"/mode/{name}", {"mode": "READONLY"})
    yield delete("/mode/:.c:a", recursive=True)
    yield get("/mode/:.c:a")
    yield get("/mode/:.c:b")
    yield delete("/mode/:.c:", recursive=True)
    yield get("/mode/:.c:b")
    yield get("/mode/:.c:")
    yield delete("/mode/:.c:", recursive=True)
    yield delete("/mode/nobody", recursive=True)
    yield get("/mode/a")
    yield delete("/mode", recursive=True)
    yield get("/mode/a")
    yield get("/mode/b")
    yield put("/mode/a", {"mode": "READONLY"})
    yield put("/mode/:.c:a", {"mode": "READONLY"})
    yield delete("/mode/:.__GLOBAL:", recursive=True)
    yield get("/mode/a")
    yield get("/mode/:.c:a")


def read_only() -> Iterator[Ask]:
    for mode in ("READONLY", "READONLY_OVERRIDE"):
        yield post(A, avro(INT))
        yield put("/mode", {"mode": mode})
        yield post(A, avro(INT))
        yield post(A, avro(LONG))
        yield post("/subjects/:.c:a/versions", avro(INT))
        yield post("/subjects/a", avro(INT))
        yield post("/compatibility/subjects/a/versions/latest", avro(LONG))
        yield put("/mode/a", {"mode": "READWRITE"})
        yield post(A, avro(LONG))
        yield put("/config", {"compatibility": "FULL"})
        yield delete("/mode/a")
        yield put("/mode", {"mode": "READWRITE"})
        yield put("/mode/a", {"mode": mode})
        yield post(A, avro('"float"'))
        yield post("/subjects/b/versions", avro(INT))
        yield delete("/mode/a")


def importing() -> Iterator[Ask]:
    yield put("/mode", {"mode": "IMPORT"})
    yield post(A, avro(INT))
    yield post(A, avro(INT, id=100))
    yield post(A, avro(INT, version=5))
    yield post(A, avro(INT, id=100, version=5))
    yield post(A, avro(INT, id=100, version=5))
    yield post(A, avro(STRING, id=101, version=2))
    yield post(A, avro(LONG, id=100, version=6))
    yield post(A, avro(INT, id=102, version=7))
    yield post(A, avro(LONG, id=101, version=5))
    yield post("/subjects/b/versions", avro(INT, id=100, version=3))
    yield post("/subjects/b/versions", avro(LONG, id=0, version=4))
    yield post("/subjects/b/versions", avro('"float"', id=50))
    yield post("/subjects/b/versions", avro('"double"', id=51, version=-1))
    yield post("/subjects/b/versions", avro('"double"', id=52, version=0))
    yield post("/subjects/b/versions", avro("nothing", id=60, version=9))
    empty = post("/subjects/e/versions", avro("", id=61, version=9))
    yield empty.differs("status", "An empty text is no schema")
    yield post("/subjects/b/versions", avro('"bytes"', id=-5, version=9))
    yield post("/subjects/c/versions", avro(using("O", "I"), reference("I", "nobody"), id=70))
    yield get(A)
    yield get("/subjects/b/versions")
    yield get("/schemas", subjectPrefix="b")
    several = "Every version with an id is listed"
    yield get("/schemas/ids/100/versions").differs("body*", several)
    yield get("/schemas/ids/102")
    yield put("/mode", {"mode": "READWRITE"})
    yield post("/subjects/n/versions", avro('"bytes"'))
    yield post("/subjects/n/versions", avro(LONG))
    yield post("/subjects/n/versions", avro('"boolean"', id=200))
    yield get("/schemas/ids/100", fetchMaxId=True).differs("body.version", several)


def into_import() -> Iterator[Ask]:
    yield post(A, avro(INT))
    yield put("/mode", {"mode": "IMPORT"})
    yield put("/mode/a", {"mode": "IMPORT"})
    yield put("/mode/b", {"mode": "IMPORT"})
    yield put("/mode/:.c:", {"mode": "IMPORT"})
    yield put("/mode/a", {"mode": "IMPORT"}, force=True)
    yield put("/mode/a", {"mode": "READWRITE"})
    yield delete("/subjects/a")
    yield put("/mode/a", {"mode": "IMPORT"})
    yield get(A, deleted=True)
    yield get("/schemas/ids/1")
    yield put("/mode/a", {"mode": "READWRITE"})
    yield post(A, avro(record("I", "a")))
    yield post("/subjects/b/versions", avro(using("O", "I"), reference("I", "a"), id=9))
    yield delete("/subjects/a")
    yield delete("/subjects/b")
    yield put("/mode/a", {"mode": "IMPORT"})
    yield put("/mode", {"mode": "IMPORT"})
    yield get("/subjects", deleted=True)


def into_import_by_force() -> Iterator[Ask]:
    yield post(A, avro(INT))
    yield post(A, avro(LONG))
    yield delete(f"{A}/1")
    yield put("/mode", {"mode": "IMPORT"}, force=True)
    yield get(A, deleted=True)
    yield post(A, avro(LONG, id=2))
    yield post(A, avro(INT, id=1, version=1))
    yield get(A, deleted=True)
    yield put("/mode/a", {"mode": "IMPORT"}, force="x")
    yield put("/mode/b", {"mode": "READONLY"}, force=True)
    yield put("/mode/c", {"mode": "nothing"}, force=True)


def forward() -> Iterator[Ask]:
    yield put("/mode/:.__GLOBAL:", {"mode": "FORWARD"})
    yield get("/mode", defaultToGlobal=True)
    yield get("/mode")
    yield post(A, avro(INT))
    yield post(A, avro(INT, id=7, version=3))
    yield put("/config/a", {"compatibility": "FULL"})
    yield put("/mode/a", {"mode": "READWRITE"})
    yield delete("/subjects/a")
    yield delete("/mode/:.__GLOBAL:")
    yield get("/mode", defaultToGlobal=True)
