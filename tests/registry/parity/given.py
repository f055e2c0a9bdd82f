"""Schemas that scenarios register, in the form in which Confluent writes a text anew."""

import json
from typing import Any

INT = '"int"'
LONG = '"long"'
STRING = '"string"'
OBJECT = '{"type":"object"}'
MESSAGE = 'syntax = "proto3";\n\nmessage A {\n  string a = 1;\n}\n'


def record(name: str, *fields: str, optional: tuple[str, ...] = (), **more: Any) -> str:
    """An Avro record of strings; optional fields have a default."""
    described: list[dict[str, Any]] = [{"name": each, "type": "string"} for each in fields]
    described += [{"name": each, "type": "string", "default": ""} for each in optional]
    return compact({"type": "record", "name": name, "fields": described, **more})


def using(name: str, other: str) -> str:
    """An Avro record with one field, of a type that another schema defines."""
    fields = [{"name": "inner", "type": other}]
    return compact({"type": "record", "name": name, "fields": fields})


def compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def reference(name: str, subject: str, version: int = 1) -> dict[str, Any]:
    return {"name": name, "subject": subject, "version": version}


def avro(text: str, *references: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The body of a registration."""
    return {"schema": text, **({"references": list(references)} if references else {}), **more}
