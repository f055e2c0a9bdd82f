"""Avro schemas: Confluent's verdicts about them, and records that prove a verdict.

    schema.py        a parsed schema with its references, as the registry knows it
    parsing.py       from JSON to types; every mistake is named with its place
    names.py         full names, and which type one stands for
    defaults.py      does a field's default fit its type
    types.py         the graph of types that a schema is
    rendering/       back to text: canonical and normalized
    tags.py          tags of records and fields
    resolution.py    Avro's rules of what a reader's type makes of a writer's
    explanation.py   what resolution found, told to people
    samples.py       small values of a type, by a given route
    codec.py         values to bytes and back, with fastavro
    witness.py       a value that the writer writes and the reader fails on

What it does not do: logical types decide nothing (they never do in Avro's resolution), protocols
and the IDL are not read, and no text is looked up anywhere: references are given.
"""

from odradek.schemas.avro.schema import AvroSchema, parse

__all__ = ["AvroSchema", "parse"]
