"""Texts in other forms, and tags inside of them: asked for, found, added and taken away."""

from collections.abc import Iterator
from typing import Any

from tests.registry.parity.ask import Ask, get, post, put
from tests.registry.parity.given import (
    INT,
    MESSAGE,
    OBJECT,
    avro,
    compact,
    record,
    reference,
    using,
)

A = "/subjects/a/versions"
TAGGED = compact(
    {
        "type": "record",
        "name": "R",
        "namespace": "n",
        "fields": [{"name": "a", "type": "string", "confluent:tags": ["PII"]}],
    }
)
PLAIN = compact(
    {
        "type": "record",
        "name": "R",
        "namespace": "n",
        "fields": [{"name": "a", "type": "string"}],
    }
)
FORMATS = ("", "default", "resolved", "serialized", "ignore_extensions", "nothing", "RESOLVED")


def _on(path: str, *tags: str, kind: str = "sr_field") -> dict[str, Any]:
    return {"schemaEntity": {"entityPath": path, "entityType": kind}, "tags": list(tags)}


def formats_of_avro() -> Iterator[Ask]:
    yield post("/subjects/inner/versions", avro(record("Inner", "a")))
    yield post(A, avro(using("Outer", "Inner"), reference("Inner", "inner")))
    for name in FORMATS:
        yield get("/schemas/ids/2", format=name)
        yield get(f"{A}/1/schema", format=name)
        yield post(
            "/subjects/a", avro(using("Outer", "Inner"), reference("Inner", "inner")), format=name
        )
        yield post("/subjects/b/versions", avro(INT), format=name)


def formats_of_json() -> Iterator[Ask]:
    yield post(A, avro(OBJECT, schemaType="JSON"))
    for name in FORMATS:
        yield get("/schemas/ids/1", format=name)
        yield get(f"{A}/1", format=name)


def formats_of_protobuf() -> Iterator[Ask]:
    yield post(A, avro(MESSAGE, schemaType="PROTOBUF"))
    for name in ("", "default", "nothing"):
        yield get("/schemas/ids/1/schema", format=name)
        yield get(f"{A}/1", format=name)


def tags_found() -> Iterator[Ask]:
    yield post(A, avro(TAGGED))
    for tags in ("PII", "*", ["PII", "X"], "X", ""):
        yield get("/schemas/ids/1", findTags=tags)
        yield get(f"{A}/1", findTags=tags)
    yield post("/subjects/p/versions", avro(PLAIN))
    yield get("/subjects/p/versions/1", findTags="*")


def tags_added_and_removed() -> Iterator[Ask]:
    yield post(A, avro(PLAIN, schemaTagsToAdd=[_on("n.R.a", "PII", "B")]))
    yield get(f"{A}/latest")
    yield post(A, avro(PLAIN, schemaTagsToAdd=[_on("n.R.a", "PII", "B")]))
    yield post(A, avro(PLAIN, schemaTagsToAdd=[_on("n.R", "T", kind="sr_record")]))
    yield post(A, avro(TAGGED, schemaTagsToRemove=[_on("n.R.a", "PII")]))
    yield post(f"{A}/latest/tags", {"tagsToAdd": [_on("n.R.a", "MORE")]})
    yield post(f"{A}/latest/tags", {"tagsToRemove": [_on("n.R.a", "MORE")]})
    yield post(A, avro(PLAIN, schemaTagsToAdd=[_on("n.R.nothing", "X")]))
    yield post(f"{A}/latest/tags", {"tagsToAdd": [_on("n.R.nothing", "X")]})
    yield post(A, avro(PLAIN, schemaTagsToAdd=[]))
    yield post(
        "/compatibility/subjects/a/versions/latest",
        avro(PLAIN, schemaTagsToAdd=[_on("n.R.a", "X")]),
    )
    yield get(A)
    taken_over = post(A, avro(PLAIN, propagateSchemaTags=True))
    yield taken_over.differs("body*", "What version a metadata tells makes no schema another one")


def bad_tags() -> Iterator[Ask]:
    yield post(A, avro(PLAIN))
    for tags in (
        "X",
        {},
        [{}],
        [{"tags": ["X"]}],
        [_on("n.R.a", "X", kind="table")],
        [_on("", "X")],
    ):
        yield post(A, avro(PLAIN, schemaTagsToAdd=tags))
        yield post(f"{A}/1/tags", {"tagsToRemove": tags})


def names_of_fields_validated() -> Iterator[Ask]:
    reserved = {"properties": {"confluent:reserved": "b, c"}}
    yield put("/config", {"validateFields": True})
    yield post(A, avro(record("R", "$$a")))
    yield post(A, avro(record("R", "a"), metadata=reserved))
    yield post(A, avro(record("R", "a", optional=("b",))))
    yield post(A, avro(record("R", "a", optional=("d",))))
    yield post(A, avro(record("R", "a", optional=("d", "e")), metadata={"properties": {"x": "y"}}))
    yield post("/compatibility/subjects/a/versions", avro(record("R", "a", optional=("b",))))
    yield post("/subjects/a", avro(record("R", "$$a")))
    yield put("/config", {"validateFields": False})
    yield post(A, avro(record("R", "a", optional=("b",))))


def new_schemas_validated() -> Iterator[Ask]:
    wrong = compact(
        {"type": "record", "name": "R", "fields": [{"name": "a", "type": "int", "default": "x"}]}
    )
    yield post(A, avro(wrong))
    yield put("/config", {"validateNewSchemas": False})
    yield post(A, avro(wrong))
    yield post(A, avro(wrong))
    yield put("/config", {"validateNewSchemas": True})
    yield post(A, avro(wrong))
    yield post("/subjects/b/versions", avro(wrong))
    yield post("/compatibility/subjects/b/versions/latest", avro(wrong))
    yield post("/subjects/a", avro(wrong))
