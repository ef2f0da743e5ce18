"""Loading trust from a file: people, friendships and lines, all of them or none, in few
statements.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import connection, transaction
from uuid_utils.compat import uuid7

from graph.friends.models import Friendship
from graph.limits import arrival
from graph.limits.bulk import copy_into, copy_rows, insert_from
from graph.limits.locks import lock_loaded_friendships, lock_loaded_lines
from graph.limits.names import derive_username, find_named
from graph.limits.trust_file import BadLine, FileLine, TrustFile, UnreadableFile
from graph.people.models import Person, Tier
from graph.trust.models import Change, Line

TABLES = """
    CREATE TEMPORARY TABLE loaded_line (
        number bigint, giver_id uuid, receiver_id uuid, capacity bigint
    ) ON COMMIT DROP;
    CREATE TEMPORARY TABLE loaded_pair (
        low_id uuid, high_id uuid, PRIMARY KEY (low_id, high_id)
    ) ON COMMIT DROP;
"""
PAIRS = """
    TRUNCATE loaded_pair;
    INSERT INTO loaded_pair
    SELECT DISTINCT LEAST(giver_id, receiver_id), GREATEST(giver_id, receiver_id)
    FROM loaded_line;
    ANALYZE loaded_line; ANALYZE loaded_pair;
"""
REFUSED = """
    SELECT loaded.number, line.reserved,
           giver.closed_at IS NOT NULL OR receiver.closed_at IS NOT NULL AS left
    FROM loaded_line AS loaded
    LEFT JOIN trust_line AS line USING (giver_id, receiver_id)
    LEFT JOIN people_person AS giver ON giver.id = loaded.giver_id
    LEFT JOIN people_person AS receiver ON receiver.id = loaded.receiver_id
    WHERE loaded.capacity < line.reserved
       OR giver.closed_at IS NOT NULL OR receiver.closed_at IS NOT NULL
    UNION ALL
    SELECT loaded.number, NULL, NULL FROM loaded_line AS loaded JOIN friends_block AS block
        ON block.blocker_id = loaded.giver_id AND block.blocked_id = loaded.receiver_id
    UNION ALL
    SELECT loaded.number, NULL, NULL FROM loaded_line AS loaded JOIN friends_block AS block
        ON block.blocker_id = loaded.receiver_id AND block.blocked_id = loaded.giver_id
"""
BEFRIEND = """
    UPDATE friends_friendship AS friendship
    SET status = 'friends', since = %(at)s, version = version + 1
    FROM loaded_pair AS pair
    WHERE pair.low_id = friendship.low_id AND pair.high_id = friendship.high_id
      AND friendship.status <> 'friends'
"""
STRANGERS = """
    loaded_pair AS pair WHERE NOT EXISTS (
        SELECT FROM friends_friendship AS friendship
        WHERE friendship.low_id = pair.low_id AND friendship.high_id = pair.high_id)
"""
CHANGE = """
    UPDATE trust_line AS line
    SET capacity = loaded.capacity, version = version + 1, set_at = %(at)s, ending = false
    FROM loaded_line AS loaded
    WHERE loaded.giver_id = line.giver_id AND loaded.receiver_id = line.receiver_id
      AND loaded.capacity <> line.capacity
"""
FRESH = """
    loaded_line AS loaded WHERE NOT EXISTS (
        SELECT FROM trust_line AS line
        WHERE line.giver_id = loaded.giver_id AND line.receiver_id = loaded.receiver_id)
"""
# What was as it is in the file has its version in the history already.
UNWRITTEN = """
    loaded_line AS loaded JOIN trust_line AS line USING (giver_id, receiver_id)
    WHERE line.set_at = %(at)s AND NOT EXISTS (
        SELECT FROM trust_change AS change
        WHERE change.line_id = line.id AND change.version = line.version)
"""
# Note [Beyond the bound]
# Among people who say yes to each other nobody gets more than settings.FRIENDS friends. A graph
# from elsewhere has the hubs that it has: a load that left out part of them would be another graph,
# with other limits. So it goes beyond, and says of how many people; they make no further friends
# here until they are below it again, and what lists friends lists so many of them.
BEYOND = """
    SELECT count(*) FROM (
        SELECT person_id FROM (SELECT low_id AS person_id FROM loaded_pair
                               UNION SELECT high_id FROM loaded_pair) AS named,
        LATERAL (SELECT count(*) AS friends FROM friends_friendship
                 WHERE low_id = person_id AND status = 'friends') AS above,
        LATERAL (SELECT count(*) AS friends FROM friends_friendship
                 WHERE high_id = person_id AND status = 'friends') AS below
        WHERE above.friends + below.friends > %(most)s
    ) AS hub
