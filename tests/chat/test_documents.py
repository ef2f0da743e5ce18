"""OpenAPI, AsyncAPI and the docs page, all from the registry."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from chat.doors.asyncapi import make_asyncapi
from chat.doors.openapi import make_openapi
from commands.registry import list_registrations


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def resolve(document: dict[str, Any], reference: str) -> Any:
    node: Any = document
    for part in reference.removeprefix("#/").split("/"):
        node = node[part]
    return node


@pytest.mark.parametrize("make", [make_openapi, make_asyncapi])
def test_every_reference_leads_somewhere(make: Any) -> None:
    document = json.loads(json.dumps(make()))
    found = set(references(document))
    assert found
    for reference in found:
        # An empty schema is one, too: of any JSON.
        assert resolve(document, reference) is not None


def test_every_command_has_its_path_and_says_what_it_refuses() -> None:
    paths = make_openapi()["paths"]
    assert sorted(paths) == [f"/api/{command.name}" for command in list_registrations()]
    for command in list_registrations():
        operation = paths[f"/api/{command.name}"]["post"]
        described = " ".join(one["description"] for one in operation["responses"].values())
        assert operation["summary"] == command.summary
        assert all(refusal.code in described for refusal in command.refusals)


def test_every_command_but_those_for_http_is_a_frame() -> None:
    messages = make_asyncapi()["channels"]["socket"]["messages"]
    commands = [command.name for command in list_registrations() if not command.http_only]
    assert set(commands) <= set(messages)
    assert "session.create" not in messages
    assert messages["envelope.claim"]["payload"]["required"] == ["type", "id", "envelope"]


def test_only_commands_that_are_kept_ask_for_an_id() -> None:
    paths = make_openapi()["paths"]
    fields = {
        command.name: content["schema"]["properties"]
        for command in list_registrations()
        for content in paths[f"/api/{command.name}"]["post"]["requestBody"]["content"].values()
    }
    assert set(fields["file.upload"]) == {"file", "id"}
    assert "id" in fields["message.send"]
    assert "id" not in fields["wallet.get"]
    assert "id" not in fields["account.create"]


def test_the_documents_and_their_page_are_served() -> None:
    client = Client()
    assert client.get("/api/openapi.json").json()["openapi"] == "3.1.0"
    assert client.get("/api/asyncapi.json").json()["asyncapi"] == "3.0.0"
    page = client.get("/api/docs")
    assert page.status_code == 200
    assert "unsafe-inline" not in page["Content-Security-Policy"]
