"""Compatibility asked for, by version and as registering would ask, with and without reasons."""

from collections.abc import Iterator

from tests.registry.parity.ask import Ask, delete, get, post, put
from tests.registry.parity.given import INT, OBJECT, avro, record, reference, using

A = "/compatibility/subjects/a/versions"
ONE, TWO = record("R", "a"), record("R", "a", optional=("b",))
INCOMPATIBLE = record("R", "a", "c")


def versions() -> Iterator[Ask]:
    yield post("/subjects/a/versions", avro(ONE))
    yield post("/subjects/a/versions", avro(TWO))
    for verbose in (True, False):
        for version in (
            "1",
            "2",
            "3",
            "latest",
            "LATEST",
            "-1",
            "0",
            "-2",
            "abc",
            "2147483648",
            "%201",
        ):
            for text in (ONE, INCOMPATIBLE):
                yield post(f"{A}/{version}", avro(text), verbose=verbose)
            yield post(
                f"/compatibility/subjects/nobody/versions/{version}", avro(ONE), verbose=verbose
            )
        for subject in ("a", "nobody", ":.c:a", "__GLOBAL", "%20", ":.c:"):
            for text in (ONE, INCOMPATIBLE):
                yield post(
                    f"/compatibility/subjects/{subject}/versions", avro(text), verbose=verbose
                )


def wrong_schemas() -> Iterator[Ask]:
    yield post("/subjects/a/versions", avro(ONE))
    for path in (
        A,
        f"{A}/latest",
        f"{A}/1",
        "/compatibility/subjects/nobody/versions/latest",
        "/compatibility/subjects/nobody/versions",
    ):
        for verbose in (True, False):
            yield post(path, avro("nothing"), verbose=verbose)
            yield post(path, avro(""), verbose=verbose)
            yield post(path, {}, verbose=verbose)
            yield post(path, avro(ONE, schemaType="XML"), verbose=verbose)
            yield post(path, avro(OBJECT, schemaType="JSON"), verbose=verbose)
            yield post(path, avro(using("O", "I"), reference("I", "nobody")), verbose=verbose)
            yield post(path, avro(using("O", "I")), verbose=verbose)
    yield post(f"{A}/latest", avro(ONE), verbose="1")
    yield post(f"{A}/latest", avro(ONE), verbose="TRUE")


def levels() -> Iterator[Ask]:
    yield post("/subjects/a/versions", avro(ONE))
    yield put("/config/a", {"compatibility": "NONE"})
    yield post("/subjects/a/versions", avro(INT))
    yield post("/subjects/a/versions", avro(TWO))
    for level in (
        "NONE",
        "BACKWARD",
        "BACKWARD_TRANSITIVE",
        "FORWARD",
        "FORWARD_TRANSITIVE",
        "FULL",
        "FULL_TRANSITIVE",
    ):
        yield put("/config/a", {"compatibility": level})
        for text in (ONE, TWO, INT, INCOMPATIBLE, '"long"'):
            yield post(A, avro(text))
            for version in (1, 2, 3):
                yield post(f"{A}/{version}", avro(text))


def after_deletion() -> Iterator[Ask]:
    yield post("/subjects/a/versions", avro(ONE))
    yield post("/subjects/a/versions", avro(TWO))
    yield delete("/subjects/a/versions/1")
    yield post(f"{A}/1", avro(INT))
    yield post(f"{A}/latest", avro(INT))
    yield post(A, avro(INT))
    yield delete("/subjects/a")
    yield post(f"{A}/1", avro(INT))
    yield post(f"{A}/latest", avro(INT))
    yield post(A, avro(INT))
    yield get("/subjects/a/versions")


def modes_do_not_matter() -> Iterator[Ask]:
    yield post("/subjects/a/versions", avro(ONE))
    yield put("/mode/a", {"mode": "READONLY"})
    yield post(A, avro(INT))
    yield put("/mode/a", {"mode": "IMPORT"}, force=True)
    yield post(A, avro(INT))
    yield post(f"{A}/latest", avro(INT), verbose=True)
