"""Sockets when a group is dissolved, and when a device is signed out by another."""

import asyncio
import json

from tests.chat.socket.wire import dial, run, wire
from tests.service import Service


def test_everybody_hears_the_last_event_and_nothing_after_it(service: Service) -> None:
    ann, bea, cem = (service.sign_up(name) for name in ("Ann", "Bea", "Cem"))
    ann.befriend(bea, cem)
    room = ann.make_group("Flat", bea, cem)

    async def work() -> None:
        async with wire(ann) as owner, wire(bea) as member:
            cursor = (await member.send("room.get", room=room))["result"]["room"]["last_seq"]
            assert (await owner.send("room.dissolve", room=room))["type"] == "ok"
            last = await member.event("room.dissolved", room=room)
            assert (last["seq"], last["by"]) == (cursor + 1, ann.id)
            assert await owner.event("room.dissolved", room=room) == last
            refused = await member.send("typing", room=room, on=True)
            assert refused["error"]["code"] == "room.not_found"
            refused = await member.send("room.sync", room=room, after=0)
            assert refused["error"]["code"] == "room.not_found"
            resumed = await member.send("session.resume", cursors={room: cursor})
            assert resumed["result"]["rooms"] == []
            # Until the rounds that compare with the database have passed.
            await asyncio.sleep(3)
            await member.send("me.get")
            assert member.kinds() == ["room.dissolved"]
        async with dial(service, cem.token) as late:
            assert (await late.receive())["rooms"] == []

    run(work)


def test_a_room_that_is_dissolved_while_the_bus_says_nothing_closes_too(service: Service) -> None:
    ann, bea = service.sign_up("Ann"), service.sign_up("Bea")
    ann.befriend(bea)
    room = ann.make_group("Flat", bea)

    def dissolve_in_silence() -> None:
        from datetime import UTC, datetime
        from unittest.mock import patch
        from uuid import UUID

        from chat.rooms.services import dissolve

        with patch("chat.rooms.events.publish_after_commit"):
            dissolve(room_id=UUID(room), person_id=UUID(ann.id), at=datetime.now(UTC))

    async def work() -> None:
        async with wire(bea) as member:
            await member.send("me.get")
            await asyncio.to_thread(dissolve_in_silence)
            assert (await member.event("room.dissolved", room=room))["by"] == ann.id

    run(work)


def test_a_device_that_is_signed_out_by_another_closes_at_once(service: Service) -> None:
    ann = service.sign_up("Ann")
    cookies = service.log_in(ann)
    browser = {"Origin": service.url, "Cookie": cookies}

    async def work() -> None:
        async with wire(ann) as script, dial(service, None, headers=browser) as page:
            await page.receive()
            devices = (await script.send("device.list"))["result"]["devices"]
            assert [(one["kind"], one["current"]) for one in devices] == [
                ("token", True), ("session", False),
            ]  # fmt: skip
            left = await script.send("device.sign_out", device=devices[1]["id"])
            assert len(left["result"]["devices"]) == 1
            assert await page.closed() == (4401, "")
            assert (await script.send("me.get"))["type"] == "ok"
        async with dial(service, None, headers=browser) as page:
            assert await page.closed() == (4401, "")

    run(work)


def test_all_other_devices_close_at_once_and_this_one_stays(service: Service) -> None:
    ann = service.sign_up("Ann")
    one, other = service.log_in(ann), service.log_in(ann)

    async def work() -> None:
        origin = {"Origin": service.url}
        async with (
            dial(service, None, headers=origin | {"Cookie": one}) as mine,
            dial(service, None, headers=origin | {"Cookie": other}) as page,
            wire(ann) as script,
        ):
            await mine.receive()
            await page.receive()
            left = (await mine.send("device.sign_out_others"))["result"]["devices"]
            assert [(device["kind"], device["current"]) for device in left] == [("session", True)]
            assert await page.closed() == (4401, "")
            assert await script.closed() == (4401, "")
            assert (await mine.send("me.get"))["type"] == "ok"

    run(work)


def test_events_of_a_link_reach_who_comes_in_and_who_decides(service: Service) -> None:
    ann, cem = service.sign_up("Ann"), service.sign_up("Cem")
    room = ann.make_group("Flat")

    async def work() -> None:
        async with wire(ann) as owner, wire(cem) as guest:
            made = await owner.send("invite.create", room=room, needs_approval=True)
            token = made["result"]["invite"]["token"]
            used = await guest.send("invite.use", token=token)
            assert used["result"] == {"status": "pending", "room": None}
            notice = (await owner.event("notice"))["notice"]
            assert (notice["kind"], notice["person"], notice["ref"]) == (
                "join.asked", cem.id, room,
            )  # fmt: skip
            asked = await owner.send("join_request.list", room=room)
            (request,) = asked["result"]["join_requests"]
            await owner.send("join_request.approve", join_request=request["id"])
            assert (await guest.event("room.entered"))["room"]["room"] == room
            await owner.send("message.send", room=room, text="welcome")
            heard = await guest.event("message.new", room=room)
            assert heard["message"]["text"] == "welcome"
            assert json.dumps(heard).count("welcome") == 1

    run(work)
