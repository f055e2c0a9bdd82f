"""Produce and consume judged by each other; other clients check both in tests/clients."""

import json
from uuid import uuid4

import pytest

from tests.cli.conftest import Odradek


@pytest.fixture
def topic(on_target: Odradek) -> str:
    """A new topic with one partition."""
    return new_topic(on_target, partitions=1)


def new_topic(on_target: Odradek, *, partitions: int) -> str:
    name = f"records-{uuid4().hex}"
    created = on_target("topic", "create", name, "--partitions", str(partitions))
    assert created.code == 0, created.stderr
    return name


def consumed(on_target: Odradek, topic: str, *options: str) -> list[dict[str, object]]:
    outcome = on_target("consume", topic, "--until-end", *options)
    assert outcome.code == 0, outcome.stderr
    return [json.loads(line) for line in outcome.stdout.splitlines()]


def values(on_target: Odradek, topic: str, *options: str) -> list[object]:
    return [record["value"] for record in consumed(on_target, topic, *options)]


def test_ndjson_goes_in_and_comes_out_with_key_and_headers(on_target: Odradek, topic: str) -> None:
    outcome = on_target(
        "produce", topic, "--key", "id", "-H", "source=test", stdin='{"id":"a"}\n{"id":null}\n'
    )

    assert outcome.code == 0
    assert outcome.stdout == ""
    assert f"{topic}: delivered 2 records" in outcome.stderr
    assert ", 0 failed" in outcome.stderr
    first, second = consumed(on_target, topic)
    assert first["key"] == "a"
    assert first["value"] == {"id": "a"}
    assert first["headers"] == [{"name": "source", "value": "test"}]
    assert (second["key"], second["offset"]) == (None, 1)


def test_csv_goes_in_with_a_note_and_comes_out_as_csv(on_target: Odradek, topic: str) -> None:
    produced = on_target("produce", topic, "--format", "csv", stdin="id,name\n1,Anna\n2,\n")
    printed = on_target("consume", topic, "--until-end", "-o", "csv").stdout.splitlines()

    assert "CSV is no wire format" in produced.stderr
    assert values(on_target, topic) == [{"id": "1", "name": "Anna"}, {"id": "2", "name": None}]
    assert [line.rsplit(",", 2)[1:] for line in printed] == [
        ["id", "name"],
        ["1", "Anna"],
        ["2", ""],
    ]


def test_topic_is_copied_through_a_pipe_with_everything_in_it(
    on_target: Odradek, topic: str
) -> None:
    lines = (
        '{"key":"k","value":null}\n'
        '{"key_base64":"/w==","value_text":"plain","headers":[{"name":"h","value":null}]}\n'
        '{"value_base64":"AAE="}\n'
    )
    on_target("produce", topic, "--format", "record", stdin=lines)
    copy = new_topic(on_target, partitions=1)
    on_target(
        "produce",
        copy,
        "--format",
        "record",
        stdin=on_target("consume", topic, "--until-end").stdout,
    )

    def content(name: str) -> list[dict[str, object]]:
        where = ("topic", "timestamp")
        return [
            {key: value for key, value in record.items() if key not in where}
            for record in consumed(on_target, name)
        ]

    assert content(copy) == content(topic)
    assert content(copy)[0]["value"] is None


@pytest.mark.parametrize("compression", ["none", "gzip", "snappy", "lz4", "zstd"])
@pytest.mark.parametrize("acks", ["all", "1", "0"])
def test_every_compression_and_acks_delivers(
    on_target: Odradek, topic: str, compression: str, acks: str
) -> None:
    text = "".join(f'{{"n":{n}}}\n' for n in range(100))
    outcome = on_target("produce", topic, "--compression", compression, "--acks", acks, stdin=text)

    assert outcome.code == 0, outcome.stderr
    # With acks=0 nobody has answered yet: reading waits for the last record.
    printed = on_target("consume", topic, "-n", "100", "-o", "value").stdout
    assert printed == text


def test_partition_option_decides_where_records_go(on_target: Odradek) -> None:
    topic = new_topic(on_target, partitions=3)
    on_target("produce", topic, "--partition", "2", stdin="1\n2\n")

    assert [record["partition"] for record in consumed(on_target, topic)] == [2, 2]
    assert consumed(on_target, topic, "--partition", "0", "--partition", "1") == []


def test_consume_starts_where_it_is_told(on_target: Odradek, topic: str) -> None:
    on_target("produce", topic, stdin="".join(f"{n}\n" for n in range(10)))

    assert values(on_target, topic, "--from", "7") == [7, 8, 9]
    assert values(on_target, topic, "--from", "end") == []
    assert values(on_target, topic, "--from", "2020-01-01T00:00:00Z") == list(range(10))
    assert values(on_target, topic, "--from", "2099-01-01") == []
    assert values(on_target, topic, "-n", "2") == [0, 1]


def test_consume_stops_at_the_end_that_was_there_when_it_began(
    on_target: Odradek, topic: str
) -> None:
    assert consumed(on_target, topic) == []
    on_target("produce", topic, stdin="1\n")
    assert values(on_target, topic) == [1]


def test_input_that_breaks_off_has_delivered_what_came_before(
    on_target: Odradek, topic: str
) -> None:
    outcome = on_target("produce", topic, stdin='{"a":1}\nbroken\n{"a":3}\n')

    assert outcome.code == 1
    assert "delivered 1 record," in outcome.stderr
    assert "error: line 2 is not JSON" in outcome.stderr
    assert values(on_target, topic) == [{"a": 1}]


def test_records_that_fail_are_counted_and_explained(on_target: Odradek, topic: str) -> None:
    on_target("topic", "alter", topic, "--config", "max.message.bytes=1000")
    large = json.dumps("x" * 2000)
    outcome = on_target("produce", topic, "--compression", "none", stdin=f"1\n{large}\n")

    assert outcome.code == 1
    assert "failed" in outcome.stderr
    assert "MSG_SIZE_TOO_LARGE" in outcome.stderr


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (
            ("produce", "{topic}", "--partition", "1"),
            "has no partition 1; its partitions are 0 to 0",
        ),
        (("produce", "{topic}", "none.json"), "the input none.json cannot be read: no such file"),
        (("produce", "{topic}", "-f", "record", "--key", "a"), "--key has no meaning"),
        (("produce", "no-such-topic"), "topic no-such-topic does not exist"),
        (("consume", "no-such-topic"), "topic no-such-topic does not exist"),
        (("consume", "{topic}", "--partition", "4"), "has no partition 4"),
        (("consume", "{topic}", "--from", "5"), "which is empty, at offset 0"),
        (("consume", "{topic}", "--from", "soon"), "--from soon is no place in a log"),
        (("consume", "{topic}", "-n", "0"), "--max-records 0 prints nothing"),
        (("consume", "{topic}", "-X", "no.such=1"), "a client property is wrong"),
    ],
)
def test_mistake_is_answered_with_one_sentence(
    on_target: Odradek, topic: str, arguments: tuple[str, ...], complaint: str
) -> None:
    outcome = on_target(*(argument.format(topic=topic) for argument in arguments))

    assert (outcome.code, outcome.stdout) == (1, "")
    assert outcome.stderr.count("\n") == 1
    assert complaint in outcome.stderr
