"""Coming and going over real sockets, on one and on two web processes."""

import asyncio
from dataclasses import replace

import pytest
import redis
from django.conf import settings

from tests.chat.socket.wire import Wire, run, wire
from tests.service import Service, Someone

PATIENCE = 30.0


async def status(viewer: Someone, *people: Someone) -> list[str]:
    asked = [person.id for person in people]
    answer = await asyncio.to_thread(viewer.call, "presence.get", people=asked)
    return [one["status"] for one in answer["presence"]]


async def until(viewer: Someone, person: Someone, wanted: str) -> None:
    """Wait until somebody stands as wanted."""
    async with asyncio.timeout(PATIENCE):
        while await status(viewer, person) != [wanted]:  # noqa: ASYNC110
            await asyncio.sleep(0.2)


async def heard(line: Wire, person: Someone) -> list[str]:
    """Return what a socket was told of somebody up to now, in order."""
    # The answer comes after all that is on its way.
    await line.send("me.get")
    return [
        event["status"]
        for event in line.events
        if event["kind"] == "presence" and event["person"] == person.id
    ]


def make_friends(service: Service) -> tuple[Someone, Someone]:
    ann, bea = service.sign_up("Ann"), service.sign_up("Bea")
    ann.befriend(bea)
    return ann, bea


def test_friends_hear_who_comes_and_goes(service: Service) -> None:
    ann, bea = make_friends(service)

    async def work() -> None:
        async with wire(ann) as line:
            async with wire(bea):
                came = await line.event("presence", person=bea.id)
                assert (came["status"], came["last_seen"]) == ("online", None)
                assert await status(ann, bea) == ["online"]
            went = await line.event("presence", person=bea.id, status="offline")
            (shown,) = (await line.send("presence.get", people=[bea.id]))["result"]["presence"]
            assert shown == {
                "person": bea.id, "status": "offline", "last_seen": went["last_seen"],
            }  # fmt: skip
            assert shown["last_seen"] is not None

    run(work)


@pytest.mark.long
def test_a_reload_is_nobodys_news(service: Service) -> None:
    ann, bea = make_friends(service)

    async def work() -> None:
        async with wire(ann) as line:
            async with wire(bea):
                await line.event("presence", person=bea.id, status="online")
            await asyncio.sleep(3)
            async with wire(bea):
                await asyncio.sleep(12)
                assert await status(ann, bea) == ["online"]
                assert await heard(line, bea) == ["online"]
            await line.event("presence", person=bea.id, status="offline")

    run(work)


@pytest.mark.long
def test_who_is_away_on_one_device_is_online_on_the_other(service: Service) -> None:
    ann, bea = make_friends(service)

    async def work() -> None:
        async with wire(ann) as line, wire(bea) as desk:
            async with wire(bea) as phone:
                await line.event("presence", person=bea.id, status="online")
                assert (await desk.send("presence.set", status="away"))["type"] == "ok"
                await asyncio.sleep(12)
                assert await status(ann, bea) == ["online"]
                await phone.send("presence.set", status="away")
                await line.event("presence", person=bea.id, status="away")
                assert await status(ann, bea) == ["away"]
            await desk.send("presence.set", status="online")
            await until(ann, bea, "online")
            assert await heard(line, bea) == ["online", "away", "online"]

    run(work)


@pytest.mark.long
def test_two_processes_know_of_each_others_people(service: Service, beside: Service) -> None:
    ann, bea = make_friends(service)
    bea_beside = replace(bea, service=beside)

    async def work() -> None:
        async with wire(ann) as line:
            async with wire(bea_beside):
                await line.event("presence", person=bea.id, status="online")
                async with wire(bea):
                    await asyncio.sleep(2)
                await asyncio.sleep(12)
                assert await status(ann, bea) == ["online"]
                assert await heard(line, bea) == ["online"]
            await line.event("presence", person=bea.id, status="offline")

    run(work)


def test_a_killed_process_leaves_nobody_online(service: Service, beside: Service) -> None:
    ann, bea = make_friends(service)
    cleo = service.sign_up("Cleo")
    ann.befriend(cleo)

    async def work() -> None:
        async with (
            wire(ann) as line,
            wire(replace(bea, service=beside)) as lost,
            wire(replace(cleo, service=beside)),
        ):
            await line.event("presence", person=bea.id, status="online")
            await line.event("presence", person=cleo.id, status="online")
            await asyncio.to_thread(beside.kill_web)
            await lost.closed()
            # Who comes back through another process was never gone.
            async with wire(cleo):
                await line.event("presence", person=bea.id, status="offline")
                assert await status(ann, bea, cleo) == ["offline", "online"]
                assert await heard(line, cleo) == ["online"]

    run(work)


def test_a_board_that_was_lost_is_made_anew(service: Service) -> None:
    ann, bea = make_friends(service)
    client = redis.Redis.from_url(settings.REDIS_URL)

    def forget() -> None:
        for key in client.scan_iter("kith:presence:*"):
            client.delete(key)

    async def work() -> None:
        async with wire(ann) as line, wire(bea):
            await line.event("presence", person=bea.id, status="online")
            await asyncio.to_thread(forget)
            assert await status(ann, bea) == ["offline"]
            await until(ann, bea, "online")
            assert await heard(line, bea) == ["online"]

    run(work)


def test_who_hides_is_gone_and_sees_nobody(service: Service) -> None:
    ann, bea = make_friends(service)

    async def work() -> None:
        async with wire(ann) as line, wire(bea) as other:
            await line.event("presence", person=bea.id, status="online")
            await other.send("account.update", settings={"hide_presence": True})
            hidden = await line.event("presence", person=bea.id, status="offline")
            assert hidden["last_seen"] is None
            assert await status(ann, bea) == ["offline"]
            assert await status(bea, ann) == ["offline"]
            await other.send("account.update", settings={"hide_presence": None})
            await until(ann, bea, "online")
            assert await status(bea, ann) == ["online"]

    run(work)


def test_who_hides_was_never_seen_and_shows_by_nothing_that_they_are_there(
    service: Service,
) -> None:
    ann, bea = make_friends(service)

    def was_seen() -> bool:
        (shown,) = ann.call("presence.get", people=[bea.id])["presence"]
        return shown["last_seen"] is not None

    async def work() -> None:
        async with wire(ann) as line:
            async with wire(bea):
                await line.event("presence", person=bea.id, status="online")
            async with asyncio.timeout(PATIENCE):
                while not await asyncio.to_thread(was_seen):  # noqa: ASYNC110
                    await asyncio.sleep(0.2)
            async with wire(bea) as other:
                await other.send("account.update", settings={"hide_presence": True})
                hidden = await line.event("presence", person=bea.id, status="offline")
                assert hidden["last_seen"] is None
                await other.send("account.update", settings={"sounds": False})
                await other.send("account.update", settings={"hide_presence": True})
                await asyncio.sleep(2.5)
                assert await heard(line, bea) == ["online", "offline"]

    run(work)


def test_members_of_a_small_room_hear_and_strangers_do_not(service: Service) -> None:
    ann, bea = make_friends(service)
    cleo, dan = service.sign_up("Cleo"), service.sign_up("Dan")
    ann.befriend(cleo)
    ann.make_group("Flat", bea, cleo)

    async def work() -> None:
        async with wire(cleo) as line, wire(dan) as stranger:
            async with wire(bea):
                await line.event("presence", person=bea.id, status="online")
                assert await status(dan, bea) == ["offline"]
            await line.event("presence", person=bea.id, status="offline")
            assert await heard(stranger, bea) == []

    run(work)
