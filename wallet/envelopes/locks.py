"""Row locks on shares."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from commands.arrays import column
from wallet.envelopes.models import Envelope, Share


class FreeShare(NamedTuple):
    """A share that nobody has taken; the amount in minor units."""

    envelope_id: UUID
    position: int
    amount: int


# Never waits, so that two who take shares of the same two envelopes cannot wait for each other.
LOCK_FREE = """
    SELECT s.envelope_id, s.position, s.amount
    FROM unnest(%s::uuid[], %s::int[]) AS w (envelope_id, wanted)
    CROSS JOIN LATERAL (
        SELECT f.envelope_id, f.position, f.amount FROM envelopes_share AS f
        WHERE f.envelope_id = w.envelope_id AND f.person_id IS NULL AND NOT f.returned
        ORDER BY f.position LIMIT w.wanted FOR NO KEY UPDATE SKIP LOCKED
    ) AS s
    ORDER BY s.envelope_id, s.position
"""


def lock_free_shares(*, wanted: Mapping[UUID, int]) -> list[FreeShare]:
    """Lock, in one statement, the next so many free shares of each envelope that nobody else is
    taking; there may be fewer.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK_FREE, [column(wanted), column(wanted.values())])
        return [FreeShare(*row) for row in cursor.fetchall()]


def wait_for_a_share(*, envelope_id: UUID) -> None:
    """Return once one of the shares that others are taking is free again, locked for us, or all of
    them are gone: a taker may yet fail.
    """
    free = Share.objects.filter(envelope_id=envelope_id, person=None, returned=False)
    free.order_by("position").select_for_update(no_key=True).first()


def lock_remaining_shares(*, envelope_id: UUID) -> list[Share]:
    """Lock all shares that nobody has taken, waiting for those that are being taken."""
    free = Share.objects.filter(envelope_id=envelope_id, person=None, returned=False)
    return list(free.order_by("position").select_for_update(no_key=True))


def lock_envelope_to_return(*, envelope_id: UUID) -> Envelope | None:
    """Lock an envelope whose rest did not go back yet, unless somebody else is just doing it."""
    waiting = Envelope.objects.filter(id=envelope_id, returned_at=None)
    return waiting.select_for_update(no_key=True, skip_locked=True).first()
