"""Row locks on payment PINs."""

from uuid import UUID

from wallet.limits.models import Pin


def lock_pin(*, person_id: UUID) -> Pin | None:
    """Lock the person's PIN until the transaction ends; None when none was set."""
    return Pin.objects.select_for_update(no_key=True).filter(person_id=person_id).first()
