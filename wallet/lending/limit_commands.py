"""Wire commands about limits: how much one person may lend another, and why not more."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from commands.errors import Forbidden
from commands.frames import Command, Id, Moment, Result
from commands.registry import Caller, handles
from graph.friends.ties import list_friends_among
from graph.limits.flow import Path
from graph.people.errors import PersonNotFound
from wallet.lending import selectors
from wallet.lending.commands import FAMILY, PathShown
from wallet.lending.nearby import Reachable, list_nearby
from wallet.lending.raising import Lift, TightLine, hide_people, list_lifts, list_tight
from wallet.lending.selectors import Limit


class AskLimit(Command):
    type: Literal["loan.limit"]
    lender: Id
    borrower: Id


class ListLimits(Command):
    type: Literal["loan.limits"]
    role: Literal["lender", "borrower"]


class MoreShown(Result):
    """What the limit would be with `add` more on one line."""

    add: int
    limit: int


class TightShown(Result):
    """A line all of which is used. Null who is not for the reader to know, and `free` with them."""

    from_: Annotated[Id | None, Field(serialization_alias="from")]
    to: Id | None
    free: int | None
    limit_with_more: MoreShown


class LiftShown(Result):
    """What keeps the limit down, and the limit without it; null where that is not for the reader's
    eyes, or where no single step helps. Codes: `lines`, and where the cap binds `tier`, `score`,
    `open_loans`, `open_asks`, `overdue`.
    """

    code: str
    limit: int | None


class LimitShown(Result):
    """`cap` is null where it is not for the reader's eyes: between strangers."""

    limit: int
    flow: int
    cap: int | None
    direct: int
    paths: list[PathShown]
    tight: list[TightShown]
    raise_by: list[LiftShown]
    source: Literal["neo4j", "postgres"]
    as_of: Moment


class NearbyShown(Result):
    """What may be lent between the caller and a friend (degree 1) or a friend of friends (degree 2,
    `through` some of the friends in common).
    """

    person: Id
    limit: int
    degree: Literal[1, 2]
    through: list[Id]


class LimitsShown(Result):
    limits: list[NearbyShown]
    friends_of_friends: list[NearbyShown]
    source: Literal["neo4j", "postgres"]
    as_of: Moment


def show_limit(
    limit: Limit,
    *,
    tight: list[TightLine],
    lifts: list[Lift],
    visible: set[UUID] | None,
    sees_cap: bool,
) -> LimitShown:
    """Show a limit with its paths; people the reader may not know are left out of them by name,
    and nobody where `visible` is None.
    """

    def show(path: Path) -> PathShown:
        through = [
            person if visible is None or person in visible else None for person in path.through
        ]
        return PathShown(through=through, amount=path.amount)

    return LimitShown(
        limit=limit.limit, flow=limit.flow.value, cap=limit.cap if sees_cap else None,
        direct=limit.flow.direct,
        paths=[show(path) for path in limit.paths],
        tight=[
            TightShown(
                from_=line.giver, to=line.receiver, free=line.free,
                limit_with_more=MoreShown(add=line.add, limit=line.limit),
            )
            for line in tight
        ],
        raise_by=[LiftShown(code=lift.code, limit=lift.limit) for lift in lifts],
        source=limit.flow.source, as_of=limit.flow.as_of,
    )  # fmt: skip


def show_all(limit: Limit, *, lender_id: UUID, borrower_id: UUID) -> LimitShown:
    """Show a limit to somebody who may know everything."""
    tight = list_tight(
        limit=limit, lender_id=lender_id, borrower_id=borrower_id, are_friends=limit.are_friends
    )
    lifts = list_lifts(limit=limit, tight=tight, sees_debts=True)
    return show_limit(limit, tight=tight, lifts=lifts, visible=None, sees_cap=True)


@handles(
    AskLimit, result=LimitShown, family=FAMILY, reads=True,
    may_refuse=[PersonNotFound, Forbidden],
)  # fmt: skip
def ask_limit(command: AskLimit, caller: Caller) -> LimitShown:
    """Show how much a lender may lend a borrower now, over which paths of trust, which lines are
    used up, and what would raise it.
    """
    lender, borrower = command.lender, command.borrower
    is_party = caller.person in (lender, borrower)
    facts = selectors.find_facts(lender_id=lender, borrower_id=borrower, reader_id=caller.person)
    is_risk = selectors.RISK in facts.two.roles.get(caller.person, [])
    if not is_party and not is_risk:
        raise Forbidden(role=selectors.RISK)
    if not {lender, borrower} <= facts.two.roles.keys():
        raise PersonNotFound()
    limit = selectors.get_limit(lender_id=lender, borrower_id=borrower, at=caller.at, facts=facts)
    tight = list_tight(
        limit=limit, lender_id=lender, borrower_id=borrower, are_friends=limit.are_friends
    )
    sees_debts = is_risk or caller.person == borrower
    sees_cap = sees_debts or limit.flow.value > 0 or limit.are_friends
    lifts = list_lifts(limit=limit, tight=tight, sees_debts=sees_debts) if sees_cap else []
    visible = None
    if not is_risk:
        visible = _list_visible(caller.person, limit, tight)
        tight = hide_people(tight, visible=visible, lender_id=lender, borrower_id=borrower)
    return show_limit(limit, tight=tight, lifts=lifts, visible=visible, sees_cap=sees_cap)


def _list_visible(reader: UUID, limit: Limit, tight: list[TightLine]) -> set[UUID]:
    """Return those people around a limit whom the reader may know: friends, and themselves."""
    people = {person for path in limit.paths for person in path.through}
    people |= {end for line in tight for end in (line.giver, line.receiver) if end is not None}
    return list_friends_among(person_id=reader, others=people - {reader}) | {reader}


@handles(ListLimits, result=LimitsShown, family=FAMILY, reads=True)
def list_limits(command: ListLimits, caller: Caller) -> LimitsShown:
    """List how much you could lend to each friend now, or each friend to you, and the same for
    friends of friends; the largest first.
    """
    nearby = list_nearby(person_id=caller.person, role=command.role, at=caller.at)
    return LimitsShown(
        limits=[_show(one, 1) for one in nearby.friends],
        friends_of_friends=[_show(one, 2) for one in nearby.near],
        source=nearby.source, as_of=caller.at,
    )  # fmt: skip


def _show(one: Reachable, degree: Literal[1, 2]) -> NearbyShown:
    return NearbyShown(person=one.person_id, limit=one.limit, degree=degree, through=one.through)
