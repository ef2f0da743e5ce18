"""Services ask gates, with the consent of whom they ask about."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from uuid_utils.compat import uuid7

from graph.people.errors import PersonNotFound
from graph.people.selectors import get_person, get_present_person, require_role
from outbox.notices.services import Tell, notify
from wallet.points.gates import Gate, get_gate
from wallet.points.locks import hold_members, lock_consent
from wallet.points.models import ASKED, GIVEN, REFUSED, Ask, Consent, Grant
from wallet.points.selectors import Standing, find_consent, find_grant, find_score

SERVICE = "service"


@dataclass(frozen=True)
class Answer:
    """What a service is told: yes or no, why, and until when a yes holds if it is a grant."""

    allowed: bool
    reason: str
    until: datetime | None = None


@dataclass(frozen=True)
class _Question:
    """Who asks which gate about whom, and when."""

    service_id: UUID
    person_id: UUID
    gate: Gate
    at: datetime


def ask_gate(*, service_id: UUID, person_id: UUID, gate: str, at: datetime) -> Answer:
    """Tell a service whether the person's score is above the gate's threshold, and keep that.

    Without the person's consent the answer is no (`no_consent`), the score is not looked at, and
    the person is asked, if they take part. Raises Forbidden, UnknownGate and PersonNotFound.
    """
    require_role(person_id=service_id, role=SERVICE)
    question = _Question(service_id, person_id, get_gate(name=gate), at)
    get_present_person(person_id=person_id)
    with transaction.atomic():
        # Held, so that nobody is asked who opts out meanwhile.
        if person_id not in hold_members(person_ids=[person_id]):
            return _keep(question, Answer(allowed=False, reason=_explain_absence(question)))
        consent, is_fresh = lock_consent(
            person_id=person_id, service_id=service_id, gate=gate, at=at
        )
        if not _is_given(consent, at):
            _ask_person(consent, is_fresh=is_fresh, at=at)
            return _keep(question, Answer(allowed=False, reason="no_consent"))
        standing = find_score(person_id=person_id)
        return _keep(question, _decide(question, consent, standing), standing)


def _explain_absence(question: _Question) -> str:
    """Return why somebody who takes no part is answered no for."""
    consent = find_consent(
        person_id=question.person_id, service_id=question.service_id, gate=question.gate.name
    )
    return "no_score" if consent and _is_given(consent, question.at) else "no_consent"


def _is_given(consent: Consent, at: datetime) -> bool:
    return consent.status == GIVEN and consent.until is not None and at < consent.until


def _ask_person(consent: Consent, *, is_fresh: bool, at: datetime) -> None:
    # Who has refused is not asked again; who has said yes is, once that is over.
    if consent.status == GIVEN:
        consent.status, consent.until, consent.asked_at = ASKED, None, at
        consent.save(update_fields=["status", "until", "asked_at"])
    elif not is_fresh:
        return
    notify(Tell(consent.person_id, "points.asked", about=consent.service_id), at=at)


def _decide(question: _Question, consent: Consent, standing: Standing | None) -> Answer:
    gate, at = question.gate, question.at
    if standing is None:
        return Answer(allowed=False, reason="no_score")
    grant = find_grant(
        person_id=consent.person_id, service_id=consent.service_id, gate=gate.name, at=at
    )
    if grant is not None:
        return Answer(allowed=True, reason="granted", until=grant.expires_at)
    if standing.score <= gate.threshold:
        return Answer(allowed=False, reason="not_above")
    if not gate.grant_days:
        return Answer(allowed=True, reason="above")
    # Nobody may rely on a yes for longer than the person lets them ask.
    assert consent.until is not None
    until = min(at + timedelta(days=gate.grant_days), consent.until)
    return Answer(allowed=True, reason="above", until=until)


def _keep(question: _Question, answer: Answer, standing: Standing | None = None) -> Answer:
    gate, at = question.gate, question.at
    kept = Ask.objects.create(
        id=uuid7(), person_id=question.person_id, service_id=question.service_id, gate=gate.name,
        threshold=gate.threshold, allowed=answer.allowed, reason=answer.reason,
        score=standing.score if standing else None, month=standing.month if standing else None,
        formula=standing.formula if standing else None, at=at,
    )  # fmt: skip
    if answer.reason == "above" and answer.until is not None:
        Grant.objects.create(
            id=uuid7(), ask=kept, person_id=question.person_id, service_id=question.service_id,
            gate=gate.name, at=at, expires_at=answer.until,
        )  # fmt: skip
    return answer


def answer_service(
    *, person_id: UUID, service_id: UUID, gate: str, allow: bool, at: datetime
) -> Consent:
    """Let a service ask a gate about the person for 30 days, or no longer; return what holds now.

    A no also ends what the service was granted. Raises UnknownGate and PersonNotFound.
    """
    get_gate(name=gate)
    if SERVICE not in get_person(person_id=service_id).roles:
        raise PersonNotFound()
    with transaction.atomic():
        consent, _ = lock_consent(person_id=person_id, service_id=service_id, gate=gate, at=at)
        consent.status = GIVEN if allow else REFUSED
        consent.answered_at = at
        consent.until = at + timedelta(days=settings.POINTS_CONSENT_DAYS) if allow else None
        consent.save(update_fields=["status", "answered_at", "until"])
        if not allow:
            live = Grant.objects.filter(
                person_id=person_id, service_id=service_id, gate=gate, ended_at=None
            )
            live.update(ended_at=at)
    return consent
