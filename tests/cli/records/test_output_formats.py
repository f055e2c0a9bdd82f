import io
import json

import pytest
import yaml
from confluent_kafka import TIMESTAMP_CREATE_TIME, Message

from odradek.cli.records.output_formats import RecordFormat, record_printer


def message(
    value: bytes | None,
    *,
    key: bytes | None = b"k",
    offset: int = 0,
    headers: list[tuple[str, bytes | None]] | None = None,
) -> "Message[bytes, bytes]":
    return Message(
        topic="t",
        partition=0,
        offset=offset,
        key=key,
        value=value,
        headers=headers,
        error=None,
        timestamp=(TIMESTAMP_CREATE_TIME, 0),
    )


def printed(record_format: RecordFormat, *messages: "Message[bytes, bytes]") -> str:
    output = io.BytesIO()
    printer = record_printer(record_format, output)
    for each in messages:
        printer.print(each)
    printer.finish()
    return output.getvalue().decode()


def test_ndjson_shows_the_whole_record_on_one_line() -> None:
    assert printed("ndjson", message(b'{\n"a": 1}', offset=7, headers=[("h", b"v")])) == (
        '{"topic":"t","partition":0,"offset":7,"timestamp":"1970-01-01T00:00:00.000Z","key":"k",'
        '"value":{"a":1},"headers":[{"name":"h","value":"v"}]}\n'
    )


def test_json_is_one_list_that_grows_as_records_come() -> None:
    messages = [message(b'{"a": 1}'), message(None, offset=1)]
    lines = printed("json", *messages).splitlines()

    assert (lines[0], lines[-1], len(lines)) == ("[", "]", 4)
    assert json.loads("".join(lines)) == [
        json.loads(line) for line in printed("ndjson", *messages).splitlines()
    ]


def test_yaml_holds_what_json_holds() -> None:
    messages = [message(b'{"a": [1, null]}', headers=[("h", b"v")]), message(b"text: x\n")]

    assert yaml.safe_load(printed("yaml", *messages)) == json.loads(printed("json", *messages))


@pytest.mark.parametrize("record_format", ["json", "yaml"])
def test_document_of_no_records_is_an_empty_list(record_format: RecordFormat) -> None:
    assert printed(record_format) == "[]\n"


def test_empty_value_is_not_taken_for_a_tombstone() -> None:
    assert printed("value", message(b""), message(None)) == "\nnull\n"


def test_csv_has_a_column_for_each_field_of_the_first_record() -> None:
    found = printed("csv", message(b'{"a":1,"b":"x,y"}'), message(b'{"b":null,"a":[2]}'))

    assert found.splitlines() == [
        "_partition,_offset,_timestamp,_key,_headers,a,b",
        '0,0,1970-01-01T00:00:00.000Z,k,,1,"x,y"',
        "0,0,1970-01-01T00:00:00.000Z,k,,[2],",
    ]


def test_csv_tells_what_it_could_not_show(capsys: pytest.CaptureFixture[str]) -> None:
    printed("csv", message(b'{"a":1}'), message(b'{"a":1,"late":2}'), message(b"plain"))

    told = capsys.readouterr().err
    assert "late (1)" in told
    assert "values that are no JSON object (1)" in told


def test_csv_shows_values_that_are_no_objects_in_one_column() -> None:
    assert printed("csv", message(b"plain")).splitlines() == [
        "_partition,_offset,_timestamp,_key,_headers,_value",
        "0,0,1970-01-01T00:00:00.000Z,k,,plain",
    ]


def test_table_shows_control_characters_as_spaces() -> None:
    assert printed("table", message(b"a\x1b[31m\tb")).splitlines()[1].endswith("a [31m b")
