"""Strings that have broken other programs, in every field that takes a text."""

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.chat.socket.wire import run, wire
from tests.service import Service, running_web

OURS = "request.failed"


@pytest.fixture(scope="module")
def unlimited(database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Yield a web server that counts nobody's commands."""
    with running_web(tmp_path_factory.mktemp("naughty"), KITH_RATE_LIMITS="off") as running:
        yield running


def fields_with_text(text: str, room: str, friend: str, message: str) -> list[dict[str, Any]]:
    """Return a command for each field of the protocol that takes a text."""
    money = {"room": room, "amount": 2}
    split = {"mode": "even", "members": [friend]}
    return [
        {"type": "room.search", "text": text},
        {"type": "person.find", "text": text},
        {"type": "room.rename", "room": room, "name": text},
        {"type": "account.update", "name": text},
        {"type": "account.update", "settings": {text: text}},
        {"type": "account.update", "language": text},
        {"type": "message.edit", "message": message, "text": text},
        {"type": "message.react", "message": message, "emoji": text, "on": True},
        {"type": "friend.ask", "person": friend, "note": text},
        {"type": "envelope.send", **money, "count": 1, "kind": "equal", "greeting": text},
        {"type": "envelope.send", **money, "count": 1, "kind": "equal", "password": text},
        {"type": "split.create", **money, "note": text, "between": split},
        {"type": "transfer.send", "to": friend, "amount": 1, "note": text, "room": room},
        {"type": "wallet.top_up", "amount": 1, "channel": text},
        {"type": "account.confirm_name", "name": text, "phone": text},
        {"type": text},
    ]


def test_no_text_breaks_the_service(unlimited: Service, data: Callable[[str], Path]) -> None:
    texts: list[str] = json.loads(data("naughty-strings/blns.json").read_text())
    assert len(texts) > 400
    ann, bea = unlimited.sign_up("Ann", funds=100_000), unlimited.sign_up("Bea")
    ann.befriend(bea)
    room = ann.make_group("Flat", bea)
    message = ann.say(room, "a message")["id"]

    async def work() -> None:
        said: list[str] = []
        async with wire(ann) as line:
            for number, text in enumerate(texts):
                answer = await line.send("message.send", room=room, text=text)
                if answer["type"] == "ok":
                    said.append(text)
                    assert answer["result"]["message"]["text"] == text
                else:
                    assert answer["error"]["code"] == "request.malformed"
                others = fields_with_text(text, room, bea.id, message)
                frame = others[number % len(others)]
                answer = await line.send(frame.pop("type"), **frame)
                assert answer["type"] == "ok" or answer["error"]["code"] != OURS, (frame, answer)
        assert len(said) > 400
        async with wire(bea) as line:
            # The first one is the message that was edited all the time.
            assert (await read_all(line, room))[1:] == said

    run(work)
    assert "Traceback" not in (unlimited.folder / "web.log").read_text()


async def read_all(line: Any, room: str) -> list[str]:
    """Return the texts of a room's messages, the oldest first, as the history tells them."""
    texts: list[str] = []
    before = None
    while True:
        fields = {"before": before} if before else {}
        page = await line.send("room.history", room=room, limit=200, **fields)
        texts += [one["text"] for one in page["result"]["messages"] if one["kind"] == "text"]
        if not page["result"]["more"]:
            return texts[::-1]
        before = page["result"]["messages"][-1]["seq"]
        await asyncio.sleep(0)