"""


@dataclass
class Loaded:
    """What a load has done; `beyond` counts those of the file who have more friends now than one
    may make, and `event` tells that Neo4j has yet to get it, if anything changed.
    """

    people: int = 0
    friendships: int = 0
    made: int = 0
    changed: int = 0
    unchanged: int = 0
    beyond: int = 0
    skipped: list[BadLine] = field(default_factory=list)
    event: UUID | None = None


class LinesRefused(Exception):
    """Lines of the file cannot be used, and nothing was written."""

    def __init__(self, bad: list[BadLine]) -> None:
        self.bad = sorted(bad, key=lambda line: line.number)
        super().__init__(f"{len(bad):,} lines cannot be used.")


def load_trust(*, file: TrustFile, tier: Tier, skip_bad: bool, at: datetime) -> Loaded:
    """Make the people a file names, befriend each pair, and set each line as `trust.set` would.

    Everything or, when anything fails, nothing; what is there already stays as it is. A hub may get
    more friends than one may make: see Note [Beyond the bound]. Raises
    LinesRefused unless bad lines are to be skipped, and UnreadableFile when two names are one
    person's.
    """
    if file.bad and not skip_bad:
        raise LinesRefused(file.bad)
    loaded = Loaded(skipped=list(file.bad))
    with transaction.atomic():
        people, fresh = _settle(file.lines)
        _copy_lines(file.lines, people)
        bad = _find_refused(file.lines)
        if bad and not skip_bad:
            raise LinesRefused(bad)
        lines = _leave_out(bad, file.lines)
        loaded.skipped += bad
        loaded.people = _make_people(lines, people, fresh, tier, at)
        loaded.friendships = _befriend(at)
        loaded.changed, loaded.made = _set_lines(at)
        loaded.unchanged = len(lines) - loaded.changed - loaded.made
        loaded.beyond = _count_beyond()
        if loaded.people or loaded.friendships or loaded.changed or loaded.made:
            loaded.event = arrival.announce(at=at)
    return loaded


def _settle(lines: Sequence[FileLine]) -> tuple[dict[str, UUID], set[str]]:
    """Return everybody's id by their name in the file, and the names of those who are new."""
    names = dict.fromkeys(name for line in lines for name in (line.giver, line.receiver))
    people = find_named(names)
    fresh = names.keys() - people.keys()
    people |= {name: uuid7() for name in names if name in fresh}
    owners: dict[UUID, str] = {}
    for name, person_id in people.items():
        if (other := owners.setdefault(person_id, name)) != name:
            raise UnreadableFile(f"{other} and {name} are one person here.")
    return people, fresh


def _copy_lines(lines: Sequence[FileLine], people: dict[str, UUID]) -> None:
    _run(TABLES)
    copy_into(
        "loaded_line",
        ["number", "giver_id", "receiver_id", "capacity"],
        ((line.number, people[line.giver], people[line.receiver], line.capacity) for line in lines),
    )
    _run(PAIRS)
    lock_loaded_friendships()
    lock_loaded_lines()


def _find_refused(lines: Sequence[FileLine]) -> list[BadLine]:
    """Return the lines that `trust.set` would refuse."""
    with connection.cursor() as cursor:
        cursor.execute(REFUSED)
        rows = cursor.fetchall()
    by_number = {number: (reserved, left) for number, reserved, left in rows}
    bad = []
    for line in lines if by_number else ():
        if line.number not in by_number:
            continue
        reserved, left = by_number[line.number]
        if left is None:
            reason = f"one of {line.giver} and {line.receiver} has blocked the other."
        elif left:
            reason = f"one of {line.giver} and {line.receiver} has left."
        else:
            reason = f"open loans use {reserved} of this line; it cannot go below that."
        bad.append(BadLine(line.number, reason))
    return bad


def _leave_out(bad: list[BadLine], lines: list[FileLine]) -> list[FileLine]:
    if not bad:
        return lines
    numbers = {line.number for line in bad}
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM loaded_line WHERE number = ANY(%s)", [sorted(numbers)])
    _run(PAIRS)
    return [line for line in lines if line.number not in numbers]


def _make_people(
    lines: Sequence[FileLine], people: dict[str, UUID], fresh: set[str], tier: Tier, at: datetime
) -> int:
    named = dict.fromkeys(
        name for line in lines for name in (line.giver, line.receiver) if name in fresh
    )
    copy_rows(
        Person,
        ["id", "username", "name", "password", "tier", "created_at"],
        (
            (
                people[name], derive_username(name), name,
                UNUSABLE_PASSWORD_PREFIX + secrets.token_urlsafe(30), str(tier), at,
            )
            for name in named
        ),
    )  # fmt: skip
    return len(named)


def _befriend(at: datetime) -> int:
    again = _run(BEFRIEND, at=at)
    first = insert_from(
        Friendship,
        {
            "id": "uuidv7()", "low_id": "pair.low_id", "high_id": "pair.high_id",
            "status": "'friends'", "since": "%(at)s", "version": "1",
        },
        STRANGERS,
        at=at,
    )  # fmt: skip
    return again + first


def _count_beyond() -> int:
    with connection.cursor() as cursor:
        cursor.execute(BEYOND, {"most": settings.FRIENDS})
        (count,) = cursor.fetchone()
    return int(count)


def _set_lines(at: datetime) -> tuple[int, int]:
    changed = _run(CHANGE, at=at)
    made = insert_from(
        Line,
        {
            "id": "uuidv7()", "giver_id": "loaded.giver_id", "receiver_id": "loaded.receiver_id",
            "capacity": "loaded.capacity", "set_at": "%(at)s",
        },
        FRESH,
        at=at,
    )  # fmt: skip
    noted = _write_history(at)
    assert noted == changed + made
    return changed, made


def _write_history(at: datetime) -> int:
    """Write into their histories that givers have set the lines that this load made or changed."""
    return insert_from(
        Change,
        {
            "line_id": "line.id", "version": "line.version", "kind": "'set'", "at": "%(at)s",
            "by": "line.giver_id", "capacity": "line.capacity", "reserved": "line.reserved",
            "burned": "line.burned", "lenders": "line.lenders",
        },
        UNWRITTEN,
        at=at,
    )  # fmt: skip


def _run(statement: str, **parameters: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return int(cursor.rowcount)
