"""The switch: scores of a cohort are neither used nor shown until it is turned back."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from uuid_utils.compat import uuid7

from graph.people.models import Tier
from wallet.points.errors import NotWithdrawn, UnknownCohort
from wallet.points.models import Withdrawal

STAFF = "staff"
# What stands behind the colon of each kind of cohort.
VALUES = {
    "all": r"", "joined": r"[0-9]{4}-(0[1-9]|1[0-2])", "month": r"[0-9]{4}-(0[1-9]|1[0-2])",
    "tier": "|".join(Tier.values), "formula": r"[1-9][0-9]{0,3}",
}  # fmt: skip


@dataclass(frozen=True)
class Cohort:
    """Which scores: all, those of who joined in a month, of a month, of a tier, or by a formula."""

    kind: str
    value: str = ""

    @classmethod
    def read(cls, text: str) -> "Cohort":
        """Return the cohort that a text such as `joined:2026-11` names. Raises UnknownCohort."""
        kind, _, value = text.partition(":")
        if kind not in VALUES or not re.fullmatch(VALUES[kind], value):
            raise UnknownCohort(cohort=text)
        return cls(kind, value)

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}" if self.value else self.kind


def withdraw(*, cohort: str, reason: str, by: UUID | None, at: datetime) -> Withdrawal:
    """Have a cohort's scores neither used nor shown; payments go on. Doing it again changes
    nothing. Raises UnknownCohort.
    """
    named = Cohort.read(cohort)
    fresh = Withdrawal(
        id=uuid7(), kind=named.kind, value=named.value, reason=reason, by_id=by, at=at
    )
    with transaction.atomic():
        Withdrawal.objects.bulk_create([fresh], ignore_conflicts=True)
        return Withdrawal.objects.get(kind=named.kind, value=named.value, ended_at=None)


def restore(*, cohort: str, reason: str, by: UUID | None, at: datetime) -> Withdrawal:
    """Have a cohort's scores used and shown again. Raises UnknownCohort and NotWithdrawn."""
    named = Cohort.read(cohort)
    open_one = Withdrawal.objects.filter(kind=named.kind, value=named.value, ended_at=None)
    withdrawal = open_one.first()
    ended = open_one.update(ended_at=at, ended_by_id=by, ended_reason=reason)
    if withdrawal is None or not ended:
        raise NotWithdrawn(cohort=cohort)
    withdrawal.refresh_from_db()
    return withdrawal


def list_withdrawals() -> list[Withdrawal]:
    """Return the newest 200 withdrawals with how they ended, newest first."""
    return list(Withdrawal.objects.order_by("-id")[:200])
