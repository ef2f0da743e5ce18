"""The client library coming back to a server: it gives its cursors, and takes what it missed."""

import asyncio
import random

import pytest

from chat.client import Kith
from tests.chat.scripted import ROOM, Heard, Line, Script, numbered, run, scripted, seqs, until

pytestmark = pytest.mark.timeout(30)


async def broke_off(line: Line) -> None:
    """Be a connection that ended after the rooms stood at three."""
    await line.hello_of(a=3, b=3, c=3)
    await line.break_off()


def hear(*scripts: Script, events: int) -> tuple[Heard, Kith]:
    """Connect until so many events were heard, and a moment longer."""
    heard: Heard = []
    clients: list[Kith] = []

    async def work() -> None:
        async with scripted(*scripts) as url, Kith(url, "t", on_event=heard.append) as me:
            clients.append(me)
            await until(lambda: len(heard) >= events)
            await asyncio.sleep(0.05)

    run(work)
    return heard, clients[0]


def of(room: str, heard: Heard) -> list[int]:
    return seqs([event for event in heard if event["room"] == room])


def test_one_frame_brings_what_was_missed_of_all_rooms() -> None:
    async def comes_back(line: Line) -> None:
        await line.hello_of(a=5, b=4, c=3)
        frame = await line.receive()
        assert (frame["type"], frame["cursors"]) == ("session.resume", {"a": 3, "b": 3})
        await line.missed(frame, a=[4, 5], b=[4])
        await line.event(6, room="a")
        await line.event(4, room="c")

    heard, me = hear(broke_off, comes_back, events=5)
    assert [of(room, heard) for room in "abc"] == [[4, 5, 6], [4], [4]]
    assert me.rooms.cursors == {"a": 6, "b": 4, "c": 4}


def test_the_cursors_go_before_commands_that_wait() -> None:
    types: list[str] = []

    async def breaks_off(line: Line) -> None:
        await line.hello_of(a=3)
        await line.receive()
        await line.break_off()

    async def comes_back(line: Line) -> None:
        await line.hello_of(a=4)
        frames = [await line.receive() for _ in range(2)]
        types.extend(frame["type"] for frame in frames)
        await line.missed(frames[0], a=[4])
        await line.ok(frames[1])

    async def work() -> None:
        async with scripted(breaks_off, comes_back) as url, Kith(url, "t") as me:
            await me.call("message.send", text="hi")
            assert me.rooms.cursors == {"a": 4}

    run(work)
    assert types == ["session.resume", "message.send"]


def test_what_is_new_and_comes_too_early_waits_for_what_was_missed() -> None:
    async def comes_back(line: Line) -> None:
        await line.hello_of(a=5, b=3, c=3)
        frame = await line.receive()
        await line.event(6, room="a")
        await line.event(4, room="b")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(line.receive(), 0.03)
        await line.missed(frame, a=[4, 5])

    heard, _ = hear(broke_off, comes_back, events=4)
    assert of("a", heard) == [4, 5, 6]
    assert [event["room"] for event in heard] == ["b", "a", "a", "a"]


def test_rooms_with_more_are_synced_from_where_the_answer_ended() -> None:
    async def comes_back(line: Line) -> None:
        await line.hello_of(a=9, b=4, c=3)
        await line.missed(await line.receive(), a=[4, 5, 0], b=[4])
        frame = await line.receive()
        assert (frame["type"], frame["room"], frame["after"]) == ("room.sync", "a", 5)
        events = [numbered(seq, room="a") for seq in range(6, 10)]
        await line.ok(frame, events=events, first_seq=1, last_seq=9, more=False)

    heard, _ = hear(broke_off, comes_back, events=7)
    assert (of("a", heard), of("b", heard)) == ([4, 5, 6, 7, 8, 9], [4])


def test_a_room_that_the_answer_lacks_is_asked_for_and_forgotten() -> None:
    async def comes_back(line: Line) -> None:
        await line.hello_of(a=4, b=4, c=3)
        await line.missed(await line.receive(), a=[4])
        frame = await line.receive()
        assert (frame["type"], frame["room"]) == ("room.sync", "b")
        await line.refuse(frame, "room.not_found")

    heard, me = hear(broke_off, comes_back, events=1)
    assert of("a", heard) == [4]
    assert me.rooms.cursors == {"a": 4, "c": 3}


def test_a_refused_resume_falls_back_to_syncs() -> None:
    asked: list[str] = []

    async def comes_back(line: Line) -> None:
        await line.hello_of(a=4, b=4, c=3)
        await line.refuse(await line.receive(), "request.busy", retryable=True)
        for _ in range(2):
            frame = await line.receive()
            asked.append(frame["room"])
            await line.ok(
                frame, events=[numbered(4, room=frame["room"])], first_seq=1, last_seq=4, more=False
            )

    heard, _ = hear(broke_off, comes_back, events=2)
    assert sorted(asked) == ["a", "b"]
    assert (of("a", heard), of("b", heard)) == ([4], [4])


def test_an_answer_that_was_lost_is_asked_for_again_once() -> None:
    async def breaks_off_again(line: Line) -> None:
        await line.hello_of(a=5, b=3, c=3)
        assert (await line.receive())["cursors"] == {"a": 3}
        await line.break_off()

    async def comes_back(line: Line) -> None:
        await line.hello_of(a=6, b=3, c=3)
        frame = await line.receive()
        assert (frame["type"], frame["cursors"]) == ("session.resume", {"a": 3})
        await line.missed(frame, a=[4, 5, 6])

    heard, me = hear(broke_off, breaks_off_again, comes_back, events=3)
    assert of("a", heard) == [4, 5, 6]
    assert me.reconnects == 2


def test_who_missed_nothing_asks_for_nothing() -> None:
    async def comes_back(line: Line) -> None:
        await line.hello_of(a=3, b=3, c=3)
        await line.event(4, room="a")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(line.receive(), 0.03)

    heard, _ = hear(broke_off, comes_back, events=1)
    assert of("a", heard) == [4]


def test_of_very_many_rooms_the_rest_is_synced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chat.client.connection.MOST_CURSORS", 2)
    frames: Heard = []

    async def comes_back(line: Line) -> None:
        await line.hello_of(a=4, b=4, c=4)
        frames.extend([await line.receive(), await line.receive()])
        await line.missed(frames[0], a=[4], b=[4])
        await line.ok(
            frames[1], events=[numbered(4, room="c")], first_seq=1, last_seq=4, more=False
        )

    heard, _ = hear(broke_off, comes_back, events=3)
    assert [frame["type"] for frame in frames] == ["session.resume", "room.sync"]
    assert frames[0]["cursors"] == {"a": 3, "b": 3}
    assert [of(room, heard) for room in "abc"] == [[4], [4], [4]]


@pytest.mark.parametrize("code", [1012, 1013])
def test_it_comes_back_at_a_random_moment_within_the_named_time(
    code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[tuple[float, float]] = []
    monkeypatch.setattr(
        random, "uniform", lambda low, high: (drawn.append((low, high)), high / 100)[1]
    )

    async def restarts(line: Line) -> None:
        await line.hello(last_seq=3)
        await line.close(code, '{"retry_after_ms": 2500}')

    async def comes_back(line: Line) -> None:
        await line.hello(last_seq=4)
        await line.missed(await line.receive(), **{ROOM: [4]})

    heard, _ = hear(restarts, comes_back, events=1)
    assert seqs(heard) == [4]
    assert drawn == [(0, 2.5)]
