"""The numbers of a room's events: no holes, pages by number, and what newcomer and leaver see."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from chat.rooms.errors import RoomNotFound
from tests.calls import call
from tests.chat.talk import Group
from tests.people import befriend, make_people
from tests.threads import at_once


def test_events_get_numbers_without_holes_however_many_send_at_once(now: datetime) -> None:
    group = Group(at=now, people=8)

    sent = at_once(
        [lambda n=n: group.say(str(n), by=group.people[n % 8]) for n in range(80)], threads=8
    )

    assert sorted(message["seq"] for message in sent) == list(range(9, 89))
    assert group.seqs() == list(range(1, 89))
    assert group.last_seq() == 88


def test_a_refused_command_leaves_no_hole(now: datetime) -> None:
    group = Group(at=now)
    admin, member = group.others
    works: list[Any] = []
    for n in range(8):
        works.append(lambda n=n: group.say(str(n)))
        works.append(lambda: group.act(member, "room.rename", name="No"))
        works.append(lambda: group.act(admin, "room.remove", person=group.owner))

    answers = at_once(works)

    assert sum(isinstance(answer, Exception) for answer in answers) == 16
    assert group.seqs() == list(range(1, 12))


def test_people_who_come_while_others_talk_leave_no_hole(now: datetime) -> None:
    group = Group(at=now)
    guests = make_people(6, at=now)
    befriend([(group.owner, guest) for guest in guests], at=now)

    at_once(
        [lambda one=one: group.act(group.owner, "room.invite", people=[one]) for one in guests]
        + [lambda n=n: group.say(str(n)) for n in range(12)]
    )

    assert group.seqs() == list(range(1, 22))
    for guest in guests:
        seqs = [seq for seq, _ in group.seen(guest)]
        assert seqs == list(range(seqs[0], 22))
        assert group.seen(guest)[0] == (seqs[0], "member.joined")


def test_a_sync_ascends_page_by_page_and_says_whether_to_go_on(now: datetime) -> None:
    group = Group(at=now)
    for number in range(4, 11):
        group.say(str(number))

    pages = [group.sync(group.owner, after=after, limit=4) for after in (0, 4, 8, 10)]

    assert [[event["seq"] for event in page["events"]] for page in pages] == [
        [1, 2, 3, 4],
        [5, 6, 7, 8],
        [9, 10],
        [],
    ]
    assert [page["more"] for page in pages] == [True, True, False, False]
    assert {page["last_seq"] for page in pages} == {10}
    # A page that is just full says that there is nothing more.
    assert group.sync(group.owner, after=6, limit=4)["more"] is False


def test_history_descends_page_by_page_and_holds_messages_only(now: datetime) -> None:
    group = Group(at=now)
    for number in range(7):
        group.say(str(number))
    group.act(group.owner, "room.rename", name="New")

    def page(**fields: Any) -> tuple[list[str], bool]:
        found = group.act(group.owner, "room.history", limit=3, **fields)
        return [one["text"] for one in found["messages"]], found["more"]

    assert page() == (["6", "5", "4"], True)
    assert page(before=8) == (["3", "2", "1"], True)
    assert page(before=5) == (["0"], False)
    assert page(before=1) == ([], False)


# --- Coming and going ----------------------------------------------------------------------------


def invite(group: Group) -> UUID:
    (guest,) = make_people(1, at=group.at)
    befriend([(group.owner, guest)], at=group.at)
    group.act(group.owner, "room.invite", people=[guest])
    return guest


def test_a_newcomer_sees_what_came_from_joining_on(now: datetime) -> None:
    group = Group(at=now)
    group.say("before")
    guest = invite(group)
    group.say("after")

    found = group.sync(guest)

    assert (found["first_seq"], found["last_seq"]) == (5, 6)
    assert group.seen(guest) == [(5, "member.joined"), (6, "message.new")]
    assert group.texts(guest) == ["after"]
    assert group.act(guest, "room.get")["room"]["newest"]["text"] == "after"
    # An earlier number is raised to the joining; a later one stands.
    assert [group.sync(guest, after=after)["first_seq"] for after in (0, 4, 5, 6)] == [5, 5, 6, 7]
    assert group.act(guest, "room.history", before=5)["messages"] == []


def test_a_newcomer_reads_nothing_earlier_through_later_events(now: datetime) -> None:
    group = Group(at=now)
    old = group.say("a secret")
    guest = invite(group)
    group.act(group.owner, "room.rename", name="Quiet")

    for command, fields in (
        ("message.edit", {"text": "a bigger secret"}),
        ("message.react", {"emoji": "👍", "on": True}),
    ):  # fmt: skip
        call(group.owner, command, at=now, message=old["id"], **fields)

    events = group.sync(guest)["events"]
    assert [event["kind"] for event in events] == [
        "member.joined",
        "room.changed",
        "message.edited",
        "message.reacted",
    ]
    assert [event["message"]["text"] for event in events[2:]] == ["", ""]
    assert [event["message"]["reactions"] for event in events[2:]] == [[], []]
    assert "secret" not in str(group.sync(guest))
    assert "secret" in str(group.sync(group.others[0]))


def test_who_leaves_sees_nothing_any_more(now: datetime) -> None:
    group = Group(at=now)
    leaver, other = group.others
    group.act(leaver, "room.leave")
    group.say("now that they are gone")

    for command, fields in (
        ("room.get", {}), ("room.sync", {"after": 0}), ("room.history", {}), ("room.leave", {}),
        ("message.send", {"text": "Hello?"}),
    ):  # fmt: skip
        with pytest.raises(RoomNotFound) as refusal:
            group.act(leaver, command, **fields)
        assert refusal.value.code == "room.not_found"
    left = group.sync(other, after=3)["events"][0]
    assert (left["kind"], left["seq"], left["member"]["person"]) == ("member.left", 4, str(leaver))
    assert str(leaver) not in group.members()


def test_who_comes_back_starts_anew(now: datetime) -> None:
    group = Group(at=now)
    leaver = group.others[0]
    group.say("while there")
    group.act(leaver, "room.leave")
    group.say("while away")
    group.act(group.owner, "room.invite", people=[leaver])
    group.say("back again")

    assert group.seen(leaver) == [(7, "member.joined"), (8, "message.new")]
    assert group.sync(leaver)["first_seq"] == 7
    assert group.texts(leaver) == ["back again"]
    assert group.act(leaver, "room.get")["room"]["unread"] == 1


def test_who_was_removed_is_out_like_who_left(now: datetime) -> None:
    group = Group(at=now)
    gone = group.others[0]

    group.act(group.owner, "room.remove", person=gone)

    with pytest.raises(RoomNotFound):
        group.sync(gone)
    left = group.sync(group.owner, after=3)["events"][0]
    assert (left["kind"], left["by"]) == ("member.left", str(group.owner))


def test_who_owned_a_room_comes_back_as_a_member(now: datetime) -> None:
    group = Group(at=now)
    heir = group.others[0]
    group.act(group.owner, "room.set_role", person=heir, role="owner")
    group.act(group.owner, "room.leave")

    group.act(heir, "room.invite", people=[group.owner])

    assert group.members()[str(group.owner)] == "member"
