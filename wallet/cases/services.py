"""Opening cases, adding what was found, and deciding."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db import transaction
from uuid_utils.compat import uuid7

from wallet.cases.errors import CaseClosed, CaseExists, CaseNeedsSomebodyElse
from wallet.cases.locks import lock_case
from wallet.cases.models import Case, Decision, Step
from wallet.cases.selectors import freezes, get_subject
from wallet.closing.services import find_freeze, freeze, unfreeze

Verdict = Literal["watch", "hold", "block", "clear"]
Kind = Literal["query", "person", "account", "text"]


def open_case(*, subject: str, note: str, person_id: UUID, at: datetime) -> Case:
    """Open a case about somebody: an id of a person or of an account, or a username.

    Raises PersonNotFound, CaseExists with the open one, CaseNeedsSomebodyElse about oneself.
    """
    found = get_subject(text=subject)
    if found.person_id == person_id:
        raise CaseNeedsSomebodyElse()
    with transaction.atomic():
        # Two at once: the constraint lets one in, and the other finds that one on its second try.
        existing = Case.objects.filter(subject_id=found.person_id, closed_at=None).first()
        if existing:
            raise CaseExists(case=str(existing.id))
        case = Case.objects.create(
            id=uuid7(), subject_id=found.person_id, account_id=found.account_id, note=note,
            opened_by_id=person_id, at=at,
        )  # fmt: skip
        _note(case, "opened", person_id, at, text=note)
    return case


def add_finding(
    *,
    case_id: UUID,
    kind: Kind,
    content: Mapping[str, Any],
    text: str,
    person_id: UUID,
    at: datetime,
) -> Case:
    """Keep something that was found, as it is now. Raises CaseNotFound, CaseClosed,
    CaseNeedsSomebodyElse.
    """
    with transaction.atomic():
        case = _lock_open(case_id, person_id)
        _note(case, "added", person_id, at, kind=kind, text=text, content=content)
    return case


def decide(*, case_id: UUID, decision: Verdict, reason: str, person_id: UUID, at: datetime) -> Case:
    """Decide what becomes of the subject, at once.

    `hold` and `block` freeze all of the subject's money, unless it is frozen already; `watch` and
    `clear` lift what the case has frozen, and nothing else; `clear` ends the case. Who blocked
    does not weaken that. Raises CaseNotFound, CaseClosed, CaseNeedsSomebodyElse.
    """
    with transaction.atomic():
        case = _lock_open(case_id, person_id)
        weakens = case.decision == Decision.BLOCK and decision != "block"
        if weakens and case.decided_by_id == person_id:
            raise CaseNeedsSomebodyElse()
        if freezes(decision):
            _freeze(case, at)
        else:
            _lift(case, at)
        # Whoever blocked first stays the one who cannot take it back.
        if not (case.decision == Decision.BLOCK and decision == "block"):
            case.decided_by_id = person_id
        case.decision = decision
        if decision == "clear":
            case.closed_at = at
        case.save(update_fields=["decision", "decided_by", "freeze_id", "closed_at"])
        _note(case, "decided", person_id, at, decision=decision, text=reason)
    return case


def _freeze(case: Case, at: datetime) -> None:
    if case.freeze_id is not None and case.freeze_id == find_freeze(person_id=case.subject_id):
        return
    is_new = freeze(person_id=case.subject_id, reason=f"case {case.id}", at=at)
    case.freeze_id = find_freeze(person_id=case.subject_id) if is_new else None


def _lift(case: Case, at: datetime) -> None:
    # Somebody may have lifted it at the command line, and frozen again for a reason of their own.
    if case.freeze_id is not None and case.freeze_id == find_freeze(person_id=case.subject_id):
        unfreeze(person_id=case.subject_id, at=at)
    case.freeze_id = None


def _lock_open(case_id: UUID, person_id: UUID) -> Case:
    case = lock_case(case_id=case_id)
    if case.subject_id == person_id:
        raise CaseNeedsSomebodyElse()
    if case.closed_at is not None:
        raise CaseClosed()
    return case


def _note(
    case: Case,
    action: str,
    by: UUID,
    at: datetime,
    *,
    kind: str = "",
    decision: str = "",
    text: str = "",
    content: Mapping[str, Any] | None = None,
) -> None:
    Step.objects.create(
        id=uuid7(), case=case, by_id=by, action=action, kind=kind, decision=decision, text=text,
        content=dict(content or {}), at=at,
    )  # fmt: skip
