"""HTTP itself: paths and methods that there are and are not, media types, encodings, bodies."""

from collections.abc import Iterator

from tests.registry.parity.ask import Ask, Differs, ask, delete, get, post, put
from tests.registry.parity.given import INT, avro

VERSIONS = "/subjects/a/versions"
TEXTS = {
    "nothing": b"",
    "null": b"null",
    "a list": b"[]",
    "a list of one": b'[{"schema":"\\"int\\""}]',
    "a number": b"1",
    "a text": b'"schema"',
    "an empty object": b"{}",
    "half an object": b'{"schema":',
    "two objects": b'{"schema":"\\"int\\""}{}',
    "a comma at the end": b'{"schema":"\\"int\\"",}',
    "single quotes": b"{'schema':'1'}",
    "no quotes": b"{schema:1}",
    "a comment": b'/* */{"schema":"\\"int\\""}',
    "bytes that are no UTF-8": b'{"schema":"\xff"}',
    "a byte order mark": b'\xef\xbb\xbf{"schema":"\\"int\\""}',
    "UTF-16": '{"schema":"\\"int\\""}'.encode("utf-16-be"),
    "a field twice": b'{"schema":"\\"long\\"","schema":"\\"int\\""}',
    "an unknown field": b'{"schema":"\\"int\\"","new":{"a":[1]}}',
    "spaces around": b'  {"schema":"\\"int\\""}\n',
}
BODY_ROUTES = (
    post(VERSIONS, b""),
    post("/subjects/a", b""),
    post("/compatibility/subjects/a/versions/latest", b""),
    post("/compatibility/subjects/a/versions", b""),
    put("/config", b""),
    put("/config/a", b""),
    put("/mode", b""),
    put("/mode/a", b""),
    post("/subjects/a/versions/1/tags", b""),
    post("/associations", b""),
    put("/associations/resources/id-t", b""),
    post("/associations:batchGet", b""),
    post("/associations:batchMutate", b""),
)


def unknown_paths() -> Iterator[Ask]:
    yield get("/nothing")
    yield get("/subjects/a/nothing")
    yield get("/subjects/a/versions/1/nothing")
    yield get("/schemas/1")
    yield get("/schemas/ids")
    yield get("/schemas/ids/1/nothing")
    yield get("/schemas/guids")
    yield get("/compatibility")
    yield get("/contexts/.c")
    yield get("/v1")
    yield get("/v1/metadata")
    yield get("/exporters")
    yield get("/Subjects")
    yield get("/favicon.ico")


def other_methods() -> Iterator[Ask]:
    for path in ("/", "/subjects", "/subjects/a", VERSIONS, "/config", "/mode/a", "/contexts"):
        for method in ("PATCH", "PUT", "POST", "DELETE", "HEAD", "OPTIONS"):
            if (method, path) not in {("PUT", "/config"), ("PUT", "/mode/a")}:
                yield ask(method, path)
    yield ask("OPTIONS", "/nothing")
    yield ask("HEAD", "/nothing")
    yield ask("HEAD", "/subjects/nobody/versions")
    yield get("/compatibility/subjects/a/versions/1")
    yield get("/subjects/a/versions/1/tags")
    yield put("/schemas/types", {})
    yield delete("/schemas/ids/1")
    yield get("/associations")


def slashes() -> Iterator[Ask]:
    yield post("/subjects/a%2Fb/versions", avro(INT))
    yield get("/subjects/a%2Fb/versions/1")
    yield get("/subjects/a%2fb/versions")
    yield get("/subjects/a/b/versions")
    yield get("/subjects/")
    yield get("/subjects/a%2Fb/versions/")
    yield get("/./subjects")
    yield get("/schemas/../subjects")
    yield get("/config/")
    yield put("/config/", {"compatibility": "FULL"})
    yield get("/mode/")
    yield get("/contexts/")


def paths_that_jetty_refuses() -> Iterator[Ask]:
    paths = ["/subjects//versions", "/subjects//", "//subjects", "/subjects/a/versions//1"]
    names = ("a%5Cb", "%2E", "%2e%2e", "%00", "%0A", "%7F", "a%00b")
    paths += [f"/subjects/{name}/versions" for name in names]
    for path in paths:
        yield get(path).differs("status", "Jetty refuses")


def encodings() -> Iterator[Ask]:
    names = (
        "%20", "a%20b", "a+b", "%C3%A4", "%F0%9F%92%A1", "a%25", "a%3Fb", "a%23b", "a%3Bb", "a%3Ab",
        "a:b", "%22a%22", "a%7Cb", "a,b", "a@b", "%41",
    )  # fmt: skip
    for name in names:
        yield post(f"/subjects/{name}/versions", avro(INT))
        yield get(f"/subjects/{name}/versions")
    yield get("/subjects")
    for name in ("%", "%4", "%zz", "%FF", "%C3", "%C2%85"):
        yield get(f"/subjects/{name}/versions")
        yield post(f"/subjects/{name}/versions", avro(INT))
        yield put(f"/config/{name}", {"compatibility": "FULL"})
    yield get("/subjects?subjectPrefix=%FF")
    yield get("/subjects?subjectPrefix=%zz")
    yield get("/subjects?subjectPrefix=%C3%A4")
    yield get("/subjects?subjectPrefix=a+b")
    yield get("/subjects?subjectPrefix=a%20b")
    yield get("/subjects?")
    yield get("/subjects?&&")
    yield get("/subjects?limit=1&limit=2")
    yield get("/subjects?limit=1;offset=1")


