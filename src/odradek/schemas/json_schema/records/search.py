"""Looks for a record that one validator takes and another one refuses."""

import json
from itertools import islice

import jsonschema_rs

from odradek.schemas.incompatibility import Witness
from odradek.schemas.json_schema.model.nodes import Node
from odradek.schemas.json_schema.records.candidates import Candidates
from odradek.schemas.json_schema.text import JsonValue

MAX_RECORDS = 5_000
"""Tried at most; each takes some microseconds."""


def find_witness(
    writer: Node,
    writes: jsonschema_rs.Validator,
    reader: Node,
    reads: jsonschema_rs.Validator,
) -> Witness | None:
    """The first record that really is one, both validators asked."""
    for record in islice(Candidates().all_of(writer, reader), MAX_RECORDS):
        if writes.is_valid(record) and not reads.is_valid(record):
            return Witness(json.dumps(record, ensure_ascii=False), _reason(reads, record))
    return None


def _reason(reads: jsonschema_rs.Validator, record: JsonValue) -> str:
    error = next(iter(reads.iter_errors(record)))
    place = "/".join(map(str, error.instance_path))
    return f"at /{place}: {error.message}"
