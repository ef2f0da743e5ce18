"""The client library against a server that loses events and mixes them up on purpose."""

import asyncio

from chat.client import Kith
from chat.client.rooms import Rooms
from tests.chat.scripted import ME, OTHER, ROOM, Heard, Line, numbered, run, scripted, seqs, until


def test_events_are_told_in_order_and_once():
    heard: Heard = []

    async def script(line: Line) -> None:
        await line.hello(last_seq=3)
        for seq in (4, 4, 6, 5, 6, 7, 2):
            await line.event(seq)
        # Seven came and six was held for a moment, so the client may ask; it needs nothing.
        frame = await line.receive()
        await line.page(frame)

    async def work() -> None:
        async with scripted(script) as url, Kith(url, "t", on_event=heard.append):
            await until(lambda: len(heard) >= 4)
            await asyncio.sleep(0.05)

    run(work)
    assert seqs(heard) == [4, 5, 6, 7]


def test_a_hole_is_fetched():
    heard: Heard = []

    async def script(line: Line) -> None:
        await line.hello(last_seq=3)
        await line.event(6)
        frame = await line.receive()
        assert (frame["type"], frame["room"], frame["after"]) == ("room.sync", ROOM, 3)
        await line.page(frame, 4, more=True)
        frame = await line.receive()
        assert frame["after"] == 4
        await line.page(frame, 5, 6)

    async def work() -> None:
        async with scripted(script) as url, Kith(url, "t", on_event=heard.append):
            await until(lambda: len(heard) == 3)

    run(work)
    assert seqs(heard) == [4, 5, 6]


def test_a_hole_that_a_sync_left_open_is_fetched_again():
    heard: Heard = []

    async def script(line: Line) -> None:
        await line.hello(last_seq=3)
        await line.event(7)
        # Read before five and six were committed; nothing else happens in the room.
        await line.page(await line.receive(), 4)
        await line.page(await line.receive(), 5, 6, 7)

    async def work() -> None:
        async with scripted(script) as url, Kith(url, "t", on_event=heard.append):
            await until(lambda: len(heard) == 4)

    run(work)
    assert seqs(heard) == [4, 5, 6, 7]


def test_a_room_to_sync_is_synced_again_when_an_answer_was_under_way():
    heard: Heard = []

    async def script(line: Line) -> None:
        await line.hello(last_seq=3)
        await line.event(5)
        frame = await line.receive()
        # Six was dropped after the answer was made.
        await line.send(type="event", kind="resync", room=ROOM)
        await line.page(frame, 4, 5)
        frame = await line.receive()
        assert (frame["type"], frame["after"]) == ("room.sync", 5)
        await line.page(frame, 6)

    async def work() -> None:
        async with scripted(script) as url, Kith(url, "t", on_event=heard.append):
            await until(lambda: len(heard) == 4)

    run(work)
    assert seqs(heard) == [4, 5, 6]


def test_a_busy_service_is_not_taken_for_a_closed_door(monkeypatch):
    monkeypatch.setattr("chat.client.connection.PATIENCE", 0.0)
    heard: Heard = []

    async def script(line: Line) -> None:
        await line.hello(last_seq=3)
        await line.event(6)
        for _ in range(2):
            await line.refuse(await line.receive(), "request.busy", retryable=True)
        await line.page(await line.receive(), 4, 5, 6)

    async def work() -> None:
        async with scripted(script) as url, Kith(url, "t", on_event=heard.append):
            await until(lambda: len(heard) == 3)

    run(work)
    assert seqs(heard) == [4, 5, 6]


def test_a_room_that_is_closed_to_us_is_forgotten():
    async def script(line: Line) -> None:
        await line.hello(last_seq=3)
        await line.event(6)
        await line.refuse(await line.receive(), "room.not_found")

    async def work() -> None:
        async with scripted(script) as url, Kith(url, "t") as me:
            assert me.rooms.cursors == {ROOM: 3}
            await until(lambda: me.rooms.cursors == {})

    run(work)


def test_who_leaves_hears_that_last_and_forgets_the_room():
    heard: Heard = []

    async def script(line: Line) -> None:
        await line.hello(last_seq=3)
        await line.event(4, "member.left", member={"person": OTHER})
        await line.event(5, "member.left", member={"person": ME})
        await line.send(type="event", kind="notice", notice={})

    async def work() -> None:
        async with scripted(script) as url, Kith(url, "t", on_event=heard.append) as me:
            await until(lambda: len(heard) == 3)
            assert me.rooms.cursors == {}

    run(work)
    assert seqs(heard) == [4, 5]


def test_a_room_that_was_dissolved_is_forgotten():
    heard: Heard = []

    async def script(line: Line) -> None:
        await line.hello(last_seq=3)
        await line.event(4, "room.dissolved")
        await line.send(type="event", kind="notice", notice={})

    async def work() -> None:
        async with scripted(script) as url, Kith(url, "t", on_event=heard.append) as me:
            await until(lambda: len(heard) == 2)
            assert me.rooms.cursors == {}

    run(work)
    assert seqs(heard) == [4]


def test_a_room_that_hello_no_longer_names_is_forgotten():
    async def breaks_off(line: Line) -> None:
        await line.hello(last_seq=3)
        await line.break_off()

    async def comes_back(line: Line) -> None:
        await line.hello()

    async def work() -> None:
        async with scripted(breaks_off, comes_back) as url, Kith(url, "t") as me:
            await until(lambda: me.reconnects == 1 and me.rooms.cursors == {})

    run(work)


def test_what_lies_before_our_joining_is_no_hole():
    rooms = Rooms()
    rooms.enter(ROOM, 3)
    assert rooms.take(numbered(6)) == []

    rooms.skip_to(ROOM, 8)

    assert not rooms.has_hole(ROOM)
    assert seqs(rooms.take(numbered(9))) == [9]