def accepted_types() -> Iterator[Ask]:
    accepted = (
        "application/vnd.schemaregistry.v1+json",
        "application/vnd.schemaregistry+json",
        "application/json",
        "application/json; q=0.5, application/vnd.schemaregistry.v1+json; q=0.2",
        "application/json, application/vnd.schemaregistry.v1+json",
        "application/vnd.schemaregistry.v1+json; q=0.9, application/json; q=0.5",
        "application/*",
        "*/*",
        "text/html, */*; q=0.1",
        "text/html, application/*; q=0.1",
        "application/json; charset=utf-8",
        "APPLICATION/JSON",
        "",
    )
    for each in accepted:
        yield get("/subjects").having(accept=each).called(each)
        yield get("/schemas/types").having(accept=each).called(each)
    for each in ("text/html", "application/xml", "application/octet-stream", "nonsense"):
        yield get("/subjects").having(accept=each).called(each)
        for path in ("/", "/schemas/types"):
            asked = get(path).having(accept=each).called(each)
            yield asked.differs("status", "Media types are read leniently")
    for each in (
        "application/json; q=0",
        "application/",
        "application/json;q=x",
        "application/json, ,",
    ):
        asked = get("/subjects").having(accept=each).called(each)
        yield asked.differs("status", "Media types are read leniently")
    yield get("/subjects").having(accept=None).called("no Accept")
    yield get("/subjects/a/versions").having(accept="application/json").called("an error")
    yield get("/nothing").having(accept="text/html").called("text/html")
    yield post(VERSIONS, avro(INT))
    for each in ("application/json", "text/plain", "*/*"):
        yield get("/schemas/ids/1/schema").having(accept=each).called(each)
        yield get("/subjects/a/versions/1/schema").having(accept=each).called(each)
        yield delete("/subjects/nobody").having(accept=each).called(each)


def content_types() -> Iterator[Ask]:
    given = (
        "application/vnd.schemaregistry.v1+json",
        "application/vnd.schemaregistry+json",
        "application/json",
        "application/json; charset=utf-8",
        "application/json; charset=latin-1",
        "application/json; charset=nonsense",
        "APPLICATION/JSON",
        "application/octet-stream",
        "application/*",
        "*/*",
        "text/plain",
        "text/json",
        "application/xml",
        "application/x-www-form-urlencoded",
        "application/vnd.schemaregistry.v2+json",
    )
    for each in given:
        yield post(VERSIONS, avro(INT)).having(content_type=each).called(each)
        yield put("/config/a", {"compatibility": "FULL"}).having(content_type=each).called(each)
    yield post(VERSIONS, avro(INT)).having(content_type=None).called("no type")
    yield put("/config", {"compatibility": "FULL"}).having(content_type=None).called("no type")
    yield post(VERSIONS, b"").having(content_type=None).called("no type and no body")
    for asked in (
        post(VERSIONS, avro(INT)).having(content_type="nonsense").called("nonsense"),
        post(VERSIONS, avro(INT)).having(content_type="").called("an empty type"),
        get("/subjects").having(content_type="text/plain").called("text/plain"),
        delete("/subjects/nobody").having(content_type="text/plain").called("text/plain"),
    ):
        yield asked.differs("status", "Media types are read leniently")


def bodies() -> Iterator[Ask]:
    for words, text in TEXTS.items():
        for route in BODY_ROUTES:
            if (words, route.target.partition("/")[2][:4]) != ("a text", "mode"):
                yield _with_body(route, text, words)
    yield get("/config/a")
    yield get("/subjects/a/versions")
    for route in BODY_ROUTES:
        if route.method == "POST":
            asked = _with_body(route, b'{"schema":NaN}', "NaN")
            yield asked.differs("status", "A number is not taken for a text")


def bodies_of_clients_that_know_nothing_new() -> Iterator[Ask]:
    everything = Differs("body*", "Confluent answers every client with all fields")
    for route in BODY_ROUTES:
        asked = _with_body(route, TEXTS["an unknown field"], "an unknown field")
        old = asked.having(confluent_accept_unknown_properties=None)
        is_told_less = route.target.startswith("/subjects")
        yield old.may(everything) if is_told_less else old


def _with_body(route: Ask, text: bytes, words: str) -> Ask:
    return ask(route.method, route.target, text).called(words)
