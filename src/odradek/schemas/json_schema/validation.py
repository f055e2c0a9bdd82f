"""Validators of records, by jsonschema-rs, for a schema with all the documents it refers to."""

from collections.abc import Mapping
from typing import Any

import jsonschema_rs

from odradek.schemas.json_schema.model.documents import Documents
from odradek.schemas.json_schema.model.drafts import Draft
from odradek.schemas.json_schema.text import JsonValue

_VALIDATORS: dict[Draft, type[jsonschema_rs.Validator]] = {
    Draft.DRAFT_4: jsonschema_rs.Draft4Validator,
    Draft.DRAFT_6: jsonschema_rs.Draft6Validator,
    Draft.DRAFT_7: jsonschema_rs.Draft7Validator,
    Draft.DRAFT_2019_09: jsonschema_rs.Draft201909Validator,
    Draft.DRAFT_2020_12: jsonschema_rs.Draft202012Validator,
}
_BASE = "json-schema:///"
"""What jsonschema-rs resolves relative names against where a schema has no `$id`."""


def validator_of(documents: Documents) -> jsonschema_rs.Validator:
    """Compiles the schema; ValueError if jsonschema-rs takes it for none."""

    def retrieve(uri: str) -> Any:
        return _with_defs(documents.document(uri.removeprefix(_BASE)))

    make = _VALIDATORS[documents.draft]
    return make(_with_defs(documents.root), retriever=retrieve)


def _with_defs(document: JsonValue) -> Any:
    """`#/$defs/x` finds what lies in `definitions`, as in other registries."""
    if not isinstance(document, Mapping):
        return document
    definitions, defs = document.get("definitions"), document.get("$defs", {})
    if not isinstance(definitions, Mapping) or not isinstance(defs, Mapping):
        return document
    return {**document, "$defs": {**definitions, **defs}}
