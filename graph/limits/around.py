"""The flows between many pairs at once: one look at the lines around all of them, then each pair by
itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from commands.arrays import column
from graph.database import GraphUnavailable, ask
from graph.limits.arrival import LOADED
from graph.limits.network import Network, Way
from graph.limits.queries import AROUND_IN_POSTGRES, FIND_AROUND
from graph.limits.selectors import READ, Flow, Source, make_flow

Pair = tuple[UUID, UUID]

ANY_BEHIND = """
    SELECT EXISTS (SELECT FROM projection_rebuild) OR EXISTS (
        SELECT FROM outbox_event
        WHERE lane = 'graph' AND topic = ANY(%(topics)s::text[]) AND (topic = %(loaded)s
            OR subjects && ARRAY(
                SELECT receiver_id FROM trust_line WHERE giver_id = ANY(%(lenders)s::uuid[])
                UNION
                SELECT giver_id FROM trust_line WHERE receiver_id = ANY(%(borrowers)s::uuid[])
                UNION SELECT unnest(%(lenders)s::uuid[])
                UNION SELECT unnest(%(borrowers)s::uuid[])))
    )
"""


class Usable(NamedTuple):
    """A line with something free, and whose loans it may serve."""

    line: UUID | str
    free: int
    lenders: str


# By the person at the other end.
Lines = dict[UUID, Usable]


@dataclass
class Around:
    """The free lines around some lenders and borrowers.

    `own` holds the lenders' lines by giver and receiver, `ends` the borrowers' by receiver and
    giver, `given` and `taken` those between by giver and by receiver; `friends` are pairs of a
    lender and a friend of theirs.
    """

    own: dict[UUID, Lines] = field(default_factory=dict)
    ends: dict[UUID, Lines] = field(default_factory=dict)
    given: dict[UUID, Lines] = field(default_factory=dict)
    taken: dict[UUID, Lines] = field(default_factory=dict)
    friends: set[Pair] = field(default_factory=set)

    def between(self, lender: UUID, borrower: UUID) -> Network:
        """Return the network between a lender and a borrower of those this was fetched for; who is
        on no way is left out of it.
        """
        own, ends = self.own.get(lender, {}), self.ends.get(borrower, {})
        both = {
            person
            for person in _in_both(own, ends)
            if person not in (lender, borrower) and self._allows(ends[person], person, lender)
        }
        middle = {
            (giver, receiver): Way(*use[:2])
            for giver, receiver, use in self._between(own, ends)
            if giver not in (receiver, borrower)
            and receiver != lender
            and self._allows(use, giver, lender)
            and self._allows(ends[receiver], receiver, lender)
        }
        starts = both | {giver for giver, _ in middle}
        finishes = both | {receiver for _, receiver in middle}
        direct = own.get(borrower)
        return Network(
            direct=Way(*direct[:2]) if direct else None,
            first={person: Way(*own[person][:2]) for person in starts},
            last={person: Way(*ends[person][:2]) for person in finishes},
            middle=middle,
        )

    def _between(self, own: Lines, ends: Lines) -> Iterator[tuple[UUID, UUID, Usable]]:
        # From the side with fewer lines, and of each of its people what both sides have: a hub, of
        # which hundreds of pairs are asked for, is never gone through for each of them.
        if len(own) <= len(ends):
            for giver in own:
                given = self.given.get(giver, {})
                for receiver in _in_both(given, ends):
                    yield giver, receiver, given[receiver]
        else:
            for receiver in ends:
                taken = self.taken.get(receiver, {})
                for giver in _in_both(taken, own):
                    yield giver, receiver, taken[giver]

    def _allows(self, use: Usable, giver: UUID, lender: UUID) -> bool:
        return use.lenders == "any" or (lender, giver) in self.friends


def _in_both(one: Lines, other: Lines) -> Iterator[UUID]:
    fewer, more = (one, other) if len(one) <= len(other) else (other, one)
    return (person for person in fewer if person in more)


def find_flows(
    *,
    pairs: Sequence[Pair],
    at: datetime,
    source: Source | None = None,
    keep_solved: bool = False,
) -> dict[Pair, Flow]:
    """Return the maximum flow of each pair of a lender and a borrower, in a fixed number of
    questions.

    From Neo4j where it is level with PostgreSQL about all of them and answers, else from
    PostgreSQL; `source` asks for one of the two. `keep_solved` keeps each network with what is left
    of it, which tight lines are found by. Raises GraphUnavailable where Neo4j was asked for and is
    away.
    """
    lenders = sorted({lender for lender, _ in pairs})
    borrowers = sorted({borrower for _, borrower in pairs})
    around, used = _fetch(lenders, borrowers, source)
    flows = {}
    for pair in dict.fromkeys(pairs):
        network = around.between(*pair) if pair[0] != pair[1] else Network()
        flow = make_flow(network, used, at)
        flows[pair] = flow if keep_solved else replace(flow, solved=None)
    return flows


def _fetch(
    lenders: list[UUID], borrowers: list[UUID], source: Source | None
) -> tuple[Around, Source]:
    if source == "neo4j":
        return fetch_around_from_neo4j(lenders=lenders, borrowers=borrowers), "neo4j"
    if source is None and not _any_behind(lenders, borrowers):
        try:
            return fetch_around_from_neo4j(lenders=lenders, borrowers=borrowers), "neo4j"
        except GraphUnavailable:
            pass
    return fetch_around_from_postgres(lenders=lenders, borrowers=borrowers), "postgres"


def _any_behind(lenders: list[UUID], borrowers: list[UUID]) -> bool:
    """Tell whether Neo4j may lack something about anybody. See Note [Level with PostgreSQL]."""
    with connection.cursor() as cursor:
        cursor.execute(
            ANY_BEHIND,
            {
                "topics": READ, "loaded": LOADED, "lenders": column(lenders),
                "borrowers": column(borrowers),
            },
        )  # fmt: skip
        (behind,) = cursor.fetchone()
    return bool(behind)


def fetch_around_from_neo4j(*, lenders: Sequence[UUID], borrowers: Sequence[UUID]) -> Around:
    """Return the lines around some people from Neo4j. Raises GraphUnavailable."""
    (row,) = ask(
        FIND_AROUND,
        lenders=[str(person) for person in lenders],
        borrowers=[str(person) for person in borrowers],
    )
    known: dict[str, UUID] = {}

    def read(person: str) -> UUID:
        found = known.get(person)
        if found is None:
            found = known[person] = UUID(person)
        return found

    around = Around()
    for giver, receiver, line, free in row["own"]:
        _add(around, "own", read(giver), read(receiver), Usable(line, free, "any"))
    for place in ("ends", "middle"):
        for giver, receiver, *use in row[place]:
            _add(around, place, read(giver), read(receiver), Usable(*use))
    around.friends = {(read(lender), read(friend)) for lender, friend in row["friends"]}
    return around


def fetch_around_from_postgres(*, lenders: Sequence[UUID], borrowers: Sequence[UUID]) -> Around:
    """Return the lines around some people from PostgreSQL, in one statement."""
    around = Around()
    with connection.cursor() as cursor:
        cursor.execute(
            AROUND_IN_POSTGRES, {"lenders": column(lenders), "borrowers": column(borrowers)}
        )
        for place, line, giver, receiver, *use in cursor.fetchall():
            if place == "friends":
                around.friends.add((giver, receiver))
            else:
                _add(around, place, giver, receiver, Usable(line, *use))
    return around


def _add(around: Around, place: Any, giver: UUID, receiver: UUID, use: Usable) -> None:
    if place == "own":
        around.own.setdefault(giver, {})[receiver] = use
    elif place == "ends":
        around.ends.setdefault(receiver, {})[giver] = use
    else:
        around.given.setdefault(giver, {})[receiver] = use
        around.taken.setdefault(receiver, {})[giver] = use
