"""What a client hears over a real socket: who it is, answers, errors, events, and the last word."""

import json
import uuid

import pytest

from tests.chat.socket.wire import dial, run, wire
from tests.service import PASSWORD, Service


def test_hello_comes_first_and_says_where_each_room_stands(service: Service):
    ann, bea = service.sign_up("Ann"), service.sign_up("Bea")
    ann.befriend(bea)
    room = ann.make_group("Flat", bea)
    ann.say(room, "hi")

    async def work() -> None:
        async with dial(service, bea.token) as line:
            hello = await line.receive()
        assert (hello["type"], hello["version"]) == ("hello", 1)
        assert hello["person"] == {"id": bea.id, "username": bea.username, "name": "Bea"}
        (shown,) = hello["rooms"]
        numbers = {name: shown[name] for name in ("last_seq", "read_seq", "unread")}
        assert numbers == {"last_seq": 3, "read_seq": 2, "unread": 1}
        assert (shown["room"], shown["name"], shown["kind"]) == (room, "Flat", "group")
        assert hello["limits"]["frame_bytes"] == 65_536

    run(work)


def test_no_compression_is_agreed_on_because_frames_are_shared(service: Service):
    ann = service.sign_up("Ann")

    async def work() -> None:
        async with wire(ann, compression="deflate") as line:
            assert line.socket.protocol.extensions == []

    run(work)


@pytest.mark.parametrize("token", [None, "no-such-token"])
def test_who_is_nobody_is_let_in_to_be_told_so(service: Service, token: str | None):
    async def work() -> None:
        async with dial(service, token) as line:
            assert await line.closed() == (4401, "")

    run(work)


def test_a_browser_without_cookies_brings_its_token_as_a_subprotocol(service: Service):
    ann = service.sign_up("Ann")

    async def work() -> None:
        offered = ["kith.v1", f"bearer.{ann.token}"]
        async with dial(service, None, subprotocols=offered) as line:
            assert line.socket.subprotocol == "kith.v1"
            assert (await line.receive())["person"]["id"] == ann.id

    run(work)


def test_a_cookie_speaks_only_for_pages_of_our_own(service: Service):
    ann = service.sign_up("Ann")
    cookie = service.log_in(ann)

    async def heard_by(origin: str) -> tuple[int, str] | str:
        headers = {"Cookie": cookie, "Origin": origin}
        async with dial(service, None, headers=headers) as line:
            if origin == service.url:
                return str((await line.receive())["person"]["id"])
            return await line.closed()

    async def work() -> None:
        assert await heard_by(service.url) == ann.id
        assert await heard_by("https://elsewhere.example") == (4401, "")

    run(work)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("not json", None),
        ("[]", None),
        ('"text"', None),
        ('{"type": "me.get"}', "id"),
        ('{"type": "me.get", "id": 5}', "id"),
        ('{"type": 5, "id": "ID"}', "type"),
        ('{"id": "ID"}', "type"),
        ('{"type": "me.get", "id": "ID", "more": 1}', "more"),
        ('{"type": "person.get", "id": "ID", "person": "x"}', "person"),
        ('{"type": "person.get", "id": "ID"}', "person"),
        ('{"a": NaN}', None),
        ("{" * 10_000, None),
    ],
)
def test_a_broken_frame_is_answered_and_the_socket_stays_open(
    service: Service, text: str, field: str | None
):
    ann = service.sign_up("Ann")

    async def work() -> None:
        async with wire(ann) as line:
            await line.socket.send(text.replace("ID", str(uuid.uuid4())))
            error = (await line.receive())["error"]
            assert error["code"] == "request.malformed"
            assert error["detail"].get("field") == field
            assert (await line.send("me.get"))["result"]["person"]["id"] == ann.id

    run(work)


@pytest.mark.parametrize("frame_id", ["1e400", "5", "true", '{"a": 1}', "9" * 400])
def test_an_id_that_is_no_text_is_not_said_back(service: Service, frame_id: str):
    ann = service.sign_up("Ann")

    async def work() -> None:
        async with wire(ann) as line:
            await line.socket.send(f'{{"type": "me.get", "id": {frame_id}}}')
            error = await line.receive()
            assert (error["type"], error["id"]) == ("error", None)
            assert error["error"]["code"] == "request.malformed"

    run(work)


def test_bytes_are_not_a_frame(service: Service):
    ann = service.sign_up("Ann")

    async def work() -> None:
        async with wire(ann) as line:
            await line.socket.send(b"{}")
            assert (await line.receive())["error"]["code"] == "request.malformed"
            assert (await line.send("me.get"))["type"] == "ok"

    run(work)


def test_a_frame_that_is_too_large_closes_and_nothing_was_sent(service: Service):
    ann = service.sign_up("Ann")
    room = ann.make_group("Alone")

    async def work() -> None:
        async with wire(ann) as line:
            frame = {"type": "message.send", "id": str(uuid.uuid4()), "room": room}
            await line.socket.send(json.dumps(frame | {"text": "x" * 65_536}))
            assert (await line.closed())[0] == 1009

    run(work)
    assert ann.call("room.get", room=room)["room"]["last_seq"] == 1


def test_a_command_for_the_other_door_and_one_that_is_none(service: Service):
    ann = service.sign_up("Ann")

    async def work() -> None:
        async with wire(ann) as line:
            login = {"username": ann.username, "password": "x"}
            answer = await line.send("session.create", **login)
            assert answer["error"]["code"] == "request.http_only"
            answer = await line.send("message.sned")
            assert answer["error"]["code"] == "request.unknown_command"

    run(work)


def test_the_same_frame_twice_is_one_message_and_says_so(service: Service):
    ann = service.sign_up("Ann")
    room = ann.make_group("Alone")

    async def work() -> None:
        async with wire(ann) as line:
            frame = {"command_id": str(uuid.uuid4()), "room": room, "text": "once"}
            first = await line.send("message.send", **frame)
            again = await line.send("message.send", **frame)
            assert again["result"]["message"] == first["result"]["message"]
            assert (again.get("replayed"), first.get("replayed")) == (True, None)
            other = await line.send("message.send", **(frame | {"text": "twice"}))
            assert other["error"]["code"] == "request.id_reused"
            assert other["error"]["detail"]["differs"] == ["text"]

    run(work)
    assert ann.call("room.get", room=room)["room"]["last_seq"] == 2


def test_a_client_that_takes_its_token_back_is_answered_and_then_closed(service: Service):
    ann = service.sign_up("Ann")

    async def work() -> None:
        async with wire(ann) as one, wire(ann) as other:
            assert (await one.send("token.revoke"))["result"] == {}
            assert await one.closed() == (4401, "")
            assert await other.closed() == (4401, "")

    run(work)


def test_a_new_password_closes_the_other_devices_alone(service: Service):
    ann = service.sign_up("Ann")
    other_token = service.call("token.create", username=ann.username, password=PASSWORD)["token"]

    async def work() -> None:
        async with wire(ann) as mine, dial(service, other_token) as other:
            assert (await other.receive())["type"] == "hello"
            words = {"old": PASSWORD, "new": "another green tea"}
            assert (await mine.send("account.change_password", **words))["type"] == "ok"
            assert await other.closed() == (4401, "")
            assert (await mine.send("me.get"))["type"] == "ok"

    run(work)
