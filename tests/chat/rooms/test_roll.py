"""Who was in a room a moment ago, as this process remembers it."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat.rooms import roll as roll_module
from chat.rooms.roll import MOMENT, Roll
from tests.chat.talk import Group


def test_rooms_are_looked_into_once_a_moment(now: datetime) -> None:
    one, other = Group(at=now), Group(at=now)
    roll = Roll()
    assert roll.find(one.room, at=now) is None

    with CaptureQueriesContext(connection) as asked:
        roll.look([one.room, other.room], at=now)
        roll.look([one.room], at=now + MOMENT - timedelta(milliseconds=1))

    assert len(asked) == 1
    assert roll.find(one.room, at=now) == set(one.people)
    assert roll.find(other.room, at=now) == set(other.people)
    # A clock that was set back makes nothing last longer.
    assert roll.find(one.room, at=now + MOMENT) is None
    assert roll.find(one.room, at=now - MOMENT) is None


def test_what_was_read_before_somebody_left_is_not_remembered_after_it(now: datetime) -> None:
    """The leaving comes between the reading of the members and the remembering of them."""
    group = Group(at=now)
    roll = Roll()

    def leave_meanwhile(execute: object, *arguments: object) -> object:
        result = execute(*arguments)  # type: ignore[operator]
        roll.forget(group.room)
        return result

    with connection.execute_wrapper(leave_meanwhile):
        roll.look([group.room], at=now)

    assert roll.find(group.room, at=now) is None
    roll.look([group.room], at=now)
    assert roll.find(group.room, at=now) == set(group.people)


def test_no_more_than_so_many_rooms_are_remembered(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roll_module, "REMEMBERED", 2)
    first, *others = (Group(at=now) for _ in range(3))
    roll = Roll()

    for group in (first, *others):
        roll.look([group.room], at=now)

    assert roll.find(first.room, at=now) is None
    assert [roll.find(one.room, at=now) for one in others] == [set(one.people) for one in others]
