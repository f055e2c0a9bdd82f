"""The demo's schemas: one evolves, one change is refused and explained, an old consumer reads all.

Flights are written as Avro. Their schema is registered, and a second version adds the gate, with a
default: it is compatible. A third would ask for the number of seats, without one: the registry
refuses it, says what is in the way and how to mend it, and shows a record that proves it. A
consumer that knows only the first version reads every flight, whichever version wrote it.

Invariants: ids and verdicts are asked of the registry over HTTP, records of the broker.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import fastavro
import msgspec
from confluent_kafka import Producer

from odradek.cli.demo.checks import Comparison, Fingerprint, compare
from odradek.cli.errors import CommandError
from odradek.cli.position import Edge
from odradek.cli.records.input_formats import OutgoingRecord
from odradek.cli.records.topic_reader import TopicReader
from odradek.schemas.wire_format import id_prefix, split_prefix
from odradek.testing import EphemeralBroker, EphemeralRegistry

TOPIC = "flights-avro"
SUBJECT = f"{TOPIC}-value"
FLIGHTS_OF_A_VERSION = 1_000
PATIENCE_S = 60.0
GATE = "B7"

Field = dict[str, Any]
FIELDS: list[Field] = [
    {"name": "carrier", "type": "string"},
    {"name": "flight", "type": "int"},
    {"name": "tailnum", "type": ["null", "string"]},
    {"name": "origin", "type": "string"},
    {"name": "dest", "type": "string"},
]
NAMES = [field["name"] for field in FIELDS]
GATE_FIELD: Field = {"name": "gate", "type": "string", "default": ""}
SEATS_FIELD: Field = {"name": "seats", "type": "int"}


class SchemaMoment(NamedTuple):
    """What became of a version, and of the records after it."""

    what: str
    schema_id: int | None
    written: int
    read: int
    """By the consumer that knows the first version only."""


class Refusal(NamedTuple):
    """Why the third version is refused."""

    kind: str
    description: str
    remedy: str
    witness: str
    error: str


class SchemaResult(NamedTuple):
    """How it went."""

    moments: list[SchemaMoment]
    refusal: Refusal
    comparison: Comparison

    @property
    def differences(self) -> list[str]:
        """Everything that is not as it should be, in words; empty when all is well."""
        found = list(self.comparison.differences)
        ids = [moment.schema_id for moment in self.moments]
        if ids != [1, 2, None]:
            found.append(f"{SUBJECT}: the versions have the ids {ids}")
        found += [
            f"{TOPIC}: {each.written} written, {each.read} read after: {each.what}"
            for each in self.moments
            if each.written != each.read
        ]
        if not self.refusal.witness:
            found.append(f"{SUBJECT}: nothing shows why the third version is refused")
        return found


def evolve(
    broker: EphemeralBroker, config: dict[str, Any], records: Sequence[OutgoingRecord]
) -> SchemaResult:
    """Write flights under two versions, try a third, and read all with the first."""
    flights = [_flight(record) for record in records[: 2 * FLIGHTS_OF_A_VERSION]]
    with EphemeralRegistry(broker.bootstrap_servers) as registry:
        moments, refusal, found = _story(registry.url, config, flights)
    expected = Fingerprint()
    for flight in flights:
        expected.add(None, _canonical(flight))
    return SchemaResult(moments, refusal, compare(TOPIC, expected, found))


def _story(
    url: str, config: dict[str, Any], flights: Sequence[dict[str, Any]]
) -> tuple[list[SchemaMoment], Refusal, Fingerprint]:
    half = len(flights) // 2
    moments = []

    def moment(what: str, schema_id: int | None, written: int) -> Fingerprint:
        read = _read_with_first_version(config)
        moments.append(SchemaMoment(what, schema_id, written, read.records))
        return read

    first = _register(url, FIELDS)
    _write(config, first, FIELDS, flights[:half])
    moment("version 1, written", first, half)
    second = _register(url, [*FIELDS, GATE_FIELD])
    _write(config, second, [*FIELDS, GATE_FIELD], ({**f, "gate": GATE} for f in flights[half:]))
    found = moment("version 2 adds gate, written", second, len(flights))
    refusal = _refuse(url, [*FIELDS, GATE_FIELD, SEATS_FIELD])
    moment("version 3 asks for seats, refused", None, len(flights))
    return moments, refusal, found


def _schema(fields: Sequence[Field]) -> str:
    return json.dumps({"type": "record", "name": "Flight", "fields": fields})


def _register(url: str, fields: Sequence[Field]) -> int:
    status, answer = _post(f"{url}/subjects/{SUBJECT}/versions", fields)
    if status != 200:
        raise CommandError(f"the registry refused a schema: {answer['message']}")
    return int(answer["id"])


def _refuse(url: str, fields: Sequence[Field]) -> Refusal:
    """Try to register, which must fail, and ask why."""
    status, _ = _post(f"{url}/subjects/{SUBJECT}/versions", fields)
    _, told = _post(f"{url}/odradek/v1/compatibility/subjects/{SUBJECT}/versions", fields)
    applying = next(each for each in told["levels"] if each["level"] == told["level"])
    if status != 409 or not applying["findings"]:
        raise CommandError(f"the registry took a schema that it should refuse: {status}")
    finding = applying["findings"][0]
    return Refusal(
        finding["kind"],
        finding["description"],
        finding["remedy"],
        finding.get("witness", ""),
        finding.get("witnessError", ""),
    )


def _post(url: str, fields: Sequence[Field]) -> tuple[int, Any]:
    body = msgspec.json.encode({"schema": _schema(fields)})
    request = Request(url, body, {"Content-Type": "application/json"}, method="POST")  # noqa: S310 - ours
    try:
        with urlopen(request, timeout=PATIENCE_S) as response:  # noqa: S310 - our own registry
            return response.status, msgspec.json.decode(response.read())
    except HTTPError as error:
        with error:
            return error.code, msgspec.json.decode(error.read())


def _flight(record: OutgoingRecord) -> dict[str, Any]:
    row = msgspec.json.decode(record.value or b"{}")
    return {name: row[name] for name in NAMES}


def _write(
    config: dict[str, Any],
    schema_id: int,
    fields: Sequence[Field],
    flights: Iterable[dict[str, Any]],
) -> None:
    schema = fastavro.parse_schema(json.loads(_schema(fields)))
    with _producer(config) as send:
        for flight in flights:
            buffer = BytesIO()
            fastavro.schemaless_writer(buffer, schema, flight)
            send(id_prefix(schema_id) + buffer.getvalue())


@contextmanager
def _producer(config: dict[str, Any]) -> Iterator[Callable[[bytes], None]]:
    producer = Producer({**config, "enable.idempotence": True})
    yield lambda value: producer.produce(TOPIC, value)
    if producer.flush(PATIENCE_S):
        raise CommandError(f"the broker did not take all flights of {TOPIC}")


def _read_with_first_version(config: dict[str, Any]) -> Fingerprint:
    """What a consumer finds that was built when there was one version."""
    reader_schema = fastavro.parse_schema(json.loads(_schema(FIELDS)))
    writers = {
        1: fastavro.parse_schema(json.loads(_schema(FIELDS))),
        2: fastavro.parse_schema(json.loads(_schema([*FIELDS, GATE_FIELD]))),
    }
    found = Fingerprint()
    with TopicReader(config, TOPIC, range(1), Edge.EARLIEST) as reader:
        for messages in reader.batches(until_end=True, max_records=None):
            for message in messages:
                schema_id, data = split_prefix(message.value() or b"")
                flight = fastavro.schemaless_reader(
                    BytesIO(data), writers[schema_id], reader_schema
                )
                found.add(None, _canonical(flight))
    return found


def _canonical(flight: Any) -> bytes:
    return msgspec.json.encode([flight[name] for name in NAMES])
