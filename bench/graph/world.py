"""A large world of people, friendships and trust lines, made in PostgreSQL in a few minutes.

Everything follows from the seed and stands in closed form, so that a benchmark knows who is who
without asking: `World.person(rank)` is the id of whoever has the rank-th most friends.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import gcd
from typing import Any
from uuid import UUID

# The first person of a world came then, each later one a minute after.
BEGAN_MS = 1_640_995_200_000
STEP_MS = 60_000
# How many friends those with the most have, where the world is large enough.
HUB_FRIENDS = 1_200
# Who lives in the same village knows each other more often than others do.
VILLAGE = 40
AT_HOME = 0.4
# Rows that are written before progress is shown again.
SLICE = 250_000
# From so many friendships on it pays to index the tables after they were filled.
REINDEXED_FROM = 1_000_000
# Twice as many draws as friendships are enough: a tenth of them is drawn twice.
DRAWS = 2

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class World:
    """What was made; ranks go from 0, the person with the most friends, to `people` - 1."""

    people: int
    friendships: int
    lines: int
    seed: int

    def person(self, rank: int) -> UUID:
        """Return the id of the person of a rank."""
        return person_id(self._place(rank), self.seed)

    def hubs(self, count: int) -> list[UUID]:
        """Return the ids of those with the most friends."""
        return [self.person(rank) for rank in range(count)]

    def line(self, number: int) -> UUID:
        """Return the id of a trust line; numbers go from 0 to `lines` - 1."""
        return UUID(f"{BEGAN_MS + number:012x}7002{_tag(self.seed):04x}{number:012x}")

    def _place(self, rank: int) -> int:
        # A step that shares no factor with the number of people visits every place once.
        return rank * _step(self.people) % self.people


def person_id(place: int, seed: int) -> UUID:
    """Return the id of the person who came at a place; ids grow with places."""
    millisecond = BEGAN_MS + place * STEP_MS
    return UUID(f"{millisecond:012x}7000{_tag(seed):04x}{place:012x}")


def _tag(seed: int) -> int:
    return 0x8000 + seed % 0x4000


def _step(people: int) -> int:
    step = max(1, int(people * 0.618))
    while gcd(step, people) != 1:
        step += 1
    return step


def make_world(
    people: int, friendships: int, lines: int, seed: int, *, progress: Progress = lambda *_: None
) -> World:
    """Fill PostgreSQL with people, friendships and trust lines among friends, past the outbox:
    `manage.py rebuild_graph` brings them to Neo4j.

    How many friends people have falls off like a power of their rank, from about 1,200 down to half
    of the mean; two in five friendships are among neighbours, so that friends have friends in
    common. `lines` are directed, at most two for each friendship. Nobody has an account or a loan;
    what is on a line is free. `progress` gets a name, rows done and rows to come. Others may be
    there already, but no world of the same seed.
    """
    if friendships > people * (people - 1) // 4 or lines > 2 * friendships:
        raise ValueError("So few people cannot have so many friendships, or those so many lines.")
    world = World(people, friendships, lines, seed)
    values = {
        "people": people, "friendships": friendships, "lines": lines, "seed": seed,
        "began": BEGAN_MS, "step_ms": STEP_MS, "step": _step(people), "village": VILLAGE,
        "at_home": AT_HOME, "offset": _offset(people, friendships), "tag": _tag(seed),
    }  # fmt: skip
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(FUNCTIONS)
        _fill(cursor, "people", PEOPLE, people, values, progress)
        progress("drawing friendships", 0, friendships)
        _draw(cursor, values)
        with _indexed_afterwards(
            cursor, ("friends_friendship", "trust_line"), friendships, progress
        ):
            _fill(cursor, "friendships", FRIENDSHIPS, friendships, values, progress)
            _fill(cursor, "lines", LINES, lines, values, progress)
        cursor.execute("DROP TABLE world_tie")
        progress("statistics", 0, 1)
        cursor.execute("ANALYZE people_person, friends_friendship, trust_line")
    return world


def _offset(people: int, friendships: int) -> float:
    """Return what is added to ranks so that the first has about HUB_FRIENDS friends."""
    # Weights are (rank + offset) ** -0.5, whose sum is near 2 * sqrt(people); neighbours are
    # chosen without regard to weight.
    friends = 2 * friendships * (1 - AT_HOME / 2)
    most = min(HUB_FRIENDS, people / 4)
    return max(0.5, (friends / (2 * people**0.5 * most)) ** 2)


def _fill(
    cursor: Any, name: str, statement: str, total: int, values: dict[str, Any], progress: Progress
) -> None:
    for start in range(0, total, SLICE):
        progress(name, start, total)
        end = min(start + SLICE, total)
        cursor.execute(statement, values | {"start": start, "end": end})
    progress(name, total, total)


def _draw(cursor: Any, values: dict[str, Any]) -> None:
    cursor.execute("DROP TABLE IF EXISTS world_tie")
    cursor.execute("SELECT setseed(%(seed)s %% 1000 / 1000.0)", values)
    # The same draws for the same seed: a parallel plan would share them out anew each time.
    cursor.execute("SET max_parallel_workers_per_gather = 0")
    draws = max(values["friendships"] * DRAWS, 1_000)
    cursor.execute("SET work_mem = '512MB'")
    cursor.execute(TIES, values | {"draws": draws})
    cursor.execute("RESET work_mem")
    cursor.execute("RESET max_parallel_workers_per_gather")
    cursor.execute("SELECT count(*) FROM world_tie")
    if cursor.fetchone()[0] < values["friendships"]:
        raise ValueError("Too few different pairs were drawn; take more people.")
    cursor.execute("ANALYZE world_tie")


@contextmanager
def _indexed_afterwards(
    cursor: Any, tables: tuple[str, ...], rows: int, progress: Progress
) -> Iterator[None]:
    """Take indexes and constraints off large tables while they are filled."""
    if rows < REINDEXED_FROM:
        yield
        return
    cursor.execute(CONSTRAINTS, {"tables": list(tables)})
    constraints = cursor.fetchall()
    cursor.execute(INDEXES, [list(tables)])
    indexes = cursor.fetchall()
    for table, name, _ in reversed(constraints):
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, _ in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    cursor.execute("SET maintenance_work_mem = '512MB'")
    builds = [definition for _, definition in indexes] + [
        f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}'
        for table, name, definition in constraints
    ]
    for done, build in enumerate(builds):
        progress("indexes", done, len(builds))
        cursor.execute(build)
    cursor.execute("RESET maintenance_work_mem")
    progress("indexes", len(builds), len(builds))


# Primary keys first: foreign keys need them, also those of other tables.
CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE conrelid = ANY (%(tables)s::regclass[]) AND contype IN ('p', 'u', 'f')
       OR confrelid = ANY (%(tables)s::regclass[]) AND contype = 'f'
    ORDER BY contype = 'f', conname
"""
INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index AS i
    WHERE indrelid = ANY (%s::regclass[]) AND NOT EXISTS (
        SELECT FROM pg_constraint WHERE conindid = i.indexrelid AND contype IN ('p', 'u'))
    ORDER BY 1
