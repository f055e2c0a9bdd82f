"""Schemas read: by version, by id, by GUID, in lists and their pages; looked up by their text."""

from collections.abc import Generator, Iterator
from typing import Any

from tests.registry.parity.ask import Ask, delete, get, post
from tests.registry.parity.given import INT, LONG, OBJECT, STRING, avro, record, reference, using

A = "/subjects/a/versions"
ONE, TWO = record("R", "a"), record("R", "a", optional=("b",))
VERSIONS = (
    "1",
    "2",
    "3",
    "01",
    "+1",
    "%201",
    "1%20",
    "latest",
    "LATEST",
    "Latest",
    "%20latest",
    "-1",
    "0",
    "-2",
    "-0",
    "2147483647",
    "2147483648",
    "99999999999999999999",
    "abc",
    "1.0",
    "1e0",
    "0x1",
    "1_0",
    "null",
    "true",
    "first",
)
NUMBERS = (
    "0",
    "1",
    "2",
    "7",
    "-1",
    "-7",
    "2147483647",
    "2147483648",
    "x",
    "",
    "1.5",
    "%2B1",
    "01",
    "%201",
)


def versions() -> Iterator[Ask]:
    yield post(A, avro(ONE))
    yield post(A, avro(TWO))
    for version in VERSIONS:
        yield get(f"{A}/{version}")
        yield get(f"{A}/{version}/schema")
        yield get(f"{A}/{version}/referencedby")
        yield get(f"/subjects/nobody/versions/{version}")
        yield get(f"/subjects/nobody/versions/{version}/referencedby")
    yield delete(f"{A}/2")
    for version in ("1", "2", "latest", "-1"):
        yield get(f"{A}/{version}")
        yield get(f"{A}/{version}", deleted=True)
        yield get(f"{A}/{version}/schema", deleted=True)
        yield get(f"{A}/{version}/referencedby")
    yield delete("/subjects/a")
    for version in ("1", "3", "latest"):
        yield get(f"{A}/{version}")
        yield get(f"{A}/{version}", deleted=True)
        yield get(f"{A}/{version}/schema")
        yield get(f"{A}/{version}/referencedby")


def ids() -> Iterator[Ask]:
    yield post(A, avro(ONE))
    yield post("/subjects/b/versions", avro(ONE))
    yield post(A, avro(TWO))
    yield post("/subjects/:.c:a/versions", avro(INT))
    for number in NUMBERS[:-1]:
        if number:
            yield get(f"/schemas/ids/{number}")
            yield get(f"/schemas/ids/{number}/schema")
            yield get(f"/schemas/ids/{number}/subjects")
            yield get(f"/schemas/ids/{number}/versions")
    for subject in (
        "",
        "a",
        "b",
        "nobody",
        ":.c:",
        ":.c:a",
        ":.c:b",
        ":.d:",
        ":*:",
    ):
        for number in (1, 2):
            yield get(f"/schemas/ids/{number}", subject=subject)
            yield get(f"/schemas/ids/{number}/schema", subject=subject)
            yield get(f"/schemas/ids/{number}/subjects", subject=subject)
            yield get(f"/schemas/ids/{number}/versions", subject=subject)
    yield get("/schemas/ids/1", fetchMaxId=True)
    yield get("/schemas/ids/1", fetchMaxId=True, subject=":.c:")
    yield get("/schemas/ids/9", fetchMaxId=True)
    yield get("/schemas/ids/1", fetchMaxId="x")
    for offset in ("0", "1", "2", "x"):
        yield get("/schemas/ids/1/subjects", offset=offset)
        yield get("/schemas/ids/1/versions", limit=offset)
    yield delete("/subjects/a/versions/1")
    for suffix in ("", "/schema", "/subjects", "/versions"):
        yield get(f"/schemas/ids/1{suffix}")
        yield get(f"/schemas/ids/1{suffix}", deleted=True)
    yield delete("/subjects/b")
    for suffix in ("", "/schema", "/subjects", "/versions"):
        yield get(f"/schemas/ids/1{suffix}")
        yield get(f"/schemas/ids/1{suffix}", deleted=True)
        yield get(f"/schemas/ids/1{suffix}", subject="a")


def guids() -> Generator[Ask, Any, None]:
    guid = (yield post(A, avro(ONE)))["guid"]
    yield post("/subjects/:.c:a/versions", avro(INT))
    yield post("/subjects/:.c:a/versions", avro(ONE), force=True)
    for text in (
        guid,
        guid.upper(),
        guid.replace("-", ""),
        guid[:-1],
        "x",
        "%20",
        "00000000-0000-0000-0000-000000000000",
        "1-2-3-4-5",
    ):
        yield get(f"/schemas/guids/{text}")
        yield get(f"/schemas/guids/{text}/ids")
    yield get(f"/schemas/guids/{guid}/nothing")
    yield delete("/subjects/a")
    yield get(f"/schemas/guids/{guid}")
    yield get(f"/schemas/guids/{guid}/ids")
    gone = "A schema that is deleted for good is gone"
    yield delete("/subjects/a", permanent=True)
    yield get(f"/schemas/guids/{guid}").differs("status", gone)
    yield get(f"/schemas/guids/{guid}/ids").differs("body*", gone)
    yield delete("/subjects/:.c:a")
    yield delete("/subjects/:.c:a", permanent=True)
    yield get(f"/schemas/guids/{guid}").differs("status", gone)
    yield get(f"/schemas/guids/{guid}/ids").differs("body*", gone)


