"""The hub alone, on the real bus and database: what it keeps, and what it gives to whom."""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
import redis.asyncio as redis
from django.conf import settings

from chat.rooms import services as rooms
from chat.rooms.roll import roll
from chat.socket import hub as hub_module
from chat.socket.connection import Connection, Seat
from chat.socket.hub import Hub
from outbox.bus import pack, publish, room_topic
from tests.chat.talk import Group

HELLO = b'{"type": "hello"}'
SECONDS = 10


class Device:
    """An open socket of somebody, and what was sent to it."""

    def __init__(self, hub: Hub, person_id: UUID) -> None:
        self.heard: list[Any] = []
        self.connection = Connection(
            person_id, "token", send=self._send, close=self._close, turn=hub.turn
        )

    async def _send(self, text: str) -> None:
        frame = json.loads(text)
        self.heard.append(frame.get("seq") or frame.get("kind") or frame["type"])

    async def _close(self, code: int, reason: str = "") -> None:
        self.heard.append(code)


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(SECONDS):
        while not is_so():  # noqa: ASYNC110 (a callback of the loop changes it)
            await asyncio.sleep(0.01)


async def seat(hub: Hub, person_id: UUID, room: UUID, seat: Seat) -> Device:
    """Open a socket whose hello says this of the room."""
    device = Device(hub, person_id)
    await hub.open(device.connection)
    hub.start(device.connection, HELLO, {room: seat})
    return device


async def until_heard_by(count: int, room: UUID) -> None:
    """Wait until so many processes listen to the room."""
    async with asyncio.timeout(SECONDS), redis.Redis.from_url(settings.REDIS_URL) as client:
        topic = room_topic(room)
        while await client.pubsub_numsub(topic) != [(topic.encode(), count)]:  # noqa: ASYNC110 (polled)
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("way", ["dissolve", "leave"])
def test_a_room_that_all_have_left_is_listened_to_no_more(
    now: datetime, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr(hub_module, "LINGER_SECONDS", 0.0)
    group = Group(at=now)
    member = group.others[0]

    async def work() -> None:
        hub = Hub(settings.REDIS_URL)
        device = await seat(hub, member, group.room, Seat(joined_seq=2, cursor=3))
        await until(lambda: device.connection.waiting is None)
        await until_heard_by(1, group.room)

        by = group.owner if way == "dissolve" else member
        await asyncio.to_thread(group.act, by, f"room.{way}")

        await until(lambda: device.heard[-1] == 4)
        await until_heard_by(0, group.room)

    asyncio.run(work())


def test_who_is_removed_before_they_heard_what_came_after_hello_hears_that_first(
    now: datetime,
) -> None:
    """Two messages come between the reading of hello and the seat, so only the removal waits."""
    group = Group(at=now)
    leaver = group.others[0]
    group.say("one")
    group.say("two")

    async def work() -> None:
        hub = Hub(settings.REDIS_URL)
        other = await seat(hub, group.owner, group.room, Seat(joined_seq=1, cursor=5))
        await until(lambda: other.connection.waiting is None)
        device = await seat(hub, leaver, group.room, Seat(joined_seq=2, cursor=3))
        await asyncio.to_thread(
            rooms.remove, room_id=group.room, person_id=group.owner, other=leaver, at=now
        )
        await asyncio.to_thread(group.say, "she is gone")
        await until(lambda: other.heard[-1] == 7)
        await until(lambda: device.connection.waiting is None and not device.connection.seats)
        await until(lambda: device.heard[-1] == 6)

        numbers = [one for one in device.heard if one != "notice"]
        assert numbers == ["hello", 4, 5, 6]
        assert device.connection.rooms == set()

    asyncio.run(work())


def test_what_is_new_waits_for_the_answer_to_what_was_missed(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "RESUME_SECONDS", 0.0)
    group = Group(at=now)

    async def work() -> None:
        hub = Hub(settings.REDIS_URL)
        device = Device(hub, group.owner)
        await hub.open(device.connection)
        hub.start(device.connection, HELLO, {group.room: Seat(joined_seq=1, cursor=3)})
        device.connection.is_working = True
        await asyncio.sleep(0.05)
        assert device.connection.waiting == []

        await device.connection.finish(b'{"type": "ok"}')
        hub.release(device.connection)
        assert device.connection.waiting is None

    asyncio.run(work())


@pytest.mark.parametrize("header", [{"left": "who"}, {"closes": True}])
def test_members_that_were_seen_are_forgotten_when_another_process_says_one_left(
    now: datetime, header: dict[str, Any]
) -> None:
    group = Group(at=now)
    leaver = group.others[0]
    if "left" in header:
        header = {"left": str(leaver)}

    async def work() -> None:
        hub = Hub(settings.REDIS_URL)
        await seat(hub, group.owner, group.room, Seat(joined_seq=1, cursor=3))
        await until_heard_by(1, group.room)
        await asyncio.to_thread(roll.look, [group.room], at=now)
        assert roll.find(group.room, at=now) == set(group.people)

        # As the other process does once it is committed.
        await asyncio.to_thread(publish, room_topic(group.room), pack(b"{}", seq=4, **header))

        await until(lambda: roll.find(group.room, at=now) is None)

    asyncio.run(work())
