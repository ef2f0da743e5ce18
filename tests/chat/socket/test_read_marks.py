"""Read marks between members and between devices."""

from typing import Any

from tests.chat.socket.wire import Wire, run, wire
from tests.service import Service, Someone


def unread(person: Someone, room: str) -> int:
    return int(person.call("room.get", room=room)["room"]["unread"])


async def marks(line: Wire, room: str) -> list[tuple[str, int]]:
    """Return the read marks that a socket was told of, up to now."""
    await line.send("me.get")
    heard = [event for event in line.events if event["kind"] == "read" and event["room"] == room]
    return [(event["person"], event["seq"]) for event in heard]


def make_flat(service: Service) -> tuple[Someone, Someone, Someone, str, int]:
    ann, bea, cleo = (service.sign_up(name) for name in ("Ann", "Bea", "Cleo"))
    ann.befriend(bea, cleo)
    room = ann.make_group("Flat", bea, cleo)
    return ann, bea, cleo, room, ann.say(room, "Who is in?")["seq"]


def reads(person: Someone, room: str) -> Any:
    return person.call("room.get", room=room)["reads"]


def test_what_one_device_has_read_is_read_on_the_other(service: Service) -> None:
    ann, bea, _, room, seq = make_flat(service)
    bea.call("room.read_marks", room=room, on=False)

    async def work() -> None:
        async with wire(bea) as phone, wire(bea) as desk, wire(ann) as other:
            await phone.send("read.mark", room=room, seq=seq)
            await desk.event("read", room=room, person=bea.id, seq=seq)
            assert await marks(phone, room) == [(bea.id, seq)]
            assert await marks(other, room) == []

    assert unread(bea, room) == 1
    run(work)
    assert unread(bea, room) == 0


def test_who_switches_read_marks_off_neither_tells_nor_is_told(service: Service) -> None:
    ann, bea, cleo, room, seq = make_flat(service)
    shown = cleo.call("room.read_marks", room=room, on=False)["room"]
    assert shown["read_marks"] is False

    async def work() -> None:
        async with wire(ann) as first, wire(cleo) as silent:
            bea.call("read.mark", room=room, seq=seq)
            await first.event("read", room=room, person=bea.id, seq=seq)
            await silent.send("read.mark", room=room, seq=seq)
            # What is said after them comes after them.
            ann.say(room, "Go on")
            for line in (first, silent):
                await line.event("message.new", room=room, seq=seq + 1)
            assert await marks(first, room) == [(bea.id, seq)]
            assert await marks(silent, room) == [(cleo.id, seq)]

    run(work)
    assert reads(cleo, room) == {}
    assert reads(ann, room)[bea.id] == seq
    assert cleo.id not in reads(ann, room)


def test_who_switches_them_on_again_tells_again(service: Service) -> None:
    ann, _, cleo, room, seq = make_flat(service)
    cleo.call("room.read_marks", room=room, on=False)
    cleo.call("read.mark", room=room, seq=seq)
    assert cleo.id not in reads(ann, room)

    assert cleo.call("room.read_marks", room=room, on=True)["room"]["read_marks"] is True
    assert reads(ann, room)[cleo.id] == seq
