"""People who take part in Pay Points, and rounds of scoring at a chosen moment."""

from datetime import datetime
from typing import Any
from uuid import UUID

from graph.people.models import Person, Tier
from tests.calls import call
from tests.people import level_graph, make_people
from wallet.points.models import Score
from wallet.points.scoring import month_of, score_month


def make_members(
    count: int, *, at: datetime, funds: int = 0, tier: Tier = Tier.BASIC
) -> list[UUID]:
    """Make people who take part from then on."""
    people = make_people(count, at=at, funds=funds, tier=tier)
    for person in people:
        call(person, "points.opt_in", at=at)
    return people


def make_service(*, at: datetime) -> UUID:
    """Make somebody with the role of a service."""
    (service,) = make_people(1, at=at)
    Person.objects.filter(id=service).update(roles=["service"])
    return service


def score(*, at: datetime) -> int:
    """Score the month of a moment, as of that moment; return how many people were scored."""
    level_graph()
    return score_month(month=month_of(at), clock=lambda: at)


def points(person: UUID, *, at: datetime) -> Any:
    """Return what a person is shown."""
    return call(person, "points.get", at=at)


def parts(person: UUID, *, at: datetime) -> dict[str, int | None]:
    """Return the points of each part, None where it is missing."""
    shown = points(person, at=at)["parts"]
    return {one["part"]: None if one["missing"] else one["points"] for one in shown}


def values(person: UUID, *, at: datetime) -> dict[str, int]:
    """Return what each rule looked at."""
    shown = points(person, at=at)["parts"]
    return {reason["code"]: reason["value"] for one in shown for reason in one["reasons"]}


def count_scores(person: UUID) -> int:
    return Score.objects.filter(person_id=person).count()


def give_score(person: UUID, number: int, *, at: datetime) -> None:
    """Have a member's score of the month be a given number, as if the formula had made it."""
    from django.db import connection

    score(at=at)
    with connection.cursor() as cursor:
        # Scores are never changed; a test that needs a certain one writes it anew.
        cursor.execute(
            "INSERT INTO points_score SELECT gen_random_uuid(), month, formula + 1, %s, parts,"
            " inputs, as_of, graph_at, person_id, run_id FROM points_score"
            " WHERE person_id = %s ORDER BY month DESC, formula DESC LIMIT 1",
            [number, person],
        )
