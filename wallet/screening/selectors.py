"""Reading decisions, held payments, and as of when the rules stand."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import connection

from commands.arrays import column
from commands.pages import newest_first
from wallet.screening.errors import ReviewNeedsSomebodyElse, ReviewNotFound
from wallet.screening.models import Decision, Review, Step

# The last change of the rules, 0 where there was none.
MARK = "(SELECT COALESCE(max(id), 0) FROM screening_switch)"
# Our own texts, put together once.
FIND_MARK = f"SELECT {MARK}"
FIND_KNOWN = f"SELECT {MARK}, ARRAY(SELECT id FROM people_person WHERE id = ANY (%s::uuid[]))"  # noqa: S608


def find_mark() -> int:
    """Return the number of the last change of the rules; whoever knows the rules as of this number
    need not read them.
    """
    with connection.cursor() as cursor:
        cursor.execute(FIND_MARK)
        return int(cursor.fetchone()[0])


def find_known(*, person_ids: Iterable[UUID]) -> tuple[set[UUID], int]:
    """Return those of the ids that are somebody's, and the mark of the rules, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(FIND_KNOWN, [column(set(person_ids))])
        mark, known = cursor.fetchone()
    return set(known), int(mark)


def list_decisions(*, payment_id: UUID) -> list[Decision]:
    """Return what was decided about a payment, in order; those in shadow among them."""
    return list(Decision.objects.filter(payment_id=payment_id).order_by("id"))


def list_reviews(
    *, reader: UUID, status: str | None, before: UUID | None, limit: int
) -> tuple[list[Review], bool]:
    """Return a page of held payments, newest first, without those from or to the reader."""
    rows = Review.objects.exclude(payer_id=reader).exclude(payee_id=reader)
    if status is not None:
        rows = rows.filter(status=status)
    return newest_first(rows.select_related("decision"), before=before, limit=limit)


def access_review(*, review_id: UUID, person_id: UUID) -> Review:
    """Return a held payment, by its id or its payment's, unless it is from or to who asks.

    Raises ReviewNotFound and ReviewNeedsSomebodyElse.
    """
    rows = Review.objects.select_related("decision")
    review = rows.filter(id=review_id).first() or rows.filter(payment_id=review_id).first()
    if review is None:
        raise ReviewNotFound()
    if person_id in (review.payer_id, review.payee_id):
        raise ReviewNeedsSomebodyElse()
    return review


def list_steps(*, reviews: Sequence[Review]) -> dict[UUID, list[Step]]:
    """Return every step of held payments, in order, by review."""
    found: dict[UUID, list[Step]] = {review.id: [] for review in reviews}
    for step in Step.objects.filter(review_id__in=found).order_by("id"):
        found[step.review_id].append(step)
    return found
