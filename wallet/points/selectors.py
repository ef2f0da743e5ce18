"""Reading scores, as far as they may be used and shown."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from commands.arrays import column
from commands.pages import newest_first
from commands.questions import Question, Rows, ask_one
from wallet.points.formula import Part
from wallet.points.models import Ask, Consent, Grant, Membership, Score

# Whether a score belongs to a cohort that is withdrawn is asked each time, in the statement that
# reads it: nothing is copied that a switch would have to reach.
SCORES = """
    SELECT s.person_id, s.id, s.score, s.month, s.formula, s.as_of, EXISTS (
        SELECT FROM points_withdrawal AS w WHERE w.ended_at IS NULL AND CASE w.kind
            WHEN 'joined' THEN w.value = to_char(m.since AT TIME ZONE %(zone)s, 'YYYY-MM')
            WHEN 'month' THEN w.value = to_char(s.month, 'YYYY-MM')
            WHEN 'tier' THEN w.value = p.tier
            WHEN 'formula' THEN w.value = s.formula::text
            ELSE true END)
    FROM points_score AS s
    JOIN points_membership AS m ON m.person_id = s.person_id AND m.until IS NULL
    JOIN people_person AS p ON p.id = s.person_id
    WHERE s.person_id = ANY (%(people)s::uuid[])
    ORDER BY s.person_id, s.month DESC, s.formula DESC
"""
NEWEST = SCORES.replace("SELECT", "SELECT DISTINCT ON (s.person_id)", 1)


@dataclass(frozen=True)
class Standing:
    """A score of a month, and whether its cohort is withdrawn: then it counts for nothing."""

    person_id: UUID
    score_id: UUID
    score: int
    month: date
    formula: int
    as_of: datetime
    is_withdrawn: bool


def _values(person_ids: Collection[UUID]) -> dict[str, Any]:
    return {"people": column(person_ids), "zone": settings.SERVICE_TIME_ZONE}


def _read(rows: Rows) -> list[Standing]:
    return [Standing(*row) for row in rows]


def _read_usable(rows: Rows) -> dict[UUID, int]:
    return {one.person_id: one.score for one in _read(rows) if not one.is_withdrawn}


def find_newest(*, person_id: UUID) -> Standing | None:
    """Return the person's newest score, withdrawn or not; None without one."""
    newest = ask_one(Question(NEWEST, _values([person_id]), _read))
    return newest[0] if newest else None


def find_score(*, person_id: UUID) -> Standing | None:
    """Return the person's newest score if it may be used, else None."""
    newest = find_newest(person_id=person_id)
    return newest if newest and not newest.is_withdrawn else None


def about_scores(person_ids: Collection[UUID]) -> Question[dict[UUID, int]]:
    """Ask for the newest score of each of the people who has one that may be used."""
    return Question(NEWEST, _values(person_ids), _read_usable)


def list_history(*, person_id: UUID) -> list[Standing]:
    """Return the person's scores that may be shown, newest first."""
    scores = ask_one(Question(SCORES, _values([person_id]), _read))
    return [one for one in scores if not one.is_withdrawn]


def list_parts(*, score_ids: Collection[UUID]) -> dict[UUID, list[Part]]:
    """Return by score its parts with their reasons."""
    rows = Score.objects.filter(id__in=score_ids).values_list("id", "parts")
    return {score_id: [Part.of(kept) for kept in parts] for score_id, parts in rows}


def find_membership(*, person_id: UUID) -> Membership | None:
    """Return since when the person takes part, or None."""
    return Membership.objects.filter(person_id=person_id, until=None).first()


def find_consent(*, person_id: UUID, service_id: UUID, gate: str) -> Consent | None:
    """Return what the person answered to a service about a gate, or None."""
    return Consent.objects.filter(person_id=person_id, service_id=service_id, gate=gate).first()


def list_consents(*, person_id: UUID) -> list[Consent]:
    """Return what the person answered to services, and what waits for an answer, newest first."""
    return list(Consent.objects.filter(person_id=person_id).order_by("-id")[:200])


def list_grants(*, person_id: UUID, at: datetime) -> list[Grant]:
    """Return what services may rely on still, newest first."""
    live = Grant.objects.filter(person_id=person_id, ended_at=None, expires_at__gt=at)
    return list(live.order_by("-id")[:200])


def find_grant(*, person_id: UUID, service_id: UUID, gate: str, at: datetime) -> Grant | None:
    """Return the grant that a service may rely on still, or None."""
    live = Grant.objects.filter(
        person_id=person_id, service_id=service_id, gate=gate, ended_at=None, expires_at__gt=at
    )
    return live.order_by("-id").first()


def list_asked(*, person_id: UUID, before: UUID | None, limit: int) -> tuple[list[Ask], bool]:
    """Return a page of what services asked about the person, newest first."""
    return newest_first(Ask.objects.filter(person_id=person_id), before=before, limit=limit)
