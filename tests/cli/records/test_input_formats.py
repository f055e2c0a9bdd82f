import msgspec
import pytest

from odradek.cli.records.input_formats import InputError, InputFormat, OutgoingRecord, read_records


def records(
    text: str | bytes, input_format: InputFormat = "ndjson", key: str | None = None
) -> list[OutgoingRecord]:
    content = text if isinstance(text, bytes) else text.encode()
    return list(read_records(content.splitlines(keepends=True), input_format, key))


def test_each_line_of_ndjson_is_a_value_sent_as_it_stands() -> None:
    assert records('{"a": 1.50}\n\n  [2]  \n') == [
        OutgoingRecord(None, b'{"a": 1.50}'),
        OutgoingRecord(None, b"[2]"),
    ]


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ('{"id":"N1"}', b"N1"),
        ('{"id":7}', b"7"),
        ('{"id":{"a":1}}', b'{"a":1}'),
        ('{"id":null}', None),
    ],
)
def test_key_is_the_text_or_the_json_of_the_field(value: str, key: bytes | None) -> None:
    assert records(value, key="id") == [OutgoingRecord(key, value.encode())]


def test_line_that_is_no_json_is_named_after_the_records_before_it() -> None:
    stream = read_records([b'{"a":1}\n', b"hello\n"], "ndjson", None)

    assert next(stream).value == b'{"a":1}'
    with pytest.raises(InputError, match="line 2 is not JSON"):
        next(stream)


@pytest.mark.parametrize("value", ['{"b":1}', "[1]", "7"])
def test_value_without_the_key_field_is_an_error(value: str) -> None:
    with pytest.raises(InputError, match="line 1 has no field id, which --key names"):
        records(value, key="id")


def test_csv_rows_become_json_objects_of_strings() -> None:
    found = records('id,name\n007,"A ""B""\nC"\n2,\n', "csv", key="id")

    assert [record.key for record in found] == [b"007", b"2"]
    assert [msgspec.json.decode(record.value or b"") for record in found] == [
        {"id": "007", "name": 'A "B"\nC'},
        {"id": "2", "name": None},
    ]


def test_csv_may_begin_with_a_byte_order_mark() -> None:
    assert records(b"\xef\xbb\xbfid\n1\n", "csv") == [OutgoingRecord(None, b'{"id":"1"}')]


def test_csv_without_rows_gives_no_records() -> None:
    assert records("", "csv") == []
    assert records("id,name\n", "csv") == []


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("id,name\n1\n", "line 2 has 1 fields, but the first row names 2"),
        ('id\n"open', "line 2 is not CSV"),
        (b"id\n\xff\n", "the input is not UTF-8 text"),
    ],
)
def test_csv_that_cannot_be_read_is_an_error(text: str | bytes, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        records(text, "csv")


def test_whole_record_brings_its_key_value_and_headers() -> None:
    line = '{"topic":"t","offset":9,"key":"k","value":null,"headers":[{"name":"h","value":"v"}]}'

    assert records(line, "record") == [OutgoingRecord(b"k", None, [("h", b"v")])]


@pytest.mark.parametrize(
    "line", ['{"key":"k"}', '{"value_base64":"%"}', '{"key":7,"value":1}', "[1]", "hello"]
)
def test_line_that_is_no_record_is_an_error(line: str) -> None:
    with pytest.raises(InputError, match="line 1 is not a record as `odradek consume` prints them"):
        records(line, "record")
