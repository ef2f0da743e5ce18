"""Coming back: what was missed, then what is new, without a gap or a double between the two."""

import asyncio
import uuid
from typing import Any

import pytest
from django.conf import settings

from tests.chat.socket.wire import Frame, Wire, dial, run, wire
from tests.service import Service, Someone


def flat(service: Service) -> tuple[Someone, Someone, str]:
    ann, bea = service.sign_up("Ann"), service.sign_up("Bea")
    ann.befriend(bea)
    return ann, bea, ann.make_group("Flat", bea)


def numbers(line: Wire) -> list[int]:
    return seqs([event for event in line.events if "seq" in event])


def seqs(events: list[Frame]) -> list[int]:
    return [event["seq"] for event in events]


def test_all_rooms_are_answered_at_once_up_to_what_hello_said(service: Service) -> None:
    ann, bea, one = flat(service)
    other = ann.make_group("Trip", bea)
    for room in (one, one, other):
        ann.say(room, "while you were away")

    async def work() -> None:
        async with wire(bea) as line:
            cursors = {one: 2, other: 3, str(uuid.uuid4()): 5}
            result = (await line.send("session.resume", cursors=cursors))["result"]
        found = {room["room"]: room for room in result["rooms"]}
        assert set(found) == {one, other}
        assert seqs(found[one]["events"]) == [3, 4]
        assert (found[one]["last_seq"], found[one]["more"]) == (4, False)
        assert (found[other]["events"], found[other]["last_seq"]) == ([], 3)

    run(work)


def test_what_was_missed_comes_before_what_is_new(service: Service) -> None:
    ann, bea, room = flat(service)
    for _ in range(3):
        ann.say(room, "before")

    async def work() -> None:
        async with dial(service, bea.token) as line:
            assert (await line.receive())["rooms"][0]["last_seq"] == 5
            # Said after hello was read, so it is live; but the client asks at once.
            await asyncio.to_thread(ann.say, room, "between")
            answer = await line.send("session.resume", cursors={room: 2})
            assert line.events == []
            assert seqs(answer["result"]["rooms"][0]["events"]) == [3, 4, 5]
            assert (await line.event("message.new", room=room))["seq"] == 6

    run(work)


def test_who_asks_for_nothing_hears_what_is_new_all_the_same(service: Service) -> None:
    ann, bea, room = flat(service)

    async def work() -> None:
        async with wire(bea) as line:
            await asyncio.to_thread(ann.say, room, "hi")
            assert (await line.event("message.new", room=room))["seq"] == 3

    run(work)


@pytest.mark.parametrize("pause", [0.0, 0.1, 0.3])
def test_nothing_is_missing_or_double_while_others_talk(service: Service, pause: float) -> None:
    ann, bea, room = flat(service)

    async def talk(stop: asyncio.Event) -> None:
        async with wire(ann) as line:
            while not stop.is_set():
                await line.send("message.send", room=room, text="on and on")
                await asyncio.sleep(0.01)

    async def come_back(cursor: int) -> int:
        async with dial(service, bea.token) as line:
            await line.receive()
            await asyncio.sleep(pause)
            answer = await line.send("session.resume", cursors={room: cursor})
            (missed,) = answer["result"]["rooms"]
            heard = seqs(missed["events"])
            assert not missed["more"]
            if not (live := numbers(line)):
                await line.event("message.new")
                live = numbers(line)
            assert heard + live == list(range(cursor + 1, live[-1] + 1))
            return live[-1]

    async def work() -> None:
        stop, cursor = asyncio.Event(), 2
        talking = asyncio.create_task(talk(stop))
        for _ in range(6):
            cursor = await come_back(cursor)
        stop.set()
        await talking

    run(work)


def test_a_long_absence_is_answered_in_part_and_says_so(service: Service) -> None:
    ann, bea, room = flat(service)
    many = settings.RESUME_EVENTS + 5

    async def work() -> None:
        async with wire(ann) as line:
            for _ in range(many):
                await line.send("message.send", room=room, text="x")
        async with wire(bea) as line:
            answer = await line.send("session.resume", cursors={room: 2})
            (missed,) = answer["result"]["rooms"]
            assert missed["more"] is True
            assert seqs(missed["events"]) == list(range(3, 3 + settings.RESUME_EVENTS))
            after: Any = missed["events"][-1]["seq"]
            rest = (await line.send("room.sync", room=room, after=after))["result"]
            assert seqs(rest["events"]) == list(range(after + 1, many + 3))

    run(work)


def test_who_was_removed_meanwhile_gets_nothing_of_the_room(service: Service) -> None:
    ann, bea, room = flat(service)
    ann.call("room.remove", room=room, person=bea.id)

    async def work() -> None:
        async with wire(bea) as line:
            answer = await line.send("session.resume", cursors={room: 1})
            assert answer["result"] == {"rooms": []}

    run(work)


def test_who_leaves_right_after_hello_hears_that_last(service: Service) -> None:
    ann, bea, room = flat(service)

    async def work() -> None:
        async with dial(service, bea.token) as line:
            await line.receive()
            await asyncio.to_thread(ann.call, "room.remove", room=room, person=bea.id)
            await asyncio.to_thread(ann.say, room, "a secret")
            left = await line.event("member.left", room=room)
            assert left["seq"] == 3
            assert (await line.send("me.get"))["type"] == "ok"
            assert seqs([event for event in line.events if "seq" in event]) == [3]

    run(work)