"""

FUNCTIONS = """
CREATE OR REPLACE FUNCTION pg_temp.world_id(millisecond bigint, kind text, tag int, place bigint)
RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex(millisecond), 12, '0') || kind || to_hex(tag)
            || lpad(to_hex(place), 12, '0'))::uuid
$$;
CREATE OR REPLACE FUNCTION pg_temp.world_person(place bigint, tag int, began bigint, step_ms bigint)
RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT pg_temp.world_id(began + place * step_ms, '7000', tag, place)
$$;
"""

PEOPLE = """
    INSERT INTO people_person (id, username, name, email, password, tier, real_name, roles,
                               language, settings, created_at, version)
    SELECT pg_temp.world_person(place, %(tag)s, %(began)s, %(step_ms)s),
           'w' || %(seed)s || '-' || place, 'Person ' || place, '', '!', 'verified', '', '{}',
           'en', '{}', to_timestamp((%(began)s + place * %(step_ms)s) / 1000.0), 1
    FROM generate_series(%(start)s::bigint, %(end)s::bigint - 1) AS place
"""

# One end by weight, the other by weight as well or from the same village. What is drawn twice
# counts once; the rest is shuffled, so that a part of it is as good as the whole.
TIES = """
    CREATE UNLOGGED TABLE world_tie AS
    WITH drawn AS MATERIALIZED (
        SELECT draw, random() AS u, random() AS v, random() AS w, random() AS h
        FROM generate_series(1, %(draws)s::bigint) AS draw
    ), ranked AS (
        SELECT draw, h,
            least(floor(power(u * (sqrt(%(people)s + %(offset)s) - sqrt(%(offset)s))
                              + sqrt(%(offset)s), 2) - %(offset)s)::bigint, %(people)s - 1) AS one,
            least(floor(power(v * (sqrt(%(people)s + %(offset)s) - sqrt(%(offset)s))
                              + sqrt(%(offset)s), 2) - %(offset)s)::bigint, %(people)s - 1) AS two,
            floor(w * %(village)s)::bigint AS door
        FROM drawn
    ), placed AS (
        SELECT draw, one * %(step)s %% %(people)s AS a,
            CASE WHEN h < %(at_home)s
                 THEN least(one * %(step)s %% %(people)s / %(village)s * %(village)s + door,
                            %(people)s - 1)
                 ELSE two * %(step)s %% %(people)s END AS b
        FROM ranked
    ), pairs AS (
        SELECT min(draw) AS draw, least(a, b) AS low, greatest(a, b) AS high
        FROM placed WHERE a <> b GROUP BY least(a, b), greatest(a, b)
    ), kept AS (
        SELECT low, high FROM pairs ORDER BY draw LIMIT %(friendships)s
    )
    SELECT (row_number() OVER (ORDER BY low, high) - 1)::bigint AS place, low, high FROM kept