def subjects_listed() -> Iterator[Ask]:
    for subject in ("b", "a", "ab", ":.c:a", ":.c:b", ":.d:a"):
        yield post(f"/subjects/{subject}/versions", avro(INT))
    yield delete("/subjects/b")
    yield from _lists("/subjects")
    yield post("/subjects/a/versions", avro(LONG))
    yield delete("/subjects/a/versions/1")
    yield get("/subjects", deletedOnly=True)
    yield get("/subjects", deleted=True)


def schemas_listed() -> Iterator[Ask]:
    yield post(A, avro(INT))
    yield post(A, avro(LONG))
    yield post("/subjects/b/versions", avro(STRING))
    yield post("/subjects/:.c:a/versions", avro(INT))
    yield delete("/subjects/b")
    yield delete("/subjects/a/versions/2")
    yield from _lists("/schemas")
    yield get("/schemas", latestOnly=True)
    yield get("/schemas", latestOnly=True, deleted=True)
    yield get("/schemas", latestOnly="x")


def versions_listed() -> Iterator[Ask]:
    for text in (INT, LONG, '"float"', '"double"'):
        yield post(A, avro(text))
    yield delete(f"{A}/2")
    for query in (
        {},
        {"deleted": True},
        {"deletedOnly": True},
        {"deletedAsNegative": True},
        {"deleted": True, "deletedOnly": True},
        {"deletedOnly": True, "deletedAsNegative": True},
        {"deleted": False},
        {"deleted": ""},
        {"deleted": "x"},
    ):
        yield get(A, **query)
        yield get("/subjects/nobody/versions", **query)
    yield from _pages(A)
    yield delete("/subjects/a")
    for query in ({}, {"deleted": True}, {"deletedOnly": True}, {"deletedAsNegative": True}):
        yield get(A, **query)


def referrers_listed() -> Iterator[Ask]:
    inner = record("Inner", "a")
    yield post("/subjects/inner/versions", avro(inner))
    for name in ("c", "b", "a"):
        body = avro(using(name.upper(), "Inner"), reference("Inner", "inner"))
        yield post(f"/subjects/{name}/versions", body)
    path = "/subjects/inner/versions/1/referencedby"
    yield from _pages(path)
    yield delete("/subjects/b")
    yield get(path)
    yield get(path, deleted=True)
    yield delete("/subjects/b", permanent=True)
    yield get(path, deleted=True)
    yield get("/subjects/a/versions/1/referencedby")


def looked_up() -> Iterator[Ask]:
    yield post("/subjects/a", avro(ONE))
    yield post(A, avro(ONE))
    yield post(A, avro(TWO))
    yield post("/subjects/:.c:a/versions", avro(INT))
    yield post("/subjects/:.c:b/versions", avro(INT))
    for subject in ("a", "b", "nobody", ":.c:a", ":.:a", ":.d:a"):
        for text in (ONE, TWO, INT, LONG, "nothing", ""):
            yield post(f"/subjects/{subject}", avro(text))
    yield post("/subjects/a", avro(ONE, schemaType="JSON"))
    yield post("/subjects/a", avro(ONE, schemaType="XML"))
    yield post("/subjects/a", avro(ONE, id=1, version=1))
    yield post("/subjects/a", avro(ONE, id=9, version=9))
    yield post("/subjects/a", avro(ONE, subject="other"))
    yield post("/subjects/j/versions", avro(OBJECT, schemaType="JSON"))
    yield post("/subjects/j", avro(OBJECT, schemaType="JSON"))
    yield post("/subjects/j", avro(OBJECT))
    yield delete(f"{A}/1")
    yield post("/subjects/a", avro(ONE))
    yield post("/subjects/a", avro(ONE), deleted=True)
    yield post("/subjects/a", avro(TWO), deleted=True)
    yield delete("/subjects/a")
    yield post("/subjects/a", avro(ONE))
    yield post("/subjects/a", avro(TWO), deleted=True)


def server() -> Iterator[Ask]:
    yield get("/")
    yield get("/schemas/types")
    yield get("/v1/metadata/id")
    yield get("/v1/metadata/version")
    yield get("/v1/metadata/deployment")
    yield get("/config")
    yield get("/mode")
    yield get("/contexts")
    yield get("/subjects")
    yield get("/schemas")


def _lists(path: str) -> Iterator[Ask]:
    for prefix in (
        "",
        "a",
        "ab",
        "b",
        "x",
        ":*:",
        ":*:a",
        ":.c:",
        ":.c:a",
        ":.c",
        ":.x:",
        ":.:",
        ":.:a",
        ":",
        "A",
    ):
        yield get(path, subjectPrefix=prefix)
        yield get(path, subjectPrefix=prefix, deleted=True)
    for query in (
        {},
        {"deleted": True},
        {"deletedOnly": True},
        {"deleted": True, "deletedOnly": True},
    ):
        yield get(path, **query)
    yield from _pages(path)


def _pages(path: str) -> Iterator[Ask]:
    for number in NUMBERS:
        asked = get(path + f"?offset={number}")
        is_negative = number.startswith("-")
        yield asked.differs("status", "A negative offset is 0") if is_negative else asked
        yield get(path + f"?limit={number}")
    yield get(path, offset=1, limit=1)
    yield get(path, offset=1, limit=-1)
    yield get(path, offset=1, limit=0)
