"""Reactions: one emoji each, counted, and not without end."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings

from chat.messages.emoji import is_emoji
from chat.messages.models import Reaction
from commands.errors import Malformed
from tests.chat.messages.test_messages import newest, on
from tests.chat.talk import Group
from tests.threads import at_once


def test_reactions_are_counted_by_emoji_in_the_order_of_coming(now: datetime) -> None:
    group = Group(at=now)
    message = group.say("Pizza?")
    one, other = group.others

    for second, (person, emoji) in enumerate(
        ((one, "👍"), (other, "🍕"), (other, "👍"), (group.owner, "👍"))
    ):
        at = now + timedelta(seconds=second)
        shown = on(message, person, "react", at=at, emoji=emoji, on=True)

    assert shown["reactions"] == [
        {"emoji": "👍", "people": [str(one), str(other), str(group.owner)]},
        {"emoji": "🍕", "people": [str(other)]},
    ]
    shown = on(message, one, "react", at=now, emoji="👍", on=False)
    assert shown["reactions"][0]["people"] == [str(other)]
    assert group.act(one, "room.history")["messages"][0]["reactions"] == shown["reactions"]
    assert newest(group)["kind"] == "message.reacted"


@pytest.mark.parametrize("is_on", [True, False])
def test_doing_either_twice_changes_nothing_and_takes_no_number(now: datetime, is_on: bool) -> None:
    group = Group(at=now)
    message = group.say("Pizza?")
    fields = {"emoji": "👍", "on": is_on}
    first = on(message, group.owner, "react", at=now, **fields)
    before = group.last_seq()

    again = on(message, group.owner, "react", at=now, **fields)

    assert again["reactions"] == first["reactions"]
    assert (group.last_seq(), before) == (before, 5 if is_on else 4)


def test_many_who_react_at_once_are_all_there(now: datetime) -> None:
    group = Group(at=now, people=12)
    message = group.say("Happy birthday!")

    at_once(
        [
            lambda one=one: on(message, one, "react", at=now, emoji="🎂", on=True)
            for one in group.people * 2
        ]
    )

    (cake,) = group.act(group.owner, "room.history")["messages"][0]["reactions"]
    assert sorted(cake["people"]) == sorted(map(str, group.people))
    assert group.seqs() == list(range(1, 26))


@pytest.mark.parametrize(
    "emoji",
    [
        "👍", "👍🏽", "❤️", "❤", "1️⃣", "#️⃣", "🇨🇳",
        "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👨‍👩‍👧‍👦", "🧑🏽‍❤️‍💋‍🧑🏻", "🏳️‍🌈", "☺️", "‼️", "🅰️", "㊗️",
        "🫶", "🧧", "✅", "⬅️", "🀄",
    ],
)  # fmt: skip
def test_each_kind_of_emoji_is_one(now: datetime, emoji: str) -> None:
    group = Group(at=now, people=1)
    message = group.say("Pizza?")

    shown = on(message, group.owner, "react", at=now, emoji=emoji, on=True)

    assert shown["reactions"] == [{"emoji": emoji, "people": [str(group.owner)]}]


@pytest.mark.parametrize(
    "emoji",
    [
        "", " ", "\u200b", "x", "x" * 32, "x" * 33, "1",
        "12", "你", "é", "👍👍", "👍 ", "👍x", "a👍",
        "🇨", "🇨🇳🇨", "\u200d", "\ufe0f", "👍\u200d", "\u20e3", "❶",
        "ⓐ", "½", "!", "$", "👍\n", None, 5,
    ],
)  # fmt: skip
def test_a_reaction_is_one_emoji(now: datetime, emoji: Any) -> None:
    group = Group(at=now, people=1)
    message = group.say("Pizza?")
    before = group.last_seq()

    with pytest.raises(Malformed) as caught:
        on(message, group.owner, "react", at=now, emoji=emoji, on=True)

    assert caught.value.detail["field"] == "emoji"
    assert group.last_seq() == before


def test_the_emoji_of_the_panel_are_all_taken() -> None:
    source = (settings.BASE_DIR / "chat/page/static/elements/emoji-list.js").read_text()
    shown = " ".join(re.findall(r'"([^"]+)"', source)).split()

    assert len(shown) > 200
    assert [emoji for emoji in shown if not is_emoji(emoji)] == []


def test_one_person_puts_so_many_emoji_on_a_message(now: datetime, settings: Any) -> None:
    settings.REACTIONS_OF_ONE_PERSON = 3
    group = Group(at=now)
    message = group.say("Pizza?")
    for emoji in ("👍", "🍕", "🎂"):
        on(message, group.owner, "react", at=now, emoji=emoji, on=True)
    before = group.last_seq()

    with pytest.raises(Malformed) as caught:
        on(message, group.owner, "react", at=now, emoji="🎉", on=True)

    assert caught.value.detail["field"] == "emoji"
    assert (Reaction.objects.filter(message_id=message["id"]).count(), group.last_seq()) == (
        3, before,
    )  # fmt: skip
    on(message, group.owner, "react", at=now, emoji="👍", on=True)
    on(message, group.owner, "react", at=now, emoji="👍", on=False)
    on(message, group.owner, "react", at=now, emoji="🎉", on=True)


def test_a_message_holds_so_many_kinds_however_many_come_at_once(
    now: datetime, settings: Any
) -> None:
    settings.REACTION_KINDS = 3
    group = Group(at=now, people=6)
    message = group.say("Pizza?")
    kinds = ("👍", "🍕", "🎂", "🎉", "🔥", "✅")

    answers = at_once(
        [
            lambda one=one, emoji=emoji: on(message, one, "react", at=now, emoji=emoji, on=True)
            for one, emoji in zip(group.people, kinds, strict=True)
        ]
    )

    assert sum(isinstance(answer, Malformed) for answer in answers) == 3
    kept = list(Reaction.objects.filter(message_id=message["id"]).values_list("emoji", flat=True))
    assert len(set(kept)) == 3
    joined = on(message, group.owner, "react", at=now, emoji=kept[-1], on=True)
    assert len(joined["reactions"]) == 3
