"""Row locks on shares."""

from uuid import UUID

from wallet.envelopes.models import Envelope, Share


def lock_free_share(*, envelope_id: UUID) -> Share | None:
    """Lock the next free share, or return None when none is left.

    First one that nobody else is taking; when all that are free are being taken, wait for one of
    those, since its taker may yet fail.
    """
    free = Share.objects.filter(envelope_id=envelope_id, person=None, returned=False)
    ordered = free.order_by("position")
    return (
        ordered.select_for_update(no_key=True, skip_locked=True).first()
        or ordered.select_for_update(no_key=True).first()
    )


def lock_remaining_shares(*, envelope_id: UUID) -> list[Share]:
    """Lock all shares that nobody has taken, waiting for those that are being taken."""
    free = Share.objects.filter(envelope_id=envelope_id, person=None, returned=False)
    return list(free.order_by("position").select_for_update(no_key=True))


def lock_envelope_to_return(*, envelope_id: UUID) -> Envelope | None:
    """Lock an envelope whose rest did not go back yet, unless somebody else is just doing it."""
    waiting = Envelope.objects.filter(id=envelope_id, returned_at=None)
    return waiting.select_for_update(no_key=True, skip_locked=True).first()
