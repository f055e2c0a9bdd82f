"""The routes as an OpenAPI 3.1 document, made from what they declare. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, get_origin, get_type_hints

import msgspec
from msgspec import NODEFAULT, Struct
from msgspec.structs import FieldInfo, fields

import odradek
from odradek.web.answer import JSON, Answer
from odradek.web.routes import Call, Route

REFERENCES = "#/components/schemas/{name}"
ERROR = {
    "type": "object",
    "properties": {"error_code": {"type": "integer"}, "message": {"type": "string"}},
    "required": ["error_code", "message"],
    "additionalProperties": False,
}
USUAL_ERRORS = (400, 404, 406, 500)
"""What any route may answer: see application.py."""


def openapi_route(description: str, routes: Sequence[Route], media_type: str) -> Route:
    """The route that answers with the document of these routes, and of itself."""
    made: list[bytes] = []

    async def get_document(_: Any, __: Call) -> Answer:
        if not made:
            made.append(msgspec.json.encode(openapi_document(description, routes, media_type)))
        return Answer(made[0], media_type=JSON)

    return Route("GET", "/openapi.json", get_document, "This document.", is_open=True)


def openapi_document(description: str, routes: Iterable[Route], media_type: str) -> dict[str, Any]:
    """The document; bodies and answers are of `media_type`."""
    routes = list(routes)
    types = [kind for route in routes for kind in (route.body, route.answer) if kind is not None]
    schemas, components = msgspec.json.schema_components(types, ref_template=REFERENCES)
    schema_of = dict(zip(map(_type_key, types), schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        operations = paths.setdefault(route.path, {})
        operations[route.method.lower()] = _operation(route, schema_of, media_type)
    return {
        "openapi": "3.1.0",
        "info": {"title": description, "version": odradek.__version__},
        "paths": paths,
        "components": {"schemas": {**components, "Error": ERROR}},
    }


def _operation(route: Route, schema_of: Mapping[str, Any], media_type: str) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": _operation_id(route),
        "summary": route.summary,
        "parameters": [*_path_parameters(route), *_query_parameters(route.query)],
        "responses": _responses(route, schema_of, media_type),
    }
    if route.body is not None:
        content = {media_type: {"schema": schema_of[_type_key(route.body)]}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _operation_id(route: Route) -> str:
    """Unique, and the same in each run: the method and the words of the path."""
    words = route.path.translate(str.maketrans("/{}:._-", "       ")).split()
    return "_".join([route.method.lower(), *words])


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    names = [each[1:-1] for each in route.path.split("/") if each.startswith("{")]
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in names
    ]


def _query_parameters(query: type[Struct]) -> list[dict[str, Any]]:
    hints = get_type_hints(query)
    return [
        {"name": each.encode_name, "in": "query", "schema": _parameter(each, hints[each.name])}
        for each in fields(query)
    ]


def _parameter(parameter: FieldInfo, hint: Any) -> dict[str, Any]:
    if get_origin(hint) is tuple:
        return {"type": "array", "items": {"type": "string"}}
    kind = {bool: "boolean", int: "integer"}.get(hint, "string")
    default = {} if parameter.default is NODEFAULT else {"default": parameter.default}
    return {"type": kind, **default}


def _responses(route: Route, schema_of: Mapping[str, Any], media_type: str) -> dict[str, Any]:
    done = str(route.status)
    responses: dict[str, Any] = {done: {"description": "Done."}}
    if route.answer is not None:
        content = {media_type: {"schema": schema_of[_type_key(route.answer)]}}
        responses[done]["content"] = content
    error = {media_type: {"schema": {"$ref": REFERENCES.format(name="Error")}}}
    body_errors = (413, 415, 422) if route.body is not None else ()
    for status in sorted({*USUAL_ERRORS, *route.errors, *body_errors}):
        responses[str(status)] = {"description": HTTPStatus(status).phrase, "content": error}
    return responses


def _type_key(kind: Any) -> str:
    return repr(kind)
