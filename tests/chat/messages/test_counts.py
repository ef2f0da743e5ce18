"""What a message costs: statements in PostgreSQL, and publishes on the bus."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outbox.bus import Bus
from tests.calls import call
from tests.chat.talk import Group
from tests.people import befriend, make_people

MOST_STATEMENTS = 4


def statements(asked: CaptureQueriesContext) -> list[str]:
    """Return the statements, BEGIN and COMMIT not counted."""
    edges = {"BEGIN", "COMMIT"}
    return [one["sql"] for one in asked.captured_queries if one["sql"] not in edges]


def test_a_message_takes_four_statements_in_a_group_and_between_two(now: datetime) -> None:
    group = Group(at=now)
    one, other = make_people(2, at=now)
    befriend([(one, other)], at=now)
    direct = call(one, "room.create", at=now, name="", members=[other], kind="direct")["room"]

    for author, room in [(group.owner, group.room), (one, direct["room"])]:
        with CaptureQueriesContext(connection) as asked:
            call(author, "message.send", at=now, room=room, text="one")

        assert len(statements(asked)) <= MOST_STATEMENTS, statements(asked)


def test_a_message_is_published_once(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    group = Group(at=now)
    published: list[Any] = []
    ask = Bus.ask

    def count(bus: Bus, command: str, *arguments: object, **options: object) -> object | None:
        published.append((command, *arguments[:1]))
        return ask(bus, command, *arguments, **options)

    monkeypatch.setattr(Bus, "ask", count)

    group.say("one")

    assert published == [("publish", f"kith:room:{group.room}")]
