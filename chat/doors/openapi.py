"""The HTTP door as OpenAPI 3.1, made from the command registry."""

from collections import defaultdict
from typing import Any

from django.conf import settings

from commands.errors import AuthRequired, Busy, IdReused, Malformed, RateLimited, Refusal
from commands.gates import gates_before
from commands.registry import Registration, list_registrations

VERSION = "1"
REFERENCE = "#/components/schemas/{model}"
ALWAYS: tuple[type[Refusal], ...] = (Malformed, RateLimited, Busy)

ERROR = {
    "type": "object",
    "required": ["code", "message", "retryable", "detail"],
    "properties": {
        "code": {"type": "string", "description": "Stable; clients decide by it."},
        "message": {"type": "string", "description": "For people; may change."},
        "retryable": {"type": "boolean", "description": "Sending the same again may succeed."},
        "detail": {"type": "object"},
        "retry_after_ms": {"type": "integer"},
    },
}
KEY = {
    "type": "string",
    "format": "uuid",
    "description": "The command is carried out once per id; or send the header Idempotency-Key.",
}

REPLAYED = {"const": True, "description": "The command was carried out before, under this id."}


def possible_refusals(registration: Registration) -> list[type[Refusal]]:
    """Return every refusal that the command may answer with, by code."""
    found = {*ALWAYS, *registration.refusals}
    for gate in gates_before(registration):
        found |= set(gate.refusals)
    if not registration.public:
        found.add(AuthRequired)
    if registration.keyed:
        found.add(IdReused)
    return sorted(found, key=lambda refusal: refusal.code)


def make_openapi() -> dict[str, Any]:
    """Return the document."""
    components: dict[str, Any] = {"Error": ERROR}
    paths = {}
    for registration in list_registrations():
        paths[f"/api/{registration.name}"] = {"post": _operation(registration, components)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Kith",
            "version": VERSION,
            "description": "Each command is also a frame on the socket; see /api/asyncapi.json.",
        },
        "servers": [{"url": settings.PAGE_URL}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "sessionid"},
            },
        },
    }


def _operation(registration: Registration, components: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": registration.name,
        "summary": registration.summary,
        "tags": [registration.family],
        "requestBody": {"required": True, "content": _content(registration, components)},
        "responses": _responses(registration, components),
    }
    if registration.money:
        operation["x-tier"] = registration.tier
    if not registration.public:
        operation["security"] = [{"token": []}, {"session": []}]
    return operation


def _content(registration: Registration, components: dict[str, Any]) -> dict[str, Any]:
    if registration.uploads:
        file = {"type": "string", "contentMediaType": "application/octet-stream"}
        properties = {"file": file, "id": KEY}
        schema = {"type": "object", "properties": properties, "required": ["file"]}
        return {"multipart/form-data": {"schema": schema}}
    return {"application/json": {"schema": request_schema(registration, components)}}


def request_schema(registration: Registration, components: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of the command's fields over HTTP; shared parts go to `components`."""
    schema = _take_definitions(
        registration.model.model_json_schema(ref_template=REFERENCE), components
    )
    properties = {name: field for name, field in schema["properties"].items() if name != "type"}
    required = [name for name in schema.get("required", []) if name != "type"]
    if registration.keyed:
        properties["id"] = KEY
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def result_schema(registration: Registration, components: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of the command's result; shared parts go to `components`."""
    schema = _take_definitions(
        registration.result.model_json_schema(mode="serialization", ref_template=REFERENCE),
        components,
    )
    if registration.keyed:
        schema["properties"] = schema.get("properties", {}) | {"replayed": REPLAYED}
    return schema


def _take_definitions(schema: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    for name, definition in schema.pop("$defs", {}).items():
        if components.setdefault(name, definition) != definition:
            raise ValueError(f"Two different parts of results are called {name}.")
    return schema


def _responses(registration: Registration, components: dict[str, Any]) -> dict[str, Any]:
    by_status: dict[int, list[type[Refusal]]] = defaultdict(list)
    for refusal in possible_refusals(registration):
        by_status[refusal.status].append(refusal)
    done = {
        "type": "object",
        "required": ["result"],
        "properties": {"result": result_schema(registration, components)},
    }
    error = {"type": "object", "properties": {"error": {"$ref": REFERENCE.format(model="Error")}}}
    responses = {"200": _response("Done.", done)}
    if registration.raw:
        responses["200"]["content"] = {registration.raw: {"schema": {"type": "string"}}}
    for status, refusals in sorted(by_status.items()):
        description = " · ".join(f"{one.code}: {one.describe()}" for one in refusals)
        responses[str(status)] = _response(description, error)
    return responses


def _response(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}
