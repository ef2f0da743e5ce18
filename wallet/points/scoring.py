"""Scoring a month: all who take part, many at once, each once."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from uuid_utils.compat import uuid7

from graph.relations.selectors import find_last_event, list_standings, require_level
from wallet.days import day_of, start_of
from wallet.points.facts import list_facts
from wallet.points.formula import LEAST_LINE, VERSION, Facts, add_up, make_parts
from wallet.points.locks import hold_members
from wallet.points.models import Membership, Run, Score

Progress = Callable[[int, int], None]


class MonthNotBegun(Exception):
    """The month lies ahead: there is nothing to score yet."""


def month_of(at: datetime) -> date:
    """Return the first day of the month that a moment falls in."""
    return day_of(at).replace(day=1)


def end_of(month: date) -> datetime:
    """Return when the month of the service ends."""
    return start_of(date(month.year + month.month // 12, month.month % 12 + 1, 1))


def score_month(
    *, month: date, clock: Callable[[], datetime], progress: Progress = lambda _, __: None
) -> int:
    """Score the month for all who take part and have no score of it yet; return how many.

    A round that is broken off, or that a graph which is away breaks off, keeps what it has: the
    next one goes on with the same `as_of`. Raises MonthNotBegun, and GraphUnavailable while Neo4j
    is away or lacks something of before the round began.
    """
    if start_of(month) > clock():
        raise MonthNotBegun
    done = 0
    # After one that was broken off comes one for those who joined since.
    while run := _find_or_begin(month, clock()):
        done += _go_through(run, clock, progress)
    return done


def _find_or_begin(month: date, now: datetime) -> Run | None:
    """Return the round that is under way, or a new one if there is anybody to score."""
    under_way = Run.objects.filter(month=month, formula=VERSION, finished_at=None)
    if run := under_way.first():
        return run
    as_of = min(now, end_of(month))
    if not _waiting(month, as_of).exists():
        return None
    fresh = Run(
        id=uuid7(), month=month, formula=VERSION, as_of=as_of, started_at=now,
        graph_event=find_last_event(),
    )  # fmt: skip
    # Two rounds at once go the same way: the constraint lets one in, and both read that one.
    Run.objects.bulk_create([fresh], ignore_conflicts=True)
    return under_way.first()


def _go_through(run: Run, clock: Callable[[], datetime], progress: Progress) -> int:
    total = _waiting(run.month, run.as_of).count()
    done, last = 0, None
    while people := _next(run, last):
        _score(run, people, clock)
        done, last = done + len(people), people[-1]
        progress(done, total)
    Run.objects.filter(id=run.id, finished_at=None).update(finished_at=clock())
    return done


def _waiting(month: date, as_of: datetime) -> QuerySet[Membership]:
    scored = Score.objects.filter(person_id=OuterRef("person_id"), month=month, formula=VERSION)
    return Membership.objects.filter(
        ~Exists(scored), until=None, since__lte=as_of, person__closed_at=None
    )


def _next(run: Run, last: UUID | None) -> list[UUID]:
    waiting = _waiting(run.month, run.as_of)
    if last is not None:
        waiting = waiting.filter(person_id__gt=last)
    rows = waiting.order_by("person_id").values_list("person_id", flat=True)
    return list(rows[: settings.POINTS_PEOPLE_AT_ONCE])


def _score(run: Run, people: list[UUID], clock: Callable[[], datetime]) -> None:
    graph_at = clock()
    # What was changed in the graph before the round has to be there, whoever is scored; and it may
    # begin to be filled anew between two batches, or while it answers.
    require_level(up_to=run.graph_event)
    standings = list_standings(person_ids=people, least=LEAST_LINE)
    require_level(up_to=run.graph_event)
    facts = list_facts(person_ids=people, standings=standings, as_of=run.as_of)
    with transaction.atomic():
        # Who opted out meanwhile gets no score.
        members = hold_members(person_ids=people)
        Score.objects.bulk_create(
            [_make(run, one, facts[one], graph_at) for one in people if one in members],
            ignore_conflicts=True,
        )


def _make(run: Run, person_id: UUID, facts: Facts, graph_at: datetime) -> Score:
    parts = make_parts(facts)
    return Score(
        id=uuid7(), person_id=person_id, run=run, month=run.month, formula=run.formula,
        score=add_up(parts), parts=[part.as_json() for part in parts], inputs=asdict(facts),
        as_of=run.as_of, graph_at=graph_at,
    )  # fmt: skip
