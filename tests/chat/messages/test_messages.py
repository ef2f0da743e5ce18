"""What is said: sent, edited, recalled and reacted to, and who hears of it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from chat.messages.errors import IsMoney, MessageNotFound, TooLate
from chat.messages.models import Message
from chat.rooms.errors import RoomForbidden, RoomNotFound
from chat.rooms.models import Event
from commands.errors import Malformed
from outbox.notices.models import Notice
from tests.calls import call, send
from tests.chat.talk import Group
from tests.people import befriend, make_people
from tests.threads import at_once

TWO_MINUTES = timedelta(minutes=2)


def on(message: Any, person: UUID, verb: str, *, at: datetime, **fields: Any) -> Any:
    """Edit, recall or react and return the message."""
    return call(person, f"message.{verb}", at=at, message=message["id"], **fields)["message"]


def newest(group: Group) -> Any:
    """Return the newest event, as the owner sees it."""
    return group.sync(group.owner, after=group.last_seq() - 1)["events"][0]


def test_a_message_is_an_event_with_the_message_in_it(now: datetime) -> None:
    group = Group(at=now)

    message = group.say("Hello 你好")

    at = now.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    assert message == {
        "id": message["id"], "room": str(group.room), "seq": 4, "author": str(group.owner),
        "kind": "text", "text": "Hello 你好", "reply_to": None, "reactions": [],
        "edited_at": None, "card": None, "file": None, "pinned": False, "at": at,
    }  # fmt: skip
    assert newest(group) == {
        "type": "event", "kind": "message.new", "room": str(group.room), "seq": 4, "at": at,
        "by": str(group.owner), "message": message,
    }  # fmt: skip
    assert group.act(group.others[0], "room.history")["messages"] == [message]


@pytest.mark.parametrize("text", ["", "x" * 4_001, "a\x00b", None, 5])
def test_a_text_has_one_to_four_thousand_characters(now: datetime, text: Any) -> None:
    group = Group(at=now)

    with pytest.raises(Malformed) as refusal:
        group.say(text)

    assert refusal.value.detail["field"] == "text"
    assert group.last_seq() == 3


def test_the_longest_text_arrives_whole(now: datetime) -> None:
    group = Group(at=now)

    group.say("语" * 4_000)

    assert group.texts(group.others[0]) == ["语" * 4_000]


def test_one_message_that_is_sent_twice_at_once_is_one(now: datetime) -> None:
    group = Group(at=now)
    number = uuid4()
    fields = {"room": group.room, "text": "once"}

    answers = at_once(
        [lambda: send(group.owner, "message.send", at=now, command_id=number, **fields)] * 5
    )

    assert len({answer.result for answer in answers}) == 1
    assert group.seqs() == [1, 2, 3, 4]


def test_a_reply_names_a_message_that_one_can_see(now: datetime) -> None:
    group, elsewhere = Group(at=now), Group(at=now)
    first = group.say("question")
    (guest,) = make_people(1, at=now)
    befriend([(group.owner, guest)], at=now)
    group.act(group.owner, "room.invite", people=[guest])

    assert group.say("answer", reply_to=first["id"])["reply_to"] == first["id"]
    before = group.last_seq()
    for by, to in (
        (group.owner, uuid4()), (group.owner, elsewhere.say("x")["id"]), (guest, first["id"]),
    ):  # fmt: skip
        with pytest.raises(MessageNotFound) as refusal:
            group.say("answer", by=by, reply_to=to)
        assert refusal.value.code == "message.not_found"
    assert group.last_seq() == before


def test_who_is_mentioned_is_told(now: datetime) -> None:
    group = Group(at=now)
    (outsider,) = make_people(1, at=now)
    one, other = group.others
    names = {
        person["person"]: person["username"] for person in group.act(one, "room.get")["members"]
    }
    name = call(outsider, "me.get", at=now)["person"]["username"]

    mail = f"me@{names[str(other)]}"
    own = names[str(group.owner)]
    group.say(f"@{names[str(one)].upper()}: look, @{name}, {mail} and @{own}.")

    rows = Notice.objects.filter(kind="mention", about=group.owner)
    assert [(row.owner_id, row.ref) for row in rows] == [(one, group.room)]


# --- Editing -------------------------------------------------------------------------------------


def test_an_edit_is_seen_by_all_and_says_when(now: datetime) -> None:
    group = Group(at=now)
    message = group.say("Helo")
    later = now + timedelta(days=3)

    edited = on(message, group.owner, "edit", at=later, text="Hello")

    assert edited == message | {"text": "Hello", "edited_at": edited["edited_at"]}
    assert edited["edited_at"] == later.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    event = newest(group)
    assert (event["seq"], event["kind"], event["message"]) == (5, "message.edited", edited)
    assert group.texts(group.others[0]) == ["Hello"]


def test_nobody_changes_what_another_has_said(now: datetime) -> None:
    group = Group(at=now)
    member = group.others[0]
    message = group.say("mine", by=member)

    for verb, fields in (("edit", {"text": "yours"}), ("recall", {})):
        with pytest.raises(RoomForbidden):
            on(message, group.owner, verb, at=now, **fields)

    assert group.texts(member) == ["mine"]
    assert group.last_seq() == 4


def test_a_message_one_cannot_see_does_not_exist(now: datetime) -> None:
    group = Group(at=now)
    message = group.say("before")
    guest, outsider = make_people(2, at=now)
    befriend([(group.owner, guest)], at=now)
    group.act(group.owner, "room.invite", people=[guest])
    works = (("edit", {"text": "x"}), ("recall", {}), ("react", {"emoji": "👍", "on": True}))

    for verb, fields in works:
        with pytest.raises(MessageNotFound):
            on(message, guest, verb, at=now, **fields)
        with pytest.raises(RoomNotFound):
            on(message, outsider, verb, at=now, **fields)
        with pytest.raises(MessageNotFound):
            on({"id": uuid4()}, group.owner, verb, at=now, **fields)

    assert group.last_seq() == 5


# --- Recalling -----------------------------------------------------------------------------------


def test_a_recall_leaves_a_trace_and_no_text_anywhere(now: datetime) -> None:
    group = Group(at=now)
    message = group.say("a slip")
    on(message, group.owner, "edit", at=now, text="a second slip")
    on(message, group.others[0], "react", at=now, emoji="😮", on=True)

    recalled = on(message, group.owner, "recall", at=now + TWO_MINUTES)

    assert (recalled["kind"], recalled["text"], recalled["reactions"]) == ("recalled", "", [])
    assert (newest(group)["kind"], newest(group)["message"]) == ("message.recalled", recalled)
    for person in group.people:
        assert "slip" not in str(group.sync(person))
        assert "slip" not in str(group.act(person, "room.history"))
    kept = Event.objects.filter(room_id=group.room).values_list("frame", flat=True)
    assert not any("slip" in frame for frame in kept)
    assert [kind for _, kind in group.seen(group.owner, after=3)] == [
        "message.new",
        "message.edited",
        "message.reacted",
        "message.recalled",
    ]


def test_a_recall_has_two_minutes(now: datetime) -> None:
    group = Group(at=now)
    message = group.say("said is said")

    with pytest.raises(TooLate) as refusal:
        on(message, group.owner, "recall", at=now + TWO_MINUTES + timedelta(milliseconds=1))

    assert refusal.value.code == "message.too_late"
    assert group.texts(group.owner) == ["said is said"]
    assert group.last_seq() == 4


def test_what_was_recalled_stays_as_it_is(now: datetime) -> None:
    group = Group(at=now)
    message = group.say("gone")
    on(message, group.owner, "recall", at=now)

    for verb, fields in (
        ("edit", {"text": "back"}), ("recall", {}), ("react", {"emoji": "👍", "on": True}),
    ):  # fmt: skip
        with pytest.raises(TooLate):
            on(message, group.owner, verb, at=now, **fields)

    assert Message.objects.get(id=message["id"]).text == ""
    assert group.last_seq() == 5


def test_an_edit_and_a_recall_at_once_leave_nothing_to_read(now: datetime) -> None:
    for _ in range(4):
        group = Group(at=now, people=2)
        message = group.say("a slip")

        at_once(
            [
                lambda m=message, g=group: on(m, g.owner, "edit", at=now, text="another slip"),
                lambda m=message, g=group: on(m, g.owner, "recall", at=now),
            ]
        )

        assert "slip" not in str(group.sync(group.owner))
        assert group.seqs() == list(range(1, group.last_seq() + 1))


@pytest.mark.parametrize("verb", ["edit", "recall"])
def test_money_is_neither_edited_nor_recalled(now: datetime, verb: str) -> None:
    group = Group(at=now, funds=1_000)
    sent = group.act(group.owner, "envelope.send", amount=100, count=2, kind="equal")
    fields = {"text": "x"} if verb == "edit" else {}

    with pytest.raises(IsMoney) as refusal:
        on(sent["message"], group.owner, verb, at=now, **fields)

    assert refusal.value.code == "message.is_money"
    assert group.last_seq() == 4
    assert on(sent["message"], group.others[0], "react", at=now, emoji="🧧", on=True)["reactions"]
