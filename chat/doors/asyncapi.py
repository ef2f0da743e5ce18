"""The socket door as AsyncAPI 3.0, made from the command registry."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from chat.doors.openapi import ERROR, REFERENCE, VERSION, request_schema, result_schema
from commands.gates import gates_before
from commands.registry import Registration, list_registrations

ROOM_EVENTS = (
    "message.new", "message.edited", "message.recalled", "message.reacted", "card.changed",
    "member.joined", "member.left", "member.changed", "room.changed",
    "room.dissolved",
)  # fmt: skip
PASSING_EVENTS = ("typing", "presence", "read", "resync", "room.entered", "notice")

ID = {"type": "string", "format": "uuid"}


def make_asyncapi() -> dict[str, Any]:
    """Return the document."""
    components: dict[str, Any] = {"Error": ERROR}
    sent = {
        registration.name: _command(registration, components)
        for registration in list_registrations()
        if not registration.http_only
    }
    pushed = _pushed_messages()
    channel = {"$ref": "#/channels/socket"}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Kith",
            "version": VERSION,
            "description": "One JSON object per text frame. A command is answered by `ok` or"
            " `error` with its id; events come unasked.",
        },
        "servers": {"web": {"host": urlsplit(settings.PAGE_URL).netloc, "protocol": "ws"}},
        "channels": {
            "socket": {"address": "/ws/", "messages": sent | pushed},
        },
        "operations": {
            "send": {
                "action": "receive",
                "channel": channel,
                "messages": [_reference(name) for name in sent],
                "reply": {"messages": [_reference("ok"), _reference("error")]},
            },
            "push": {
                "action": "send",
                "channel": channel,
                "messages": [_reference(name) for name in pushed],
            },
        },
        "components": {"schemas": components},
    }


def _reference(message: str) -> dict[str, str]:
    return {"$ref": f"#/channels/socket/messages/{message}"}


def _command(registration: Registration, components: dict[str, Any]) -> dict[str, Any]:
    schema = request_schema(registration, components)
    properties = {"type": {"const": registration.name}, "id": ID, **schema["properties"]}
    return {
        "name": registration.name,
        "summary": registration.summary,
        "payload": schema
        | {"properties": properties, "required": ["type", "id", *schema["required"]]},
        "x-result": result_schema(registration, components),
        "x-refusals": [refusal.code for refusal in registration.refusals]
        + [one.code for gate in gates_before(registration) for one in gate.refusals],
        **({"x-tier": registration.tier} if registration.money else {}),
    }


def _pushed_messages() -> dict[str, Any]:
    ok = {"type": {"const": "ok"}, "id": ID, "result": {"type": "object"}}
    error = {
        "type": {"const": "error"},
        "id": {"type": ["string", "null"]},
        "error": {"$ref": REFERENCE.format(model="Error")},
    }
    hello = {
        "type": {"const": "hello"}, "version": {"const": 1}, "person": {"type": "object"},
        "rooms": {"type": "array"}, "server_time": {"type": "string"}, "limits": {"type": "object"},
    }  # fmt: skip
    event = {"type": {"const": "event"}, "kind": {"enum": list(PASSING_EVENTS)}}
    numbered = {
        "type": {"const": "event"}, "kind": {"enum": list(ROOM_EVENTS)}, "room": ID,
        "seq": {"type": "integer", "minimum": 1}, "at": {"type": "string"},
        "by": {"type": ["string", "null"]},
    }  # fmt: skip
    shapes: dict[str, tuple[dict[str, Any], str]] = {
        "ok": (ok, "The answer to a command."),
        "error": (error, "The refusal of a command; nothing changed."),
        "hello": (hello, "The first frame: who you are and where your rooms stand."),
        "room_event": (numbered, "An event of a room: each number once, in order, without holes."),
        "event": (event, "An event without a number; it may be lost."),
    }
    return {
        name: {
            "name": name,
            "summary": summary,
            "payload": {"type": "object", "properties": fields, "required": list(fields)},
        }
        for name, (fields, summary) in shapes.items()
    }
