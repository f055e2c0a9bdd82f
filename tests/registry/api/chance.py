"""Requests as nobody should send them, drawn by a seed."""

import json
import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

SUBJECTS = [
    "a",
    "b",
    ":.c:a",
    ":.:a",
    ":.c:",
    "",
    "a/b",
    "%",
    "\x00",
    "__GLOBAL",
    ":*:a",
    "x" * 300,
]
VERSIONS = ["1", "2", "latest", "-1", "0", "x", "9" * 20, "LATEST", "", "1.0"]
PATHS = [
    "/subjects/{}",
    "/subjects/{}/versions",
    "/subjects/{}/versions/{}",
    "/subjects/{}/versions/{}/schema",
    "/subjects/{}/versions/{}/referencedby",
    "/subjects/{}/metadata",
    "/compatibility/subjects/{}/versions/{}",
    "/compatibility/subjects/{}/versions",
    "/odradek/v1/compatibility/subjects/{}/versions",
    "/config/{}",
    "/mode/{}",
    "/contexts/{}",
    "/schemas/ids/{}",
    "/schemas/ids/{}/versions",
    "/associations/subjects/{}",
    "/associations/resources/{}",
    "/associations:batchMutate",
    "/associations:batchGet",
    "/associations",
    "/schemas",
]
QUERIES = [
    "",
    "?deleted=true",
    "?permanent=True",
    "?dryRun=true&includeSchemas=true",
    "?cascadeLifecycle=true",
    "?limit=x",
    "?normalize=true&verbose=1",
    "?force=1",
]
SCHEMAS = [
    '"string"',
    '"int"',
    '{"type":"record","name":"R","fields":[]}',
    '{"type":"object"}',
    "",
    "{",
    "null",
    "[" * 2_000,
    '{"type":"array","items":' * 500,
    '{"anyOf":[{"$ref":"#"}]}',
]
ASSOCIATIONS: list[Any] = [
    [{"subject": "a"}],
    [{"schema": {"schema": '"string"'}}, {"schema": None, "subject": "", "frozen": True}],
    [{"opType": "CREATE", "subject": "a"}, {"opType": "DELETE", "associationType": "key"}],
    [{"opType": "UPSERT", "lifecycle": "STRONG", "schema": {"schema": "{", "references": [{}]}}],
]
VALUES: list[Any] = [None, 1, -1, "x", "", True, [], {}, {"a": 1}, [1], 2**70]
FIELDS = [
    *("id", "version", "references", "metadata", "ruleSet", "mode", "compatibility", "normalize"),
    *("defaultMetadata", "overrideRuleSet", "associations", "requests", "resourceId"),
]


def requests_by_chance(seed: int, count: int) -> Iterator[tuple[str, str, bytes]]:
    """Yield a method, a path with its query, and a body."""
    chance = random.Random(seed)
    for _ in range(count):
        names = [chance.choice(SUBJECTS), chance.choice(VERSIONS)]
        path = chance.choice(PATHS).format(*(quote(name, safe="") for name in names))
        method = chance.choice(["GET", "POST", "PUT", "DELETE"])
        yield method, path + chance.choice(QUERIES), _body(chance)


def _body(chance: random.Random) -> bytes:
    if chance.random() < 0.1:
        return chance.choice([b"", b"{", b"\xff", b"[]", b"null", b'"x"'])
    body: dict[str, Any] = {"schema": chance.choice(SCHEMAS)}
    body["schemaType"] = chance.choice(["AVRO", "AVRO", "JSON", "XML", ""])
    for name in FIELDS:
        if chance.random() < 0.1:
            body[name] = chance.choice(VALUES)
    if chance.random() < 0.3:
        body |= {"resourceName": chance.choice(["a", "b", ""]), "resourceNamespace": "n"}
        body |= {"resourceId": chance.choice(["1", "2", None])}
        body["associations"] = chance.choice(ASSOCIATIONS)
        body["requests"] = [dict(body), {"resourceId": "1"}]
    if chance.random() < 0.2:
        body["mode"] = chance.choice(["IMPORT", "READWRITE"])
    return json.dumps(body).encode()
