"""Row locks of Pay Points."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import connection
from uuid_utils.compat import uuid7

from wallet.points.models import ASKED, Consent, Membership

HOLD = """
    SELECT person_id FROM points_membership
    WHERE person_id = ANY (%s) AND until IS NULL ORDER BY person_id FOR SHARE
"""


def lock_membership(*, person_id: UUID) -> Membership | None:
    """Lock the person's membership until the transaction ends; None when they take no part."""
    rows = Membership.objects.select_for_update(no_key=True)
    return rows.filter(person_id=person_id, until=None).first()


def hold_members(*, person_ids: Collection[UUID]) -> set[UUID]:
    """Keep people from opting out until the transaction ends; return those who take part."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [list(person_ids)])
        return {person_id for (person_id,) in cursor.fetchall()}


def lock_consent(
    *, person_id: UUID, service_id: UUID, gate: str, at: datetime
) -> tuple[Consent, bool]:
    """Lock what a person answered to a service about a gate, made if it was missing; return
    whether it was.
    """
    # Nobody deletes a consent, so what stood in the way of a fresh one is there to be locked.
    fresh = Consent(
        id=uuid7(), person_id=person_id, service_id=service_id, gate=gate, status=ASKED,
        asked_at=at,
    )  # fmt: skip
    Consent.objects.bulk_create([fresh], ignore_conflicts=True)
    rows = Consent.objects.select_for_update(no_key=True)
    consent = rows.get(person_id=person_id, service_id=service_id, gate=gate)
    return consent, consent.id == fresh.id
