"""From bytes to counts."""

import pytest

from odradek.cli.schema.usage.counting import Carrier, Headers, Part, Use, Uses, schema_named
from odradek.clients.schema_registry import Schema, StoredVersion
from odradek.schemas.schema import SchemaType
from odradek.schemas.wire_format import KEY_HEADER, VALUE_HEADER, guid_header, id_prefix

GUID = "00112233-4455-6677-8899-aabbccddeeff"
VALUES = Carrier("orders", Part.VALUE)


@pytest.mark.parametrize(
    ("data", "headers", "named"),
    [
        (id_prefix(7) + b"data", None, 7),
        (id_prefix(7), [], 7),
        (b"data", [(VALUE_HEADER, guid_header(GUID))], GUID),
        (b"", [(VALUE_HEADER, guid_header(GUID) + b"\x00")], GUID),
        (id_prefix(7), [("other", b"x"), (VALUE_HEADER, guid_header(GUID))], GUID),
        (id_prefix(7), [(KEY_HEADER, guid_header(GUID))], 7),
        (id_prefix(7), [(VALUE_HEADER, b"\x01too short")], 7),
        (b"", None, None),
        (b"\x00\x00\x00\x07", None, None),
        (b'{"json": 1}', None, None),
        ((5).to_bytes(8, "big"), None, None),
    ],
)
def test_values_name_their_schema_in_front_or_in_a_header(
    data: bytes, headers: Headers | None, named: object
) -> None:
    assert schema_named(Part.VALUE, data, headers) == named


def version(schema_id: int, guid: str | None = None) -> StoredVersion:
    return StoredVersion("orders-value", schema_id, schema_id, Schema("", SchemaType.AVRO), guid)


def test_both_forms_of_one_schema_add_up() -> None:
    uses = Uses()
    uses.look_at(VALUES)
    for schema_id, written_ms in ((7, 30), (7, 20), (8, 50)):
        uses.note(VALUES, id_prefix(schema_id), None, written_ms)
    uses.note(VALUES, b"x", [(VALUE_HEADER, guid_header(GUID))], 40)
    uses.note(VALUES, b"plain", None, 60)
    uses.note(VALUES, None, [(VALUE_HEADER, guid_header(GUID))], 70)
    assert uses.looked_at(VALUES) == 5
    assert uses.of(version(7, GUID)) == {VALUES: Use(3, 40)}
    assert uses.of(version(9)) == {}
    assert list(uses.others([version(7, GUID)])) == [(VALUES, 8, Use(1, 50))]
