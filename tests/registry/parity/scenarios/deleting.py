"""Versions and subjects deleted, softly and for good, in every wrong order."""

from collections.abc import Iterator

from tests.registry.parity.ask import Ask, delete, get, post, put
from tests.registry.parity.given import INT, LONG, avro, record, reference, using

A = "/subjects/a/versions"
FLOAT, DOUBLE = '"float"', '"double"'


def versions() -> Iterator[Ask]:
    for text in (INT, LONG, FLOAT, DOUBLE):
        yield post(A, avro(text))
    for version in ("0", "-2", "abc", "2147483648", "9", "latest%20"):
        yield delete(f"{A}/{version}")
        yield delete(f"/subjects/nobody/versions/{version}")
    yield delete("/subjects/nobody/versions/1")
    yield delete("/subjects/nobody/versions/latest")
    yield delete("/subjects/nobody/versions/1", permanent=True)
    yield delete(f"{A}/2", permanent=True)
    yield delete(f"{A}/2", permanent="x")
    yield delete(f"{A}/2")
    yield delete(f"{A}/2", permanent=True)
    yield delete(f"{A}/2", permanent=True)
    yield delete(f"{A}/2")
    yield get(A, deleted=True)
    yield delete(f"{A}/latest", permanent=True)
    yield delete(f"{A}/latest")
    yield get(A, deletedAsNegative=True)
    yield delete(f"{A}/latest", permanent=True)
    yield delete(f"{A}/-1", permanent=True)
    yield delete(f"{A}/-1")
    yield get(A, deletedAsNegative=True)
    yield delete(f"{A}/latest")
    yield delete(f"{A}/latest")
    yield get(A)
    yield get(A, deleted=True)
    yield delete(f"{A}/1", permanent=True)
    yield delete(f"{A}/latest", permanent=True)
    yield delete(f"{A}/3", permanent=True)
    yield delete(f"{A}/4", permanent=True)
    yield get(A, deleted=True)
    yield get("/subjects", deleted=True)
    yield post(A, avro(INT))
    yield get(A)


def subjects() -> Iterator[Ask]:
    yield delete("/subjects/nobody")
    yield delete("/subjects/nobody", permanent=True)
    for text in (INT, LONG, FLOAT):
        yield post(A, avro(text))
    yield delete("/subjects/a", permanent=True)
    yield delete(f"{A}/2")
    yield delete("/subjects/a", permanent=True)
    yield delete("/subjects/a")
    yield delete("/subjects/a")
    yield get("/subjects")
    yield get("/subjects", deleted=True)
    yield delete("/subjects/a", permanent=True)
    yield delete("/subjects/a", permanent=True)
    yield delete("/subjects/a")
    yield get("/schemas/ids/1")
    yield get("/schemas/ids/1/subjects", deleted=True)
    yield post(A, avro(LONG))
    yield post(A, avro(FLOAT))
    yield delete(f"{A}/1")
    yield delete(f"{A}/1", permanent=True)
    yield delete("/subjects/a")
    yield delete("/subjects/a", permanent=True)


def settings_go_along() -> Iterator[Ask]:
    for path in ("/subjects/a", "/subjects/a/versions/1"):
        yield post(A, avro(INT))
        yield put("/config/a", {"compatibility": "FULL"})
        yield put("/mode/a", {"mode": "READWRITE"})
        yield delete(path)
        yield get("/config/a")
        yield get("/mode/a")
        yield delete(path, permanent=True)
        yield get("/config/a")
        yield get("/mode/a")


def what_is_referred_to() -> Iterator[Ask]:
    yield post("/subjects/inner/versions", avro(record("Inner", "a")))
    yield post("/subjects/inner/versions", avro(record("Inner", "a", optional=("b",))))
    yield post(A, avro(using("Outer", "Inner"), reference("Inner", "inner", 1)))
    yield delete("/subjects/inner/versions/1")
    yield delete("/subjects/inner/versions/1", permanent=True)
    yield delete("/subjects/inner")
    yield delete("/subjects/inner", permanent=True)
    yield delete("/subjects/inner/versions/2")
    yield delete("/subjects/a")
    yield delete("/subjects/inner/versions/1")
    yield delete("/subjects/inner/versions/1", permanent=True)
    yield delete("/subjects/inner", permanent=True)
    yield get("/subjects/inner/versions", deleted=True)
    yield delete("/subjects/a", permanent=True)
    yield delete("/subjects/inner", permanent=True)
    yield get("/subjects", deleted=True)


def what_is_read_only() -> Iterator[Ask]:
    yield post(A, avro(INT))
    yield post(A, avro(LONG))
    yield put("/mode/a", {"mode": "READONLY"})
    yield delete(f"{A}/1")
    yield delete("/subjects/a")
    yield delete(f"{A}/9")
    yield delete(f"{A}/1", permanent=True)
    yield put("/mode/a", {"mode": "READWRITE"})
    yield delete(f"{A}/1")
    yield put("/mode/a", {"mode": "READONLY"})
    yield delete(f"{A}/1")
    yield delete(f"{A}/1", permanent=True)
    yield delete("/subjects/a", permanent=True)
    yield put("/mode/a", {"mode": "READWRITE"})
    yield delete("/subjects/a")
    yield put("/mode", {"mode": "READONLY"})
    yield delete("/subjects/a", permanent=True)
    yield delete("/subjects/nobody")
    yield delete("/subjects/nobody/versions/1")
    yield put("/mode/a", {"mode": "READONLY_OVERRIDE"})
    yield delete("/subjects/a", permanent=True)
    yield put("/mode/a", {"mode": "IMPORT"})
    yield put("/mode", {"mode": "READONLY_OVERRIDE"})
    yield delete("/subjects/a", permanent=True)
