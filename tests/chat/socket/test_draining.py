"""A web process that is asked to end answers what is under way and tells everybody to come back."""

import asyncio
import json
import signal
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from chat.rooms.locks import lock_room
from chat.socket.drain import LONGEST_MS, choose_retry_ms
from tests.chat.socket.test_idle import connect_raw, read_frame
from tests.chat.socket.wire import Wire, dial, run, wire
from tests.service import Service, Someone


def ask_to_end(service: Service) -> None:
    assert service.web is not None
    service.web.send_signal(signal.SIGTERM)


async def ended(service: Service, *, within: float) -> int:
    """Return the exit code of the web process."""
    assert service.web is not None
    return await asyncio.to_thread(service.web.wait, within)


@asynccontextmanager
async def held(room: str) -> AsyncIterator[asyncio.Event]:
    """Keep a room locked, so that whoever writes into it waits until the event is set."""
    loop = asyncio.get_running_loop()
    is_held, let_go = asyncio.Event(), asyncio.Event()

    def work() -> None:
        with transaction.atomic():
            lock_room(room_id=UUID(room), person_id=None, events=0)
            loop.call_soon_threadsafe(is_held.set)
            asyncio.run_coroutine_threadsafe(let_go.wait(), loop).result(30)

    holding = asyncio.create_task(asyncio.to_thread(work))
    try:
        await is_held.wait()
        yield let_go
    finally:
        let_go.set()
        await holding


def make_room(service: Service) -> tuple[Someone, str]:
    ann, bea = service.sign_up("Ann"), service.sign_up("Bea")
    ann.befriend(bea)
    return ann, ann.make_group("Flat 4B", bea)


def texts(person: Someone, room: str, service: Service) -> list[str]:
    found = service.call("room.history", person.token, room=room)["messages"]
    return [message["text"] for message in found]


async def send(line: Wire, room: str, text: str) -> str:
    frame_id = str(uuid4())
    frame = {"type": "message.send", "id": frame_id, "room": room, "text": text}
    await line.socket.send(json.dumps(frame))
    return frame_id


def test_what_was_sent_is_answered_before_the_socket_is_told_to_come_back(
    service: Service, beside: Service
) -> None:
    ann, room = make_room(beside)

    async def work() -> None:
        async with held(room) as let_go, wire(ann) as line:
            ids = [await send(line, room, text) for text in ("one", "two", "three")]
            over_http = asyncio.create_task(
                asyncio.to_thread(beside.call, "message.send", ann.token, room=room, text="four")
            )
            # Until all of them wait for the lock, or for the first of them.
            await asyncio.sleep(1)
            ask_to_end(beside)
            await asyncio.sleep(1)
            # Nobody new is let in.
            with pytest.raises(OSError, match="refused"):
                await asyncio.to_thread(urllib.request.urlopen, f"{beside.url}/healthz", None, 5)
            let_go.set()
            for frame_id in ids:
                assert (await line.answer(frame_id))["type"] == "ok"
            code, reason = await line.closed()
            assert code == 1012
            assert 50 <= json.loads(reason)["retry_after_ms"] <= 100
            assert (await over_http)["message"]["text"] == "four"
            assert await ended(beside, within=5) == 0
        assert sorted(texts(ann, room, service)) == ["four", "one", "three", "two"]

    run(work)


def test_what_comes_too_late_is_not_done_and_may_be_sent_again(
    service: Service, beside: Service
) -> None:
    ann, room = make_room(beside)

    async def work() -> None:
        async with held(room) as let_go, wire(ann) as line:
            first = await send(line, room, "in time")
            await asyncio.sleep(0.5)
            ask_to_end(beside)
            await asyncio.sleep(0.5)
            late = await send(line, room, "too late")
            let_go.set()
            assert (await line.answer(first))["type"] == "ok"
            assert (await line.closed())[0] == 1012
        assert texts(ann, room, service) == ["in time"]
        async with dial(service, ann.token) as line:
            await line.receive()
            again = await line.send("message.send", command_id=late, room=room, text="too late")
            assert (again["type"], "replayed" in again) == ("ok", False)
        assert texts(ann, room, service) == ["too late", "in time"]

    run(work)


def test_a_dead_client_does_not_keep_it_from_ending(beside: Service) -> None:
    ann = beside.sign_up("Ann")

    async def work() -> None:
        reader, writer = await connect_raw(ann)
        assert (await read_frame(reader))[0] == 1
        ask_to_end(beside)
        kind, payload = await read_frame(reader)
        assert (kind, payload[:2]) == (8, (1012).to_bytes(2, "big"))
        assert await ended(beside, within=10) == 0
        writer.close()

    run(work)


def test_the_more_sockets_the_longer_they_take_to_come_back() -> None:
    few = [choose_retry_ms(1) for _ in range(200)]
    many = [choose_retry_ms(800) for _ in range(200)]
    crowd = [choose_retry_ms(50_000) for _ in range(200)]

    assert (min(few) >= 50, max(few) <= 100) == (True, True)
    assert (min(many) >= 1_000, max(many) <= 2_000) == (True, True)
    assert (min(crowd) >= LONGEST_MS // 2, max(crowd) <= LONGEST_MS) == (True, True)
    assert len(set(crowd)) > 100
