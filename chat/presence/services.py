"""Putting people on the board, telling who may know, and remembering when they were there."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from chat.presence import board, selectors
from chat.presence.events import make_change, publish_changes
from commands.frames import show_moment

# Through the people, so that a person who is no more does not spoil the others' rows. Locks are
# taken in id order; nobody waits for the disk, since a minute may be lost.
REMEMBER = """
    INSERT INTO presence_seen (person_id, at)
    SELECT id, %(at)s FROM people_person WHERE id = ANY(%(people)s) ORDER BY id
    ON CONFLICT (person_id) DO UPDATE SET at = GREATEST(presence_seen.at, EXCLUDED.at)
"""


def remember_seen(*, people: Iterable[UUID], at: datetime) -> None:
    """Keep that the people were there at a moment, in one statement."""
    seen = list(people)
    if not seen:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute(REMEMBER, {"people": seen, "at": at})


def show(*, hub: str, before: Mapping[UUID, str], now: Mapping[UUID, str]) -> bool:
    """Change what a hub says of people, and tell who may know where that changes how they stand
    over all hubs; False while the bus is away, with nothing told.
    """
    # Own first, others after: of two hubs that lose somebody at once, one finds nobody left.
    if not board.write(hub=hub, people=now):
        return False
    others = board.read(people=now, without=hub)
    tell(
        statuses={
            one: board.more_of(status, others[one])
            for one, status in now.items()
            if board.more_of(status, others[one])
            != board.more_of(before.get(one, board.OFFLINE), others[one])
        }
    )
    return True


def tell(*, statuses: Mapping[UUID, str]) -> None:
    """Tell who may know how people stand; nobody hears of who hides."""
    hiding = selectors.list_hiding(people=statuses)
    _tell({one: status for one, status in statuses.items() if one not in hiding})


def _tell(statuses: Mapping[UUID, str], *, hiding: Iterable[UUID] = ()) -> None:
    if not statuses:
        return
    viewers = selectors.list_viewers(people=statuses)
    # Who hides was never seen.
    gone = {one for one, status in statuses.items() if status == board.OFFLINE}
    left = gone.difference(hiding)
    seen = selectors.last_seen(people=left)
    changes = []
    for one, status in statuses.items():
        # Whether they are there: their hubs know, and sooner than the board.
        if viewers[one]:
            moment = show_moment(seen[one]) if one in seen else None
            changes.append(
                make_change(person_id=one, status=status, last_seen=moment, viewers=viewers[one])
            )
    publish_changes(changes)


def tell_anew(*, people: Iterable[UUID]) -> None:
    """Tell how people stand who may have begun or ceased to hide: who hides is gone for others."""
    asked = list(people)
    hiding = selectors.list_hiding(people=asked)
    statuses = board.read(people=asked)
    shown = {one: board.OFFLINE if one in hiding else statuses[one] for one in asked}
    _tell(shown, hiding=hiding)


def take_down_dead(*, at: datetime) -> None:
    """Tell of those whom a hub had seen that is no more, and no other hub sees."""
    left = board.take_down_dead()
    if not left:
        return
    remember_seen(people=left, at=at - timedelta(seconds=board.ALIVE_SECONDS))
    others = board.read(people=left)
    tell(
        statuses={
            one: others[one]
            for one, status in left.items()
            if board.more_of(status, others[one]) != others[one]
        }
    )
