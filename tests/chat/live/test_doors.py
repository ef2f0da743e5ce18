"""Both doors of the running service: who is calling, what is refused, and what members hear."""

import asyncio
import json
import urllib.error
import urllib.request
import uuid
from collections.abc import Coroutine
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.service import Service, Someone

PATIENCE = 20.0


def run(work: Coroutine[Any, Any, None]) -> None:
    async def within() -> None:
        async with asyncio.timeout(PATIENCE):
            await work

    asyncio.run(within())


def dial(service: Service, someone: Someone | None) -> connect:
    """Return a connection to be entered, as the person or as nobody."""
    headers = {"Authorization": f"Bearer {someone.token}"} if someone else {}
    url = service.url.replace("http", "ws", 1) + "/ws/"
    return connect(url, additional_headers=headers, max_size=None)


async def ask(socket: ClientConnection, command: str, **fields: Any) -> Any:
    """Send a command and return its answer, passing over what else comes."""
    frame_id = fields.pop("id", None) or str(uuid.uuid4())
    await socket.send(json.dumps({"type": command, "id": frame_id, **fields}))
    return await answer_to(socket, frame_id)


async def answer_to(socket: ClientConnection, frame_id: str | None) -> Any:
    while True:
        frame = json.loads(await socket.recv())
        if frame["type"] in ("ok", "error") and frame.get("id") == frame_id:
            return frame


async def code_at_close(socket: ClientConnection) -> int | None:
    """Return the code with which the service closes the socket."""
    try:
        while True:
            await socket.recv()
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None


async def next_event(socket: ClientConnection, kind: str) -> Any:
    """Return the next event of a kind, passing over what else comes."""
    while True:
        frame = json.loads(await socket.recv())
        if frame["type"] == "event" and frame["kind"] == kind:
            return frame


def post(
    service: Service, command: str, fields: object, **headers: str
) -> tuple[int, dict[str, Any]]:
    """Post a body and return the status and the answer."""
    body = fields if isinstance(fields, bytes) else json.dumps(fields).encode()
    request = urllib.request.Request(f"{service.url}/api/{command}", data=body, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer nonsense"}])
def test_who_says_no_name_is_asked_for_it(service: Service, headers: dict[str, str]) -> None:
    status, answer = post(service, "me.get", {}, **headers)

    assert status == 401
    assert answer["error"]["code"] == "auth.required"
    assert answer["error"].keys() == {"code", "message", "retryable", "detail"}
    assert answer["error"]["retryable"] is False


def test_a_socket_of_nobody_is_closed(service: Service) -> None:
    async def work() -> None:
        async with dial(service, None) as socket:
            assert await code_at_close(socket) == 4401

    run(work())


def test_a_frame_that_is_refused_leaves_the_socket_open(service: Service) -> None:
    someone = service.sign_up("Ann")

    async def work() -> None:
        async with dial(service, someone) as socket:
            assert json.loads(await socket.recv())["type"] == "hello"
            for command, fields, code in (
                ("no.such", {}, "request.unknown_command"),
                ("session.create", {"username": "x", "password": "y"}, "request.http_only"),
                ("wallet.entries", {"limit": "5"}, "request.malformed"),
                ("wallet.entries", {"colour": "red"}, "request.malformed"),
                (
                    "wallet.withdraw",
                    {"amount": 1, "channel": "sandbox"},
                    "wallet.insufficient_funds",
                ),
            ):
                answer = await ask(socket, command, **fields)
                assert (answer["type"], answer["error"]["code"]) == ("error", code)
            await socket.send("{ no JSON")
            assert (await answer_to(socket, None))["error"]["code"] == "request.malformed"
            assert (await ask(socket, "me.get"))["result"]["person"]["id"] == someone.id

    run(work())


def test_a_frame_of_more_than_sixty_four_kilobytes_closes_the_socket(service: Service) -> None:
    someone = service.sign_up("Ann")

    async def work() -> None:
        async with dial(service, someone) as socket:
            await socket.recv()
            await socket.send("x" * (64 * 1024 + 1))
            assert await code_at_close(socket) == 1009

    run(work())


def test_one_command_over_both_doors_is_carried_out_once(service: Service) -> None:
    someone = service.sign_up("Ann")
    number = str(uuid.uuid4())
    fields = {"amount": 70, "channel": "sandbox"}
    bearer = {"Authorization": f"Bearer {someone.token}"}

    _, first = post(service, "wallet.top_up", {"id": number, **fields}, **bearer)

    async def work() -> None:
        async with dial(service, someone) as socket:
            again = await ask(socket, "wallet.top_up", id=number, **fields)
            assert again["result"]["entry"] == first["result"]["entry"]
            assert again["replayed"] is True
            other = await ask(socket, "wallet.top_up", id=number, amount=71, channel="sandbox")
            assert other["error"]["code"] == "request.id_reused"

    run(work())
    assert someone.balance() == 70


def test_members_hear_everything_in_order_and_the_leaver_hears_it_last(service: Service) -> None:
    ann, bob = service.sign_up("Ann"), service.sign_up("Bob")
    ann.befriend(bob)

    async def work() -> None:
        async with dial(service, bob) as socket:
            assert json.loads(await socket.recv())["rooms"] == []
            room = await asyncio.to_thread(ann.make_group, "Trip", bob)
            entered = await next_event(socket, "room.entered")
            assert entered["room"]["room"] == room
            for text in ("one", "two", "three"):
                await asyncio.to_thread(ann.say, room, text)
            heard = [await next_event(socket, "message.new") for _ in range(3)]
            assert [event["message"]["text"] for event in heard] == ["one", "two", "three"]
            synced = await ask(socket, "room.sync", room=room, after=heard[0]["seq"] - 1)
            assert synced["result"]["events"] == heard
            await ask(socket, "room.mute", room=room, on=True)
            await asyncio.to_thread(ann.call, "room.remove", room=room, person=bob.id)
            left = await next_event(socket, "member.left")
            assert (left["member"]["person"], left["seq"]) == (bob.id, heard[-1]["seq"] + 1)
            await asyncio.to_thread(ann.say, room, "now that he is gone")
            again = await ask(socket, "room.sync", room=room, after=0)
            assert again["error"]["code"] == "room.not_found"

    run(work())


def test_what_is_told_to_one_person_reaches_that_person(service: Service) -> None:
    ann, bob = service.sign_up("Ann", funds=500), service.sign_up("Bob")
    ann.befriend(bob)

    async def work() -> None:
        async with dial(service, bob) as socket:
            await socket.recv()
            sent = await asyncio.to_thread(ann.call, "transfer.send", to=bob.id, amount=50)
            notice = (await next_event(socket, "notice"))["notice"]
            assert (notice["kind"], notice["person"]) == ("money.in", ann.id)
            assert notice["ref"] == sent["transfer"]["id"]
            listed = (await ask(socket, "notice.list"))["result"]["notices"]
            assert listed[0] == notice

    run(work())


def test_a_token_that_is_revoked_closes_its_sockets(service: Service) -> None:
    someone = service.sign_up("Ann")

    async def work() -> None:
        async with dial(service, someone) as socket:
            await socket.recv()
            await asyncio.to_thread(someone.call, "token.revoke")
            assert await code_at_close(socket) == 4401

    run(work())
