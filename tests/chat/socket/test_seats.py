"""Who is in a room and who is not any more, when what says so is lost or comes at a bad moment."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from chat.rooms import services as rooms
from chat.socket.connection import MOST_WAITING, Connection, Encoded, Seat
from chat.socket.feed import Feed, Numbered
from chat.socket.reading import Memberships, read_memberships, read_missing
from chat.socket.turn import Turn
from outbox.bus import Bus
from tests.chat.socket.wire import run, wire
from tests.chat.talk import Group
from tests.service import Service

HELLO = b'{"type": "hello"}'


class Device:
    """A connection that is still waiting for hello, and what was sent to it."""

    def __init__(self) -> None:
        self.heard: list[Any] = []
        self.closed: list[int] = []
        self.connection = Connection(
            uuid4(), "token", send=self._send, close=self._close, turn=Turn()
        )

    async def _send(self, text: str) -> None:
        frame = json.loads(text)
        self.heard.append(frame.get("seq") or frame.get("kind") or frame["type"])

    async def _close(self, code: int, reason: str = "") -> None:
        self.closed.append(code)


def events(device: Device, *seqs: int, left: int = 0) -> list[Numbered]:
    person = device.connection.person_id
    return [
        Numbered(seq, b'{"seq": %d}' % seq, left=person if seq == left else None) for seq in seqs
    ]


async def settle() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


def test_who_leaves_between_the_reading_of_hello_and_its_sending_is_out() -> None:
    async def work() -> None:
        feed, device = Feed(uuid4(), 3, Turn()), Device()
        feed.seat(device.connection)
        read_before = {feed.room_id: Seat(joined_seq=1, cursor=3)}

        feed.accept(events(device, 4, 5, 6, left=5))
        feed.pass_on()
        device.connection.greet(HELLO, read_before)
        device.connection.release()
        await settle()

        assert device.heard == ["hello", 4, 5]
        assert (device.connection.seats, device.connection.rooms) == ({}, set())
        assert feed.connections == set()

    asyncio.run(work())


def test_who_is_back_before_hello_is_sent_keeps_the_newer_seat() -> None:
    async def work() -> None:
        feed, device = Feed(uuid4(), 3, Turn()), Device()
        feed.seat(device.connection)
        read_before = {feed.room_id: Seat(joined_seq=1, cursor=3)}

        feed.accept(events(device, 4, 5, 6, left=5))
        feed.pass_on()
        feed.seat(device.connection, Seat(joined_seq=6, cursor=6))
        device.connection.greet(HELLO, read_before)
        device.connection.release()
        feed.accept(events(device, 7))
        feed.pass_on()
        await settle()

        assert device.heard == ["hello", 7]
        assert device.connection.seats == {feed.room_id: Seat(joined_seq=6, cursor=7)}

    asyncio.run(work())


def test_what_waits_for_hello_is_bounded_and_the_rest_is_read_later() -> None:
    async def work() -> None:
        feed, device = Feed(uuid4(), 0, Turn()), Device()
        feed.seat(device.connection)
        everything = events(device, *range(1, MOST_WAITING + 3))

        feed.accept(everything)
        feed.pass_on()
        device.connection.greet(HELLO, {feed.room_id: Seat(joined_seq=0, cursor=0)})
        device.connection.release()
        feed.seat(device.connection)
        assert feed.behind() == [device.connection]
        feed.catch_up(device.connection, everything[MOST_WAITING:])
        await settle()

        assert feed.behind() == []
        assert device.heard == ["hello", *range(1, MOST_WAITING + 3)]

    asyncio.run(work())


def test_who_is_told_too_much_before_hello_is_sent_away() -> None:
    async def work() -> None:
        device = Device()
        for _ in range(MOST_WAITING):
            device.connection.give(Encoded.of(b"{}"))
        await settle()
        assert device.closed == []

        device.connection.give(Encoded.of(b"{}"))
        await settle()

        assert device.closed == [1013]
        assert len(device.connection.waiting or []) == MOST_WAITING

    asyncio.run(work())


def test_a_seat_that_changes_has_to_be_agreed_with_anew() -> None:
    async def work() -> None:
        connection, room = Device().connection, uuid4()
        connection.agreed = 1
        connection.give_up_seat(room)
        assert connection.agreed == 1
        connection.take_seat(room, Seat(joined_seq=7, cursor=9))
        assert (connection.agreed, connection.list_joined()) == (None, {room: 7})
        connection.agreed = 1
        connection.give_up_seat(room)
        assert (connection.agreed, connection.list_joined()) == (None, {})

    run(work)


def test_memberships_are_read_again_only_when_they_differ(now: datetime) -> None:
    group = Group(people=2, at=now)
    ann, bea = group.people
    first = read_memberships([(ann, None), (bea, None)])
    stamps = [(one, first[one].stamp) for one in (ann, bea)]
    assert (first[ann].rooms, first[bea].rooms) == ({group.room: 1}, {group.room: 2})

    assert read_memberships(stamps) == {}

    rooms.leave(room_id=group.room, person_id=bea, at=now)
    assert read_memberships(stamps) == {bea: Memberships(0)}
    rooms.invite(room_id=group.room, person_id=ann, others=[bea], at=now)
    again = read_memberships([*stamps, (bea, 0)])
    assert {one: found.rooms for one, found in again.items()} == {bea: {group.room: 4}}


def test_that_somebody_left_is_known_even_after_they_came_back(now: datetime) -> None:
    group = Group(at=now)
    leaver = group.others[0]
    rooms.leave(room_id=group.room, person_id=leaver, at=now)
    rooms.invite(room_id=group.room, person_id=group.owner, others=[leaver], at=now)

    missing = read_missing(group.room, 2)

    assert [(event.seq, event.left) for event in missing] == [(3, None), (4, leaver), (5, None)]


# --- With the whole service ----------------------------------------------------------------------


async def beside(work: Callable[[], Any]) -> Any:
    """Do something in the database as another process would."""
    return await asyncio.to_thread(work)


@pytest.fixture
def silent_bus(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have this process find no bus, so that nobody hears what it does."""
    away = Bus("redis://127.0.0.1:1/0")
    monkeypatch.setattr("outbox.bus._bus", lambda: away)


