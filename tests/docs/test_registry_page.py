"""What docs/registry.md tells to type works: a registry to begin with, and a move here and back.

The registry that is moved from, and back to, is played by one of ours under another transactional
id; the topic that it finds has the bytes of Confluent's and of Karapace's.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from confluent_kafka import Producer

from odradek import SimpleConsumer
from odradek.registry.log.writer import PLAIN_END
from odradek.testing import EphemeralBroker, EphemeralRegistry
from tests.docs.registry_page import Reader, blocks
from tests.docs.schema_topics import (
    FLIGHT,
    FLIGHT_3,
    REFERENCE,
    ROUTE,
    SCHEMAS,
    TOPICS,
    Written,
    karapace_key,
    karapace_subject_key,
    schema_key,
    subject_key,
)
from tests.machine import Missing, obtain

BROKER = "127.0.0.1:9092"
OLD, OURS = "127.0.0.1:8081", "127.0.0.1:8082"
TOPIC = "_schemas"
MOVING = "Moving from Confluent's registry or from Karapace"
TIMEOUT_S = 120.0
NOT_PERMITTED = 42205


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of who types, with the program that the page tells to save."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "compare.py").write_text(blocks(MOVING, "python")[0], encoding="utf-8")
    return tmp_path


@pytest.fixture
def broker() -> Iterator[EphemeralBroker]:
    """A broker of its own, for the topic has one name."""
    with EphemeralBroker() as broker:
        yield broker


@pytest.fixture
def reader(broker: EphemeralBroker) -> Iterator[Reader]:
    """Who types, and has that broker already."""
    obtain(require_curl)
    with Reader({BROKER: broker.bootstrap_servers}) as reader:
        yield reader


def require_curl() -> None:
    if shutil.which("curl") is None:
        raise Missing("curl is not installed, and the page of the registry uses it")


def test_the_first_commands_start_a_registry() -> None:
    with Reader() as reader:
        reader.type(blocks("The schema registry", "sh"))
        assert httpx.get(f"{reader.url(OLD)}/subjects", timeout=TIMEOUT_S).json() == []


def test_a_field_is_tagged() -> None:
    obtain(require_curl)
    flight = {
        "type": "record",
        "name": "Flight",
        "fields": [{"name": "tail", "type": "string"}],
    }
    subject = "/subjects/flights-value/versions"
    with EphemeralRegistry() as registry:
        httpx.post(f"{registry.url}{subject}", json={"schema": json.dumps(flight)})
        with Reader({OLD: registry.url.removeprefix("http://")}) as reader:
            reader.type(blocks("Tags", "sh"))
        text = httpx.get(f"{registry.url}{subject}/2/schema").json()
    assert text["fields"] == [{"name": "tail", "type": "string", "confluent:tags": ["PII"]}]


def test_names_of_fields_are_reserved() -> None:
    obtain(require_curl)
    body = json.loads(blocks("Names of fields", "json")[0])
    fields = [{"name": "gate", "type": "string"}]
    body["schema"] = json.dumps({"type": "record", "name": "Flight", "fields": fields})
    subject = "/subjects/flights-value/versions"
    with EphemeralRegistry() as registry:
        with Reader({OLD: registry.url.removeprefix("http://")}) as reader:
            reader.type(blocks("Names of fields", "sh"))
        assert httpx.post(f"{registry.url}{subject}", json=body).status_code == httpx.codes.CONFLICT


def test_a_subject_has_an_alias() -> None:
    obtain(require_curl)
    with EphemeralRegistry() as registry:
        httpx.post(f"{registry.url}/subjects/flights-value/versions", json={"schema": FLIGHT})
        with Reader({OLD: registry.url.removeprefix("http://")}) as reader:
            reader.type(blocks("Aliases", "sh"))
        assert httpx.get(f"{registry.url}/subjects").json() == ["flights-value"]


def test_topics_have_associations() -> None:
    obtain(require_curl)
    with EphemeralRegistry() as registry:
        httpx.post(f"{registry.url}/subjects/flights-value/versions", json={"schema": FLIGHT})
        with Reader({OLD: registry.url.removeprefix("http://")}) as reader:
            reader.type(blocks("Associations", "sh"))
        [left] = httpx.get(f"{registry.url}/associations/resources/-/-").json()
        assert (left["resourceName"], left["lifecycle"]) == ("departures", "WEAK")
        assert httpx.get(f"{registry.url}/subjects").json() == ["flights-value"]


def test_comparing_tells_what_differs() -> None:
    with EphemeralRegistry() as old, EphemeralRegistry() as new:
        for url in (old.url, new.url):
            httpx.post(f"{url}/subjects/flights/versions", json={"schema": FLIGHT})
        assert compare(old.url, new.url).returncode == 0
        httpx.put(f"{new.url}/config/flights", json={"compatibility": "FULL"})
        httpx.post(f"{old.url}/subjects/legs/versions", json={"schema": '"string"'})
        outcome = compare(old.url, new.url)
    assert outcome.returncode == 1
    assert [line.split(":")[0] for line in outcome.stdout.splitlines()] == [
        "flights, version 1",
        "legs, version 1",
    ]


def compare(old: str, new: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "compare.py", old, new]
    return subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)


@pytest.mark.drill
@pytest.mark.parametrize("maker", TOPICS)
def test_a_registry_moves_here_and_back(
    maker: str, broker: EphemeralBroker, reader: Reader
) -> None:
    servers = broker.bootstrap_servers
    broker.create_topic(TOPIC, configs={"cleanup.policy": "compact"})
    write(servers, TOPICS[maker])
    start_theirs(reader, OLD)

    *beside, instead = blocks(MOVING, "sh")
    reader.type(beside)
    assert schemas_of(reader.url(OURS)) == SCHEMAS
    assert try_to_register(reader.url(OURS)).json()["error_code"] == NOT_PERMITTED
    reader.type([instead])

    before = len(read(servers, TOPIC))
    change_everything(reader.url(OLD))
    written = [(key, value and json.loads(value)) for key, value in read(servers, TOPIC)[before:]]
    assert written == as_they_read_it(maker)

    let_nobody_write, look, let_write = blocks("And back", "sh")
    reader.type([let_nobody_write])
    moved, copied = schemas_of(reader.url(OLD)), read(servers, TOPIC)
    reader.stop(OURS)
    start_theirs(reader, OLD)
    assert read(servers, TOPIC) == [*copied, (PLAIN_END.key, None)]
    reader.type([look, let_write])
    assert schemas_of(reader.url(OLD)) == moved
    reader.type(blocks("From the copy", "sh"))
    assert read(servers, f"{TOPIC}-restored") == copied
    assert try_to_register(reader.url(OLD)).is_success


def write(servers: str, records: list[Written]) -> None:
    producer = Producer({"bootstrap.servers": servers})
    for key, value in records:
        producer.produce(TOPIC, key=key, value=value)
    assert producer.flush(TIMEOUT_S) == 0


def read(servers: str, topic: str) -> list[Written]:
    with SimpleConsumer(servers, topic, until_end=True) as consumer:
        return [(record.raw_key or b"", record.raw_value) for record in consumer]


def start_theirs(reader: Reader, address: str) -> None:
    server = f"odradek registry --listen {address} -b {BROKER}"
    reader.type([f"{server} --set registry.kafkastore.transactional.id=theirs"])


def schemas_of(url: str) -> dict[tuple[str, int], tuple[int, str, str]]:
    answer = httpx.get(f"{url}/schemas?subjectPrefix=:*:&deleted=true", timeout=TIMEOUT_S)
    return {
        (each["subject"], each["version"]): (
            each["id"],
            each.get("schemaType", "AVRO"),
            each["schema"],
        )
        for each in answer.json()
    }


def try_to_register(url: str) -> httpx.Response:
    body = {"schema": '"double"'}
    return httpx.post(f"{url}/subjects/new-value/versions", json=body, timeout=TIMEOUT_S)


def change_everything(url: str) -> None:
    """One change of each kind that the topic can tell."""
    route = {"schema": ROUTE, "schemaType": "PROTOBUF", "references": [REFERENCE]}
    with httpx.Client(base_url=url, timeout=TIMEOUT_S) as http:
        for answer in (
            http.post("/subjects/flights-value/versions", json={"schema": FLIGHT_3}),
            http.post("/subjects/routes-key/versions", json=route),
            http.put("/config/legs-value", json={"compatibility": "NONE"}),
            http.delete("/config/flights-value"),
            http.put("/mode/legs-value", json={"mode": "READWRITE"}),
            http.delete("/subjects/flights-value/versions/1"),
            http.delete("/subjects/flights-value/versions/1?permanent=true"),
            http.delete("/subjects/legs-value"),
            http.delete("/subjects/retired-value?permanent=true"),
        ):
            assert answer.is_success, answer.text


def as_they_read_it(maker: str) -> list[tuple[bytes, object]]:
    """`change_everything` as Confluent's registry would write it: keys to the byte, values to the
    field. What goes for good, goes under every form of its key."""

    def gone(key: bytes, other: bytes) -> list[tuple[bytes, object]]:
        return [(each, None) for each in ([key, other] if maker == "karapace" else [key])]

    flight = {"subject": "flights-value", "version": 3, "id": 9, "schema": FLIGHT_3}
    first = {"subject": "flights-value", "version": 1, "id": 2, "schema": FLIGHT}
    route = {"subject": "routes-key", "version": 1, "id": 6, "schema": ROUTE}
    typed = {"schemaType": "PROTOBUF", "references": [REFERENCE]}
    legs = {"subject": "legs-value"}
    return [
        (schema_key("flights-value", 3), {**flight, "deleted": False}),
        (schema_key("routes-key", 1), {**route, **typed, "deleted": False}),
        (subject_key("CONFIG", "legs-value"), {**legs, "compatibilityLevel": "NONE"}),
        *gone(
            subject_key("CONFIG", "flights-value"), karapace_subject_key("CONFIG", "flights-value")
        ),
        (subject_key("MODE", "legs-value"), {**legs, "mode": "READWRITE"}),
        (schema_key("flights-value", 1), {**first, "deleted": True}),
        *gone(schema_key("flights-value", 1), karapace_key("flights-value", 1)),
        (subject_key("DELETE_SUBJECT", "legs-value"), {**legs, "version": 1}),
        *gone(schema_key("retired-value", 1), karapace_key("retired-value", 1)),
    ]
