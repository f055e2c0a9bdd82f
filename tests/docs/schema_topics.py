"""`_schemas` as other registries leave it: the same schemas in the bytes of each.

Confluent's registry writes a key's fields with `magic` last, and `md5` into values in newer
versions. Karapace writes fields in another order where it met such keys before, `deleted` ahead of
references and type, nothing where Confluent's writes null, and JSON with its fields sorted.
"""

import json

Written = tuple[bytes, bytes | None]

FLIGHT = '{"fields":[{"name":"tail","type":"string"}],"name":"Flight","type":"record"}'
FLIGHT_2 = (
    '{"fields":[{"name":"tail","type":"string"},{"default":"","name":"gate","type":"string"}],'
    '"name":"Flight","type":"record"}'
)
FLIGHT_3 = FLIGHT_2.replace("]", ',{"default":"","name":"seat","type":"string"}]')
LEG = '{"additionalProperties":false,"properties":{"to":{"type":"string"}},"type":"object"}'
AIRPORT = 'syntax = "proto3";\npackage air;\n\nmessage Airport {\n  string code = 1;\n}\n'
ROUTE = (
    'syntax = "proto3";\npackage air;\n\nimport "airport.proto";\n\n'
    "message Route {\n  .air.Airport to = 1;\n}\n"
)
REFERENCE = {"name": "airport.proto", "subject": "airports-value", "version": 1}
MD5 = "6V6bOUkWWVFHmBPjOzXzAg=="


def compact(**fields: object) -> bytes:
    """The fields as JSON, in the order in which they are given."""
    return json.dumps(fields, separators=(",", ":")).encode()


def schema_key(subject: str, version: int, magic: int = 1) -> bytes:
    return compact(keytype="SCHEMA", subject=subject, version=version, magic=magic)


def subject_key(keytype: str, subject: str | None) -> bytes:
    return compact(keytype=keytype, subject=subject, magic=0)


def karapace_key(subject: str, version: int) -> bytes:
    return compact(subject=subject, version=version, magic=1, keytype="SCHEMA")


def karapace_subject_key(keytype: str, subject: str | None) -> bytes:
    return compact(subject=subject, magic=0, keytype=keytype)


def confluent_value(
    subject: str, version: int, id: int, schema: str, *, deleted: bool = False, **more: object
) -> bytes:
    place = {"subject": subject, "version": version, "id": id}
    return compact(**place, **more, schema=schema, deleted=deleted)


def karapace_value(
    subject: str, version: int, id: int, schema: str, *, deleted: bool = False, **more: object
) -> bytes:
    place = {"subject": subject, "version": version, "id": id}
    return compact(**place, schema=schema, deleted=deleted, **more)


CONFLUENT: list[Written] = [
    (compact(keytype="NOOP", magic=0), None),
    (subject_key("CONFIG", None), compact(compatibilityLevel="BACKWARD")),
    (schema_key("old-value", 1, magic=0), confluent_value("old-value", 1, 1, '"string"')),
    (schema_key("flights-value", 1), confluent_value("flights-value", 1, 2, FLIGHT)),
    (schema_key("flights-value", 2), confluent_value("flights-value", 2, 3, FLIGHT_2, md5=MD5)),
    (
        subject_key("CONFIG", "flights-value"),
        compact(subject="flights-value", compatibilityLevel="FULL"),
    ),
    (schema_key("legs-value", 1), confluent_value("legs-value", 1, 4, LEG, schemaType="JSON")),
    (
        schema_key("airports-value", 1),
        confluent_value("airports-value", 1, 5, AIRPORT, schemaType="PROTOBUF"),
    ),
    (
        schema_key("routes-value", 1),
        confluent_value("routes-value", 1, 6, ROUTE, schemaType="PROTOBUF", references=[REFERENCE]),
    ),
    (schema_key("retired-value", 1), confluent_value("retired-value", 1, 7, '"bytes"')),
    (
        subject_key("DELETE_SUBJECT", "retired-value"),
        compact(subject="retired-value", version=1),
    ),
    (schema_key("erased-value", 1), confluent_value("erased-value", 1, 8, '"long"')),
    (
        schema_key("erased-value", 1),
        confluent_value("erased-value", 1, 8, '"long"', deleted=True),
    ),
    (schema_key("erased-value", 1), None),
    (
        subject_key("MODE", "old-value"),
        compact(subject="old-value", mode="READONLY"),
    ),
]
KARAPACE: list[Written] = [
    (karapace_subject_key("CONFIG", None), compact(compatibilityLevel="BACKWARD")),
    (schema_key("old-value", 1), karapace_value("old-value", 1, 1, '"string"')),
    (karapace_key("flights-value", 1), karapace_value("flights-value", 1, 2, FLIGHT)),
    (karapace_key("flights-value", 2), karapace_value("flights-value", 2, 3, FLIGHT_2)),
    (karapace_subject_key("CONFIG", "flights-value"), compact(compatibilityLevel="FULL")),
    (karapace_key("legs-value", 1), karapace_value("legs-value", 1, 4, LEG, schemaType="JSON")),
    (
        karapace_key("airports-value", 1),
        karapace_value("airports-value", 1, 5, AIRPORT, schemaType="PROTOBUF"),
    ),
    (
        karapace_key("routes-value", 1),
        karapace_value("routes-value", 1, 6, ROUTE, references=[REFERENCE], schemaType="PROTOBUF"),
    ),
    (karapace_key("retired-value", 1), karapace_value("retired-value", 1, 7, '"bytes"')),
    (
        karapace_subject_key("DELETE_SUBJECT", "retired-value"),
        compact(subject="retired-value", version=1),
    ),
    (karapace_key("erased-value", 1), karapace_value("erased-value", 1, 8, '"long"')),
    (
        karapace_key("erased-value", 1),
        karapace_value("erased-value", 1, 8, '"long"', deleted=True),
    ),
    (karapace_key("erased-value", 1), b""),
]
TOPICS = {"confluent": CONFLUENT, "karapace": KARAPACE}
SCHEMAS = {
    ("old-value", 1): (1, "AVRO", '"string"'),
    ("flights-value", 1): (2, "AVRO", FLIGHT),
    ("flights-value", 2): (3, "AVRO", FLIGHT_2),
    ("legs-value", 1): (4, "JSON", LEG),
    ("airports-value", 1): (5, "PROTOBUF", AIRPORT),
    ("routes-value", 1): (6, "PROTOBUF", ROUTE),
    ("retired-value", 1): (7, "AVRO", '"bytes"'),
}
"""What both topics mean: by subject and version, the id, the type and the text."""
