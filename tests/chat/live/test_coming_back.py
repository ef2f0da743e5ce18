"""The client library on the real service, whose connection breaks again and again."""

import asyncio
from collections import Counter
from typing import Any

from chat.client import Kith
from tests.chat.scripted import Heard, seqs, until
from tests.service import Service

ROOMS = 4
BREAKS = 12


class Counted(Kith):
    """Counts the commands that it sends by itself or is asked for."""

    sent: Counter[str]

    async def call(self, command: str, /, **fields: Any) -> dict[str, Any]:
        self.sent[command] += 1
        return await super().call(command, **fields)


def test_each_event_is_told_once_and_in_order_over_many_breaks(service: Service) -> None:
    ann, bea = service.sign_up("Ann"), service.sign_up("Bea")
    ann.befriend(bea)
    rooms = [ann.make_group(f"Room {number}", bea) for number in range(ROOMS)]
    heard: Heard = []

    async def talk(kith: Kith, room: str, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await kith.call("message.send", room=room, text="on and on")
            await asyncio.sleep(0.02)

    async def work() -> None:
        stop = asyncio.Event()
        Counted.sent = Counter()
        async with (
            Kith(service.url, ann.token) as talker,
            Counted(service.url, bea.token, on_event=heard.append) as me,
        ):
            begins = dict(me.rooms.cursors)
            talking = [asyncio.create_task(talk(talker, room, stop)) for room in rooms]
            for number in range(1, BREAKS + 1):
                await asyncio.sleep(0.05 * (number % 4))
                assert me._socket is not None
                me._socket.transport.abort()
                await until(lambda now=number: me.reconnects == now and me._open.is_set())
            stop.set()
            await asyncio.gather(*talking)
            last = {room["room"]: room["last_seq"] for room in (await room_list(me))}
            await until(lambda: me.rooms.cursors == last)
        for room in rooms:
            told = seqs([event for event in heard if event.get("room") == room])
            assert told == list(range(begins[room] + 1, last[room] + 1))
            assert len(told) > BREAKS
        assert me.sent == {"room.list": 1}

    asyncio.run(work())


async def room_list(kith: Kith) -> list[dict[str, Any]]:
    rooms: list[dict[str, Any]] = (await kith.call("room.list"))["rooms"]
    return rooms
