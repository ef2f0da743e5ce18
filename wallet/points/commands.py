"""Wire commands of the person whose points they are."""

from collections.abc import Sequence
from datetime import date
from typing import Literal
from uuid import UUID

from django.conf import settings

from commands.frames import Command, Moment, Result
from commands.registry import Caller, handles
from wallet.points import selectors, services
from wallet.points.formula import HIGHEST, LOWEST, MOST, Part, Reason, list_raises
from wallet.points.selectors import Standing

FAMILY = "Pay Points"
PartName = Literal["history", "ability", "behaviour", "identity", "relations"]
Status = Literal["out", "waiting", "shown", "withdrawn"]
# Of the 600 points between the lowest score and the highest, in percent.
PERCENT = {name: most * 100 // (HIGHEST - LOWEST) for name, most in MOST.items()}


class GetPoints(Command):
    type: Literal["points.get"]


class ListHistory(Command):
    type: Literal["points.history"]


class OptIn(Command):
    type: Literal["points.opt_in"]


class OptOut(Command):
    type: Literal["points.opt_out"]


class ScoreReasonShown(Result):
    """A rule: `value` is what it looked at, `points` what that gave of the `most` it can give."""

    code: str
    value: int
    points: int
    most: int

    @classmethod
    def of(cls, reason: Reason) -> "ScoreReasonShown":
        """Show a reason."""
        return cls(code=reason.code, value=reason.value, points=reason.points, most=reason.most)


class PartShown(Result):
    """A part of the score; `missing` says that nothing is known, which adds nothing."""

    part: PartName
    percent: int
    points: int
    most: int
    missing: bool
    reasons: list[ScoreReasonShown]

    @classmethod
    def of(cls, part: Part) -> "PartShown":
        """Show a part."""
        return cls(
            part=part.name, percent=PERCENT[part.name], points=part.points, most=part.most,
            missing=part.is_missing,
            reasons=[ScoreReasonShown.of(reason) for reason in part.reasons],
        )  # fmt: skip


class RaiseShown(Result):
    code: str
    points: int


class CapShown(Result):
    below: int
    percent: int


class PointsShown(Result):
    """`status` says why there is no score: `out` (takes no part), `waiting` (for the next round),
    `withdrawn` (by the service, for now). The score is 350 and the points of its parts. `caps` says
    what part of a tier's cap for loans a score below a number leaves.
    """

    status: Status
    since: Moment | None
    score: int | None
    lowest: int
    highest: int
    month: str | None
    as_of: Moment | None
    formula: int | None
    parts: list[PartShown]
    raise_by: list[RaiseShown]
    caps: list[CapShown]


class ScoreShown(Result):
    month: str
    score: int
    as_of: Moment
    formula: int
    parts: list[PartShown]


class History(Result):
    scores: list[ScoreShown]


def name_month(month: date) -> str:
    """Return a month as YYYY-MM."""
    return f"{month:%Y-%m}"


def _show(person_id: UUID) -> PointsShown:
    membership = selectors.find_membership(person_id=person_id)
    standing = selectors.find_newest(person_id=person_id) if membership else None
    caps = [
        CapShown(below=below, percent=percent) for below, percent in settings.POINTS_CAP_PERCENT
    ]
    if standing is None or standing.is_withdrawn:
        status: Status = "withdrawn" if standing else "waiting" if membership else "out"
        return PointsShown(
            status=status, since=membership.since if membership else None, score=None,
            lowest=LOWEST, highest=HIGHEST, month=None, as_of=None, formula=None, parts=[],
            raise_by=[], caps=caps,
        )  # fmt: skip
    assert membership is not None
    parts = selectors.list_parts(score_ids=[standing.score_id]).get(standing.score_id, [])
    return PointsShown(
        status="shown", since=membership.since, score=standing.score, lowest=LOWEST,
        highest=HIGHEST, month=name_month(standing.month), as_of=standing.as_of,
        formula=standing.formula, parts=[PartShown.of(part) for part in parts],
        raise_by=[RaiseShown(code=one.code, points=one.points) for one in list_raises(parts)],
        caps=caps,
    )  # fmt: skip


def _show_history(standings: Sequence[Standing]) -> History:
    parts = selectors.list_parts(score_ids=[one.score_id for one in standings])
    return History(
        scores=[
            ScoreShown(
                month=name_month(one.month), score=one.score, as_of=one.as_of,
                formula=one.formula,
                parts=[PartShown.of(part) for part in parts.get(one.score_id, [])],
            )
            for one in standings
        ]
    )  # fmt: skip


@handles(GetPoints, result=PointsShown, family=FAMILY, reads=True)
def get_points(command: GetPoints, caller: Caller) -> PointsShown:
    """Show your score with its parts, the reasons for each, and what would raise it."""
    return _show(caller.person)


@handles(ListHistory, result=History, family=FAMILY, reads=True)
def list_history(command: ListHistory, caller: Caller) -> History:
    """List your scores, newest month first, each with the parts that made it."""
    return _show_history(selectors.list_history(person_id=caller.person))


@handles(OptIn, result=PointsShown, family=FAMILY)
def opt_in(command: OptIn, caller: Caller) -> PointsShown:
    """Take part in Pay Points: a score is made for you each month, from the next round on."""
    services.opt_in(person_id=caller.person, at=caller.at)
    return _show(caller.person)


@handles(OptOut, result=PointsShown, family=FAMILY)
def opt_out(command: OptOut, caller: Caller) -> PointsShown:
    """Take no part any more: your scores are deleted, no service may ask about them, grants end;
    what services were told before stays on record.
    """
    services.opt_out(person_id=caller.person, at=caller.at)
    return _show(caller.person)