"""

FRIENDSHIPS = """
    INSERT INTO friends_friendship (id, low_id, high_id, status, note, since, family_low,
                                    family_high, version)
    SELECT pg_temp.world_id(%(began)s + place, '7001', %(tag)s, place),
           pg_temp.world_person(low, %(tag)s, %(began)s, %(step_ms)s),
           pg_temp.world_person(high, %(tag)s, %(began)s, %(step_ms)s),
           'friends', '', to_timestamp((%(began)s + high * %(step_ms)s) / 1000.0 + 86400),
           place %% 50 = 0, place %% 50 = 0, 1
    FROM world_tie WHERE place >= %(start)s AND place < %(end)s
"""

# Line number k takes the slot k * slots / lines of two slots for each friendship, and turns round
# by a digest: exactly so many lines, spread evenly, in both directions alike.
LINES = """
    INSERT INTO trust_line (id, giver_id, receiver_id, capacity, reserved, burned, lenders, version,
                            set_at)
    SELECT pg_temp.world_id(%(began)s + k, '7002', %(tag)s, k),
           pg_temp.world_person(CASE WHEN up THEN low ELSE high END, %(tag)s, %(began)s,
                                %(step_ms)s),
           pg_temp.world_person(CASE WHEN up THEN high ELSE low END, %(tag)s, %(began)s,
                                %(step_ms)s),
           1000 * (1 + dice %% 100) * (CASE WHEN dice %% 7 = 0 THEN 10 ELSE 1 END), 0, 0,
           CASE dice %% 10 WHEN 0 THEN 'nobody' WHEN 1 THEN 'friends' ELSE 'any' END, 1,
           to_timestamp((%(began)s + high * %(step_ms)s) / 1000.0 + 90000)
    FROM (
        SELECT k, low, high,
               (k * 2 * %(friendships)s / %(lines)s) %% 2
               = (hashint8extended(place, %(seed)s) & 1) AS up,
               hashint8extended(k, %(seed)s) & 1073741823 AS dice
        FROM generate_series(%(start)s::bigint, %(end)s::bigint - 1) AS k
        JOIN world_tie ON place = k * 2 * %(friendships)s / %(lines)s / 2
    ) AS drawn
"""
