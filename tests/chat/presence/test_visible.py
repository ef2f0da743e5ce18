"""Whom one may see, who is told, and what is remembered."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from chat.presence import board, selectors, services
from chat.presence.models import Seen
from commands.errors import Malformed, SocketOnly
from graph.friends.services import block
from graph.people.models import Person
from outbox.bus import ask_bus
from tests.calls import call
from tests.people import befriend, make_group, make_people


def see(reader: UUID, person: UUID, *, at: datetime) -> tuple[str, bool]:
    """Return the status of a person as the reader sees it, and whether a last moment shows."""
    (shown,) = call(reader, "presence.get", at=at, people=[str(person)])["presence"]
    return shown["status"], shown["last_seen"] is not None


def be_online(*people: UUID, at: datetime) -> None:
    """Put people on the board, as a hub of their own does."""
    hub = uuid4().hex
    board.beat(hub=hub)
    board.write(hub=hub, people=dict.fromkeys(people, board.ONLINE))
    services.remember_seen(people=people, at=at)


def hide(person: UUID) -> None:
    Person.objects.filter(id=person).update(settings={"hide_presence": True})


def test_friends_and_members_of_a_room_see_each_other_and_strangers_do_not(now: datetime) -> None:
    ann, bea, cleo, dan = make_people(4, at=now)
    befriend([(ann, bea)], at=now)
    make_group([ann, cleo], at=now)
    be_online(ann, at=now)

    assert see(bea, ann, at=now) == ("online", True)
    assert see(cleo, ann, at=now) == ("online", True)
    assert see(ann, ann, at=now) == ("online", True)
    assert see(dan, ann, at=now) == ("offline", False)


def test_who_left_the_room_sees_nothing_more(now: datetime) -> None:
    owner, ann, bea = make_people(3, at=now)
    room = make_group([owner, ann, bea], at=now)
    be_online(ann, at=now)
    assert see(bea, ann, at=now) == ("online", True)

    call(bea, "room.leave", at=now, room=str(room))
    assert see(bea, ann, at=now) == ("offline", False)


def test_a_block_hides_each_from_the_other(now: datetime) -> None:
    ann, bea, owner = make_people(3, at=now)
    make_group([owner, ann, bea], at=now)
    be_online(ann, bea, at=now)
    block(person_id=ann, other=bea, on=True, at=now)

    assert see(bea, ann, at=now) == ("offline", False)
    assert see(ann, bea, at=now) == ("offline", False)
    viewers = selectors.list_viewers(people=[ann, bea])
    assert (viewers[ann], viewers[bea]) == ([owner], [owner])


def test_who_hides_neither_shows_nor_sees(now: datetime) -> None:
    ann, bea = make_people(2, at=now)
    befriend([(ann, bea)], at=now)
    be_online(ann, bea, at=now)
    hide(ann)

    assert see(bea, ann, at=now) == ("offline", False)
    assert see(ann, bea, at=now) == ("offline", False)
    assert see(ann, ann, at=now) == ("online", True)
    assert selectors.list_viewers(people=[bea])[bea] == []


def test_large_rooms_are_not_told(now: datetime, settings: object) -> None:
    settings.PRESENCE_ROOM_MEMBERS = 3  # type: ignore[attr-defined]
    people = make_people(7, at=now)
    small, large = people[:3], [people[0], *people[3:]]
    make_group(list(reversed(small)), at=now)
    make_group(list(reversed(large)), at=now)
    others = set(selectors.list_viewers(people=[people[0]])[people[0]])

    # The owners are friends of those they took in.
    assert others == {small[1], small[2], large[-1]}


def test_a_hub_that_beats_no_more_counts_no_more(now: datetime) -> None:
    ann, bea = make_people(2, at=now)
    befriend([(ann, bea)], at=now)
    hub = uuid4().hex
    board.beat(hub=hub)
    board.write(hub=hub, people={ann: board.ONLINE})
    assert see(bea, ann, at=now) == ("online", False)

    ask_bus([("DEL", board._alive(hub))])
    assert see(bea, ann, at=now) == ("offline", False)


def test_the_last_moment_only_moves_forward(now: datetime) -> None:
    (ann,) = make_people(1, at=now)
    services.remember_seen(people=[ann, uuid4()], at=now)
    services.remember_seen(people=[ann], at=now - timedelta(minutes=5))

    assert Seen.objects.get(person_id=ann).at == now


def test_nobody_is_online_while_the_bus_is_away(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from outbox import bus

    ann, bea = make_people(2, at=now)
    befriend([(ann, bea)], at=now)
    be_online(ann, at=now)
    nowhere = bus.Bus("redis://127.0.0.1:1/0")
    monkeypatch.setattr(bus, "_bus", lambda: nowhere)

    assert see(bea, ann, at=now) == ("offline", True)
    assert services.show(hub="one", before={}, now={ann: board.ONLINE}) is False


def test_an_unknown_person_is_no_error_and_too_many_are(now: datetime) -> None:
    (ann,) = make_people(1, at=now)
    assert see(ann, uuid4(), at=now) == ("offline", False)

    with pytest.raises(Malformed):
        call(ann, "presence.get", at=now, people=[str(uuid4()) for _ in range(501)])


def test_only_a_socket_can_be_away(now: datetime) -> None:
    (ann,) = make_people(1, at=now)
    with pytest.raises(SocketOnly) as refused:
        call(ann, "presence.set", at=now, status="away")

    assert refused.value.code == "request.socket_only"
