"""Taking part in Pay Points, and taking no part any more."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from uuid_utils.compat import uuid7

from wallet.points.locks import lock_membership
from wallet.points.models import REFUSED, Consent, Grant, Membership, Score
from wallet.points.selectors import find_membership

# The version of the text on the page by which people agree; see docs/points.md.
WORDS = 1


def opt_in(*, person_id: UUID, at: datetime) -> Membership:
    """Have the person take part from now on; who does already keeps their date.

    The first score comes with the next round of scoring.
    """
    fresh = Membership(id=uuid7(), person_id=person_id, words=WORDS, since=at)
    # Two at once: the constraint lets one in, and both read that one.
    Membership.objects.bulk_create([fresh], ignore_conflicts=True)
    membership = find_membership(person_id=person_id)
    assert membership is not None
    return membership


def opt_out(*, person_id: UUID, at: datetime) -> None:
    """Have the person take no part any more.

    Their scores with all inputs are deleted, every service that may ask or waits for an answer is
    refused, and grants end. What services were told before stays on record, with the score it was
    decided by.
    """
    with transaction.atomic():
        # A round of scoring that holds the row ends first, and what it wrote is deleted too.
        membership = lock_membership(person_id=person_id)
        if membership is not None:
            membership.until = at
            membership.save(update_fields=["until"])
        Score.objects.filter(person_id=person_id).delete()
        # Kept as refused, so that no service asks who has said no before, or who comes back.
        open_ones = Consent.objects.filter(person_id=person_id).exclude(status=REFUSED)
        open_ones.update(status=REFUSED, answered_at=at, until=None)
        Grant.objects.filter(person_id=person_id, ended_at=None).update(ended_at=at)