def test_who_comes_and_goes_in_one_moment_is_out(service: Service) -> None:
    ann, bea = service.sign_up("Ann"), service.sign_up("Bea")
    ann.befriend(bea)
    room = ann.make_group("Flat")
    at, here, owner, guest = datetime.now(UTC), UUID(room), UUID(ann.id), UUID(bea.id)

    def come_and_go() -> None:
        with transaction.atomic():
            rooms.invite(room_id=here, person_id=owner, others=[guest], at=at)
            rooms.remove(room_id=here, person_id=owner, other=guest, at=at)

    async def work() -> None:
        async with wire(ann) as owner_line, wire(bea) as line:
            await beside(come_and_go)
            await owner_line.send("message.send", room=room, text="she is gone")
            await owner_line.event("message.new", room=room, seq=4)
            await owner_line.send("typing", room=room, on=True)
            await line.event("member.left", room=room, seq=3)
            await line.send("me.get")
            assert line.kinds() == ["room.entered", "member.left"]

    run(work)


def test_who_is_added_while_the_bus_is_silent_hears_of_it(
    service: Service, silent_bus: None
) -> None:
    ann, bea = service.sign_up("Ann"), service.sign_up("Bea")
    ann.befriend(bea)
    room = ann.make_group("Flat")
    at, here, owner, guest = datetime.now(UTC), UUID(room), UUID(ann.id), UUID(bea.id)

    async def work() -> None:
        async with wire(bea) as line:
            # Until rounds have found that she is in no room.
            await asyncio.sleep(5)
            await beside(lambda: rooms.invite(room_id=here, person_id=owner, others=[guest], at=at))
            entered = await line.event("room.entered")
            assert (entered["room"]["room"], entered["room"]["last_seq"]) == (room, 2)
            ann.say(room, "welcome")
            await line.event("message.new", room=room, seq=3)
            await beside(lambda: rooms.leave(room_id=here, person_id=guest, at=at))
            await line.event("member.left", room=room, seq=4)
            ann.say(room, "she is gone")
            await line.send("me.get")
            numbers = [event["seq"] for event in line.events if event.get("room") == room]
            assert numbers == [3, 4]

    run(work)
