"""Numbered events over real sockets: each once, in order, for everybody, whatever breaks."""

import asyncio
import socket as sockets

import redis
from django.conf import settings

from tests.chat.socket.wire import Wire, run, wire
from tests.service import Service, Someone


def numbers(line: Wire, room: str) -> list[int]:
    return [event["seq"] for event in line.events if event.get("room") == room and "seq" in event]


async def say_all(people: list[Someone], room: str, count: int) -> None:
    """Have all of them say something at once, again and again."""

    async def talk(person: Someone) -> None:
        async with wire(person) as line:
            for number in range(count):
                answer = await line.send("message.send", room=room, text=f"{number}")
                assert answer["type"] == "ok"

    await asyncio.gather(*(talk(person) for person in people))


def test_many_talk_at_once_and_everybody_hears_all_in_one_order(service: Service):
    ann = service.sign_up("Ann")
    others = [service.sign_up(f"Person{place}") for place in range(5)]
    ann.befriend(*others)
    room = ann.make_group("Flat", *others)
    first = ann.call("room.get", room=room)["room"]["last_seq"]

    async def work() -> None:
        async with wire(ann) as one, wire(others[0]) as other:
            talking = asyncio.create_task(say_all(others, room, 20))
            for line in (one, other):
                await line.event("message.new", room=room, seq=first + 100)
                assert numbers(line, room) == list(range(first + 1, first + 101))
            await talking

    run(work)
    synced = ann.call("room.sync", room=room, after=0, limit=200)
    assert [event["seq"] for event in synced["events"]] == list(range(1, first + 101))


def test_a_bus_that_breaks_again_and_again_loses_and_doubles_nothing(service: Service):
    ann, bea = service.sign_up("Ann"), service.sign_up("Bea")
    ann.befriend(bea)
    room = ann.make_group("Flat", bea)
    client = redis.Redis.from_url(settings.REDIS_URL)

    async def cut() -> None:
        for _ in range(8):
            await asyncio.sleep(0.15)
            await asyncio.to_thread(client.client_kill_filter, _type="pubsub")

    async def work() -> None:
        async with wire(bea) as line:
            cutting = asyncio.create_task(cut())
            await say_all([ann], room, 60)
            await cutting
            await line.event("message.new", room=room, seq=62)
            heard = numbers(line, room)
            assert heard == list(range(heard[0], 63))
            assert heard[0] == 3

    run(work)


def test_who_reads_slowly_is_told_to_sync_and_holds_nobody_up(service: Service):
    ann, bea, slow = (service.sign_up(name) for name in ("Ann", "Bea", "Slow"))
    ann.befriend(bea, slow)
    room = ann.make_group("Flat", bea, slow)
    text = "🧧" * 4_000

    async def work() -> None:
        # A small window of the network, and a client that takes nothing from it.
        raw = sockets.socket()
        raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4_096)
        raw.connect(("127.0.0.1", service.port))
        raw.setblocking(False)
        async with (
            wire(ann) as talker,
            wire(bea) as quick,
            wire(slow, sock=raw, max_queue=1) as sleeper,
        ):
            for seq in range(4, 404):
                assert (await talker.send("message.send", room=room, text=text))["type"] == "ok"
                await quick.event("message.new", room=room, seq=seq)
            assert numbers(quick, room) == list(range(4, 404))
            await sleeper.event("resync", room=room)
            heard = numbers(sleeper, room)
            assert heard == list(range(4, 4 + len(heard)))
            assert 0 < len(heard) < 400
            after, missed = heard[-1], []
            while True:
                answer = await sleeper.send("room.sync", room=room, after=after, limit=10)
                missed += [event["seq"] for event in answer["result"]["events"]]
                if not answer["result"]["more"]:
                    break
                after = missed[-1]
            assert heard + missed == list(range(4, 404))
            await talker.send("message.send", room=room, text="live again")
            await sleeper.event("message.new", room=room, seq=404)

    run(work)


def test_who_is_added_hears_that_first_and_who_leaves_hears_that_last(service: Service):
    ann, bea = service.sign_up("Ann"), service.sign_up("Bea")
    ann.befriend(bea)
    room = ann.make_group("Flat")

    async def work() -> None:
        async with wire(bea) as line, wire(bea) as second_device, wire(ann) as owner:
            await owner.send("room.invite", room=room, people=[bea.id])
            await owner.send("message.send", room=room, text="welcome")
            for device in (line, second_device):
                await device.event("message.new", room=room)
                assert device.kinds() == ["room.entered", "message.new"]
                entered = await device.event("room.entered")
                assert (entered["room"]["room"], entered["room"]["last_seq"]) == (room, 2)
            assert (await line.send("room.leave", room=room))["type"] == "ok"
            await owner.send("message.send", room=room, text="she is gone")
            await owner.event("message.new", room=room, seq=5)
            answer = await line.send("room.sync", room=room, after=0)
            assert answer["error"]["code"] == "room.not_found"
            last = [event for event in line.events if event.get("room") == room][-1]
            assert (last["kind"], last["seq"]) == ("member.left", 4)

    run(work)


def test_typing_and_read_marks_reach_the_others_without_a_number(service: Service):
    ann, bea = service.sign_up("Ann"), service.sign_up("Bea")
    ann.befriend(bea)
    room = ann.make_group("Flat", bea)

    async def work() -> None:
        async with wire(ann) as one, wire(bea) as other:
            assert (await other.send("typing", room=room, on=True))["result"] == {}
            typing = await one.event("typing")
            assert (typing["room"], typing["person"], typing["on"]) == (room, bea.id, True)
            assert "seq" not in typing
            ann.say(room, "hi")
            assert (await other.send("read.mark", room=room, seq=3))["result"] == {}
            read = await one.event("read")
            assert (read["person"], read["seq"]) == (bea.id, 3)

    run(work)


def test_a_card_that_changes_reaches_everybody_and_tells_no_secret(service: Service):
    ann, bea = service.sign_up("Ann", funds=10_000), service.sign_up("Bea")
    ann.befriend(bea)
    room = ann.make_group("Flat", bea)

    async def work() -> None:
        async with wire(bea) as line:
            words = {"kind": "equal", "password": "open sesame", "greeting": "good luck"}
            sent = ann.call("envelope.send", room=room, amount=1_000, count=2, **words)
            new = await line.event("message.new", room=room)
            card = new["message"]["card"]
            assert (card["type"], card["status"], card["claimed"]) == ("envelope", "open", 0)
            assert card["has_password"] is True
            assert "sesame" not in str(line.events)
            envelope = sent["envelope"]["id"]
            answer = await line.send("envelope.claim", envelope=envelope, password="open sesame")
            assert answer["result"]["share"]["amount"] == 500
            changed = await line.event("card.changed", room=room)
            assert changed["card"]["claimed"] == 1
            assert changed["message_id"] == new["message"]["id"]
            assert changed["seq"] == new["seq"] + 1

    run(work)
