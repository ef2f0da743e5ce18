"""One HTTP request at a time, as it is: nothing repaired, nothing sent again."""

import http.client
import json
import urllib.parse
import uuid
from dataclasses import dataclass
from typing import Any, Protocol

import pytest

SECONDS = 20


class Place(Protocol):
    """Something that answers at an address."""

    @property
    def url(self) -> str: ...


@dataclass(frozen=True)
class Reply:
    """What came back: JSON as it reads, anything else as bytes."""

    status: int
    headers: http.client.HTTPMessage
    body: Any

    @property
    def code(self) -> str | None:
        """Return the error's code, or None for a success."""
        return self.body["error"]["code"] if "error" in self.body else None


def ask(
    place: Place, path: str, fields: object = None, *, method: str = "POST", **headers: str
) -> Reply:
    """Send one request; fields that are bytes are sent as such."""
    body = fields if isinstance(fields, bytes) else json.dumps(fields or {}).encode()
    shown = {name.replace("_", "-"): value for name, value in headers.items()}
    line = http.client.HTTPConnection(urllib.parse.urlsplit(place.url).netloc, timeout=SECONDS)
    try:
        line.request(method, path, body, {"Content-Type": "application/json"} | shown)
        response = line.getresponse()
        text = response.read()
    finally:
        line.close()
    is_json = response.headers.get_content_type() == "application/json"
    return Reply(response.status, response.headers, json.loads(text) if is_json else text)


def bearer(token: str) -> str:
    """Return the header that says who is calling."""
    return f"Bearer {token}"


def call(place: Place, command: str, token: str = "", /, **fields: Any) -> dict[str, Any]:
    """Carry out a command and return its result; a refusal fails the test."""
    headers = {"Idempotency_Key": str(uuid.uuid4())}
    if token:
        headers["Authorization"] = bearer(token)
    reply = ask(place, f"/api/{command}", fields, **headers)
    if reply.code is not None:
        pytest.fail(f"{command} was refused: {reply.body}")
    result: dict[str, Any] = reply.body["result"]
    return result
