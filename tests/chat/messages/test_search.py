"""Finding messages by parts of words, in any script, and only where one may read."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from chat.rooms.errors import RoomNotFound
from commands.errors import Malformed
from tests.calls import call
from tests.chat.talk import Group


def found(group: Group, person: object, text: str, **fields: object) -> list[str]:
    answer = call(person, "room.search", at=group.at, text=text, **fields)
    return [message["text"] for message in answer["messages"]]


def test_every_word_has_to_be_there_and_may_be_a_part_in_any_script(now: datetime) -> None:
    group = Group(at=now)
    for text in (
        "Who bought the RICE cooker?",
        "热水器又在唱歌",
        "Straße 100%_sure",
        "price of tea",
    ):
        group.say(text)

    assert found(group, group.owner, "rice") == ["price of tea", "Who bought the RICE cooker?"]
    assert found(group, group.owner, "cook RIC") == ["Who bought the RICE cooker?"]
    assert found(group, group.owner, "水器") == ["热水器又在唱歌"]
    assert found(group, group.owner, "唱") == ["热水器又在唱歌"]
    assert found(group, group.owner, "%_") == ["Straße 100%_sure"]
    assert found(group, group.owner, "rice tee") == []


def test_only_rooms_that_one_is_in_and_only_since_one_is(now: datetime) -> None:
    group, other = Group(at=now), Group(at=now)
    group.say("an old secret")
    newcomer = other.others[0]
    other.say("no secret")
    call(group.owner, "friend.ask", at=now, person=newcomer)
    call(newcomer, "friend.ask", at=now, person=group.owner)
    group.act(group.owner, "room.invite", people=[newcomer])
    group.say("a new secret")

    assert found(group, newcomer, "secret") == ["a new secret", "no secret"]
    assert found(group, newcomer, "secret", room=group.room) == ["a new secret"]
    group.act(group.owner, "room.remove", person=newcomer)
    assert found(group, newcomer, "secret") == ["no secret"]
    with pytest.raises(RoomNotFound):
        found(group, newcomer, "secret", room=group.room)


def test_a_text_is_found_as_it_stands_now(now: datetime) -> None:
    group = Group(at=now)
    edited, recalled = group.say("first draft"), group.say("first thought")
    call(group.owner, "message.edit", at=now, message=edited["id"], text="second draft")
    call(group.owner, "message.recall", at=now, message=recalled["id"])

    assert found(group, group.owner, "first") == []
    assert found(group, group.owner, "draft") == ["second draft"]


def test_a_page_says_whether_there_is_more(now: datetime) -> None:
    group = Group(at=now)
    for number in range(3):
        group.at = now + timedelta(seconds=number)
        group.say(f"tea {number}")

    answer = call(group.owner, "room.search", at=now, text="tea", limit=2)
    assert [message["text"] for message in answer["messages"]] == ["tea 2", "tea 1"]
    assert answer["more"] is True


@pytest.mark.parametrize("text", ["", "   ", "x" * 201])
def test_nothing_and_too_much_are_no_search(now: datetime, text: str) -> None:
    group = Group(at=now, people=1)
    with pytest.raises(Malformed):
        found(group, group.owner, text)


def test_a_rare_word_is_found_by_the_index(now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        try:
            cursor.execute(
                "EXPLAIN SELECT id FROM messages_message"
                " WHERE kind = 'text' AND UPPER(text::text) LIKE UPPER('%cooker%')"
            )
            plan = "\n".join(line for (line,) in cursor.fetchall())
        finally:
            cursor.execute("RESET enable_seqscan")
    assert "message_text_in_parts" in plan
