"""What was taken back is nowhere: no row of any table has the words."""

from datetime import datetime
from uuid import UUID, uuid4

import pytest
from django.db import connection
from pydantic_core import from_json

from chat.messages.errors import MessageNotFound
from chat.rooms.errors import RoomNotFound
from tests.calls import call, send
from tests.chat.talk import Group


def tables_with(word: str) -> list[str]:
    """Return the tables of which a row holds the word in any column."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT 1 FROM "{table}" AS t WHERE t::text LIKE %s', [f"%{word}%"])
            if cursor.fetchone():
                found.append(table)
    return found


def name_of(person: UUID, at: datetime) -> str:
    return str(call(person, "me.get", at=at)["person"]["username"])


def test_after_a_recall_no_table_has_the_words(now: datetime) -> None:
    group = Group(at=now)
    other = group.others[0]
    word, second = (f"word{uuid4().hex}" for _ in range(2))
    name = name_of(other, now)
    message = group.say(f"@{name} {word}")
    group.say("yes?", by=other, reply_to=message["id"])
    act = {"at": now, "message": message["id"]}
    call(group.owner, "message.edit", text=f"@{name} {word} {second}", **act)
    for emoji in ("👍", "👍", "🎂"):
        call(other, "message.react", emoji=emoji, on=True, **act)
    call(other, "message.react", emoji="🎂", on=False, **act)
    assert tables_with(word) == ["messages_message", "notices_notice", "rooms_event"]

    call(group.owner, "message.recall", **act)

    assert (tables_with(word), tables_with(second)) == ([], [])
    (notice, *_) = call(other, "notice.list", at=now)["notices"]
    assert (notice["kind"], notice["ref"], notice["text"]) == ("mention", str(group.room), "")


def test_a_mention_says_what_the_message_says_now(now: datetime) -> None:
    group = Group(at=now)
    other = group.others[0]
    name = name_of(other, now)
    group.say(f"@{name} another")
    message = group.say(f"@{name} Helo")

    call(group.owner, "message.edit", at=now, message=message["id"], text=f"@{name} Hello")

    notices = call(other, "notice.list", at=now)["notices"]
    mentions = [notice["text"] for notice in notices if notice["kind"] == "mention"]
    assert mentions == [f"@{name} Hello", f"@{name} another"]


def test_what_is_sent_again_is_shown_as_it_stands_now(now: datetime) -> None:
    group = Group(at=now)
    number = uuid4()
    fields = {"room": group.room, "text": "a slip"}
    first = send(group.owner, "message.send", at=now, command_id=number, **fields)
    again = send(group.owner, "message.send", at=now, command_id=number, **fields)
    assert (again.result, again.replayed) == (first.result, True)
    message = from_json(first.result)["message"]
    recalled = call(group.owner, "message.recall", at=now, message=message["id"])

    again = send(group.owner, "message.send", at=now, command_id=number, **fields)

    assert (from_json(again.result), again.replayed) == (recalled, True)
    assert group.texts(group.owner) == [""]


@pytest.mark.parametrize(("back", "refusal"), [(False, RoomNotFound), (True, MessageNotFound)])
def test_who_was_removed_does_not_see_by_sending_again_what_was_said_since(
    now: datetime, back: bool, refusal: type[Exception]
) -> None:
    group = Group(at=now)
    other = group.others[0]
    message = group.say("before")
    number = uuid4()
    fields = {"message": message["id"], "emoji": "👍", "on": True}
    send(other, "message.react", at=now, command_id=number, **fields)
    group.act(group.owner, "room.remove", person=other)
    if back:
        group.act(group.owner, "room.invite", people=[other])
    call(group.owner, "message.edit", at=now, message=message["id"], text="secret")

    with pytest.raises(refusal):
        send(other, "message.react", at=now, command_id=number, **fields)


def test_who_was_blocked_is_not_heard_by_a_mention(now: datetime) -> None:
    group = Group(at=now)
    blocked, blocker = group.others
    call(blocker, "person.block", at=now, person=blocked, on=True)

    for by in (blocked, group.owner):
        group.say(f"@{name_of(blocker, now)} and @{name_of(group.owner, now)}", by=by)

    def mentions(person: UUID) -> list[str]:
        notices = call(person, "notice.list", at=now)["notices"]
        return [notice["person"] for notice in notices if notice["kind"] == "mention"]

    assert mentions(blocker) == [str(group.owner)]
    assert mentions(group.owner) == [str(blocked)]
